import { doesNotThrow, throws } from "node:assert/strict";
import { assertNotMatch } from "@std/assert/not-match";

Deno.test("assertNotMatch() lets texts pass that do not match", () => {
  doesNotThrow(() => assertNotMatch("abc", /d/));
});

Deno.test("assertNotMatch() refuses others", () => {
  throws(() => assertNotMatch("abc", /b/), {
    name: "AssertionError",
    message: 'Expected actual: "abc" to not match: "/b/".',
  });
  throws(() => assertNotMatch("abc", /b/, "a b"), /: a b$/);
});
