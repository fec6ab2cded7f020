import { doesNotThrow, throws } from "node:assert/strict";
import { assertStringIncludes } from "@std/assert/string-includes";

Deno.test("assertStringIncludes() lets texts pass that have the other", () => {
  doesNotThrow(() => assertStringIncludes("abc", "bc"));
  doesNotThrow(() => assertStringIncludes("abc", ""));
});

Deno.test("assertStringIncludes() refuses others", () => {
  throws(() => assertStringIncludes("abc", "B"), {
    name: "AssertionError",
    message: 'Expected actual: "abc" to contain: "B".',
  });
  throws(() => assertStringIncludes("abc", "B", "case"), /: case$/);
});
