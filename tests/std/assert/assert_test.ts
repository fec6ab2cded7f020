import { doesNotThrow, throws } from "node:assert/strict";
import { assert } from "@std/assert/assert";

Deno.test("assert() lets truthy values pass", () => {
  for (const value of [true, 1, "0", [], {}, -1n]) {
    doesNotThrow(() => assert(value));
  }
});

Deno.test("assert() refuses falsy values with the message alone", () => {
  for (const value of [false, 0, -0, "", null, undefined, NaN, 0n]) {
    throws(() => assert(value, "no value"), {
      name: "AssertionError",
      message: "no value",
    });
    throws(() => assert(value), { message: "" });
  }
});

Deno.test("assert() narrows the type", () => {
  const value = "a" as string | undefined;
  assert(value);
  throws(() => assert(value.length > 1));
});
