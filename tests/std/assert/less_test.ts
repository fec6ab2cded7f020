import { doesNotThrow, throws } from "node:assert/strict";
import { assertLess } from "@std/assert/less";

Deno.test("assertLess() is the operator <", () => {
  doesNotThrow(() => assertLess(1, 2));
  doesNotThrow(() => assertLess(new Date(1), new Date(2)));
  throws(() => assertLess(1, 1), { name: "AssertionError" });
  throws(() => assertLess(NaN, NaN));
});

Deno.test("assertLess() says both values, or the message alone", () => {
  throws(() => assertLess(2, 1), { message: "Expect 2 < 1" });
  throws(() => assertLess(2, 1, "out of range"), {
    message: "out of range",
  });
});
