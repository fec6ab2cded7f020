import { doesNotThrow, throws } from "node:assert/strict";
import { assertExists } from "@std/assert/exists";

Deno.test("assertExists() lets all pass but null and undefined", () => {
  for (const value of [false, 0, "", NaN, {}, () => {}]) {
    doesNotThrow(() => assertExists(value));
  }
});

Deno.test("assertExists() refuses null and undefined", () => {
  throws(() => assertExists(null), {
    name: "AssertionError",
    message: 'Expected actual: "null" to not be null or undefined.',
  });
  throws(() => assertExists(undefined, "no id"), {
    message: 'Expected actual: "undefined" to not be null or undefined: no id',
  });
});

Deno.test("assertExists() narrows the type", () => {
  const value = "ab" as string | null | undefined;
  assertExists(value);
  const text: string = value;
  doesNotThrow(() => assertExists(text));
});
