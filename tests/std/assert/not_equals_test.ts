import { doesNotThrow, throws } from "node:assert/strict";
import { assertNotEquals } from "@std/assert/not-equals";

Deno.test("assertNotEquals() lets values pass that differ", () => {
  doesNotThrow(() => assertNotEquals({ a: 1 }, { a: 2 }));
  doesNotThrow(() => assertNotEquals<unknown>(1, "1"));
});

Deno.test("assertNotEquals() refuses deeply equal values", () => {
  throws(() => assertNotEquals(1, 1), {
    name: "AssertionError",
    message: "Expected actual: 1 not to be: 1.",
  });
  throws(() => assertNotEquals([NaN], [NaN], "stuck"), /: stuck$/);
});
