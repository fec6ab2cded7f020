import { doesNotThrow, throws } from "node:assert/strict";
import { assertStrictEquals } from "@std/assert/strict-equals";

Deno.test("assertStrictEquals() is Object.is", () => {
  const list = [1];
  doesNotThrow(() => assertStrictEquals(list, list));
  doesNotThrow(() => assertStrictEquals(NaN, NaN));
  throws(() => assertStrictEquals(0, -0), { name: "AssertionError" });
  throws(() => assertStrictEquals(1, 2), /^AssertionError: Values are not str/);
});

Deno.test("assertStrictEquals() says where values only look the same", () => {
  throws(
    () => assertStrictEquals({ a: 1 }, { a: 1 }, "copied"),
    /same structure but are not reference-equal: copied\n/,
  );
});

Deno.test("assertStrictEquals() narrows the type", () => {
  const value = "a" as unknown;
  assertStrictEquals(value, "a" as const);
  const letter: "a" = value;
  doesNotThrow(() => assertStrictEquals(letter, "a"));
});
