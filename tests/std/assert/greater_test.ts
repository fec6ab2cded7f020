import { doesNotThrow, throws } from "node:assert/strict";
import { assertGreater } from "@std/assert/greater";

Deno.test("assertGreater() is the operator >", () => {
  doesNotThrow(() => assertGreater(2, 1));
  doesNotThrow(() => assertGreater("b", "a"));
  throws(() => assertGreater(1, 1), { name: "AssertionError" });
  throws(() => assertGreater(NaN, NaN));
});

Deno.test("assertGreater() says both values, or the message alone", () => {
  throws(() => assertGreater(1, 2), { message: "Expect 1 > 2" });
  throws(() => assertGreater(1, 2, "out of range"), {
    message: "out of range",
  });
});
