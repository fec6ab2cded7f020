import { doesNotThrow, throws } from "node:assert/strict";
import { assertFalse } from "@std/assert/false";

Deno.test("assertFalse() lets falsy values pass", () => {
  for (const value of [false, 0, -0, "", null, undefined, NaN, 0n]) {
    doesNotThrow(() => assertFalse(value));
  }
});

Deno.test("assertFalse() refuses truthy values with the message alone", () => {
  for (const value of [true, 1, "false", [], {}]) {
    throws(() => assertFalse(value, "a value"), {
      name: "AssertionError",
      message: "a value",
    });
    throws(() => assertFalse(value), { message: "" });
  }
});
