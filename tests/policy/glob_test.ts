import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { compileGlob, compileGlobs } from "../../src/policy/glob.ts";

Deno.test("compileGlob() lets * be any run of characters, none included", () => {
  const cases: [pattern: string, fits: string[], fails: string[]][] = [
    ["a", ["a"], ["", "aa", "A"]],
    ["", [""], ["a"]],
    ["*", ["", "a", "/a/b"], []],
    ["**", ["", "a"], []],
    ["a*", ["a", "ab"], ["", "ba"]],
    ["*a", ["a", "ba"], ["ab"]],
    ["a*a", ["aa", "aba"], ["a"]],
    ["*.exe", [".exe", "/a/b.exe"], ["/exe", "/a.exe/"]],
    ["a*b*c", ["abc", "a-b-b-c"], ["acb", "ab", "ac"]],
    ["*b*b", ["bb", "abcb"], ["b", "bbc"]],
    ["a?[b]", ["a?[b]"], ["axb"]],
  ];
  for (const [pattern, fits, fails] of cases) {
    const test = compileGlob(pattern);
    for (const text of fits) assert(test(text), `${text} fits ${pattern}`);
    for (const text of fails) assert(!test(text), `${text} fails ${pattern}`);
  }
});

const anyText = fc.string({ unit: fc.constantFrom(..."ab./"), maxLength: 12 });
const anyPattern = fc.string({
  unit: fc.constantFrom(..."ab./*"),
  maxLength: 8,
});

Deno.test("compileGlob() judges like the regular expression that it stands for", () => {
  fc.assert(fc.property(anyPattern, anyText, (pattern, text) => {
    const source = pattern.split("*").map(RegExp.escape).join(".*");
    const expected = new RegExp(`^${source}$`, "s").test(text);
    assertEquals(compileGlob(pattern)(text), expected);
  }));
});

Deno.test("compileGlobs() fits what any of its patterns fits", () => {
  const somePatterns = fc.array(anyPattern, { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(somePatterns, anyText, (patterns, text) => {
    const expected = patterns.some((pattern) => compileGlob(pattern)(text));
    assertEquals(compileGlobs(patterns)(text), expected);
  }));
});

Deno.test("compileGlobs() fits nothing without patterns", () => {
  assert(!compileGlobs([])(""));
});

Deno.test("compileGlob() takes no time that grows faster than the text", () => {
  const test = compileGlob("*a".repeat(60) + "*b*a*b");
  const text = "a".repeat(200_000);
  const start = performance.now();
  assert(!test(text));
  // Tried again from each place, this would take longer than anyone lives.
  assert(performance.now() - start < 500);
});
