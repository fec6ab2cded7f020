import { doesNotThrow, throws } from "node:assert/strict";
import { assertGreaterOrEqual } from "@std/assert/greater-or-equal";

Deno.test("assertGreaterOrEqual() is the operator >=", () => {
  doesNotThrow(() => assertGreaterOrEqual(2, 1));
  doesNotThrow(() => assertGreaterOrEqual("a", "a"));
  throws(() => assertGreaterOrEqual(1, 2), { name: "AssertionError" });
  throws(() => assertGreaterOrEqual(NaN, NaN));
});

Deno.test("assertGreaterOrEqual() says both values, or the message alone", () => {
  throws(() => assertGreaterOrEqual(1, 2), { message: "Expect 1 >= 2" });
  throws(() => assertGreaterOrEqual(1, 2, "out of range"), {
    message: "out of range",
  });
});
