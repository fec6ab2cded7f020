import { assert, assertFalse } from "@std/assert";
import { isAbsolute } from "@std/path/is-absolute";

Deno.test("isAbsolute() wants a separator first", () => {
  assert(isAbsolute("/"));
  assert(isAbsolute("/a/.."));
  assertFalse(isAbsolute("a/b"));
  assertFalse(isAbsolute("./a"));
  assertFalse(isAbsolute(""));
});
