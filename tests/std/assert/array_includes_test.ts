import { doesNotThrow, throws } from "node:assert/strict";
import { assertArrayIncludes } from "@std/assert/array-includes";

Deno.test("assertArrayIncludes() finds values in any order, deeply", () => {
  doesNotThrow(() => assertArrayIncludes([1, 2, 3], [3, 1]));
  doesNotThrow(() => assertArrayIncludes([{ a: [1] }, { b: 2 }], [{ a: [1] }]));
  doesNotThrow(() => assertArrayIncludes([NaN, 0], [NaN, -0]));
  doesNotThrow(() => assertArrayIncludes([1], []));
  doesNotThrow(() => assertArrayIncludes(Uint8Array.of(1, 2), [2]));
});

Deno.test("assertArrayIncludes() lets one element stand for several", () => {
  doesNotThrow(() => assertArrayIncludes([1], [1, 1]));
});

Deno.test("assertArrayIncludes() says what is missing", () => {
  throws(() => assertArrayIncludes([1, 2], [2, 3], "ports"), {
    name: "AssertionError",
    message: /to include: [^]*: ports\nmissing: \[\s*3,?\s*\]/,
  });
});
