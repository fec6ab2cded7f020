import { assertEquals } from "@std/assert";
import { parsePathPattern } from "../../src/policy/path_pattern.ts";

Deno.test("parsePathPattern() brings a pattern to the form in which paths are judged", () => {
  const cases: [written: string, pattern: string][] = [
    ["*.EXE", "*.exe"],
    ["/%7Euser/*", "/~user/*"],
    ["/a%2fb", "/a/b"],
    ["/Straße *", "/stra%c3%9fe%20*"],
    ["//a//*", "/a/*"],
    ["/.well-known/*", "/.well-known/*"],
    ["*", "*"],
  ];
  for (const [written, pattern] of cases) {
    assertEquals(parsePathPattern(written), pattern);
  }
});

Deno.test("parsePathPattern() refuses what no path can fit", () => {
  for (const text of ["", "a", "/a?b=1", "/a#b", "/a/../b", "/%2e/", "/.."]) {
    assertEquals(parsePathPattern(text), undefined, text);
  }
});
