import { doesNotThrow, throws } from "node:assert/strict";
import { assertMatch } from "@std/assert/match";

Deno.test("assertMatch() lets texts pass that match", () => {
  doesNotThrow(() => assertMatch("listening on", /^listen/));
});

Deno.test("assertMatch() refuses others", () => {
  throws(() => assertMatch("abc", /d/), {
    name: "AssertionError",
    message: 'Expected actual: "abc" to match: "/d/".',
  });
  throws(() => assertMatch("abc", /d/, "no d"), /: no d$/);
});

Deno.test("assertMatch() goes on where a global pattern stopped", () => {
  const pattern = /a/g;
  doesNotThrow(() => assertMatch("a", pattern));
  throws(() => assertMatch("a", pattern));
});
