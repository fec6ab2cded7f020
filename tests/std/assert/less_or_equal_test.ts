import { doesNotThrow, throws } from "node:assert/strict";
import { assertLessOrEqual } from "@std/assert/less-or-equal";

Deno.test("assertLessOrEqual() is the operator <=", () => {
  doesNotThrow(() => assertLessOrEqual(1, 2));
  doesNotThrow(() => assertLessOrEqual(2n, 2n));
  throws(() => assertLessOrEqual(2, 1), { name: "AssertionError" });
  throws(() => assertLessOrEqual(NaN, NaN));
});

Deno.test("assertLessOrEqual() says both values, or the message alone", () => {
  throws(() => assertLessOrEqual(2, 1), { message: "Expect 2 <= 1" });
  throws(() => assertLessOrEqual(2, 1, "out of range"), {
    message: "out of range",
  });
});
