import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  compileHostPatterns,
  parseHostPattern,
} from "../../src/policy/host_pattern.ts";

function test(...patterns: string[]): (host: string) => boolean {
  return compileHostPatterns(patterns.map((text) => {
    const pattern = parseHostPattern(text);
    if (pattern === undefined) throw new Error(`${text} is no pattern`);
    return pattern;
  }));
}

Deno.test("compileHostPatterns() tells host, sub-domains and both apart", () => {
  const cases: [pattern: string, fits: string[], fails: string[]][] = [
    ["example.com", ["example.com"], ["www.example.com", "example.comx"]],
    ["*.example.com", ["www.example.com", "a.b.example.com"], [
      "example.com",
      "badexample.com",
    ]],
    [".example.com", ["example.com", "www.example.com", "a.b.example.com"], [
      "badexample.com",
      "example.com.evil.test",
      "com",
    ]],
    ["*", ["a", "::1"], []],
    ["ads*.example.*", ["ads.example.com", "ads1.example.net"], [
      "x.ads.example.com",
      "adsexample",
    ]],
    [".ads*.example", ["ads1.example", "x.ads1.example"], ["xads1.example"]],
    ["10.*", ["10.0.0.1"], ["110.0.0.1"]],
    ["[::1]", ["::1"], ["1"]],
  ];
  for (const [pattern, fits, fails] of cases) {
    // A pattern in a list takes another way.
    for (const isWanted of [test(pattern), test(pattern, "none.test")]) {
      for (const host of fits) assert(isWanted(host), `${host} ${pattern}`);
      for (const host of fails) assert(!isWanted(host), `${host} ${pattern}`);
    }
  }
});

Deno.test("compileHostPatterns() fits in a list what fits one of it", () => {
  const label = fc.constantFrom("a", "b", "ab");
  const host = fc.array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join("."));
  const pattern = fc.tuple(fc.constantFrom("", ".", "*.", "a*"), host)
    .map(([start, host]) => start + host);
  const patterns = fc.array(pattern, { minLength: 2, maxLength: 4 });
  fc.assert(fc.property(patterns, host, (patterns, host) => {
    const expected = patterns.some((pattern) => test(pattern)(host));
    assertEquals(test(...patterns)(host), expected);
  }));
});

Deno.test("parseHostPattern() brings a pattern to canonical form", () => {
  const cases: [written: string, pattern: string][] = [
    ["Example.COM.", "example.com"],
    ["*.Bücher.example", "*.xn--bcher-kva.example"],
    [".Bücher.example", ".xn--bcher-kva.example"],
    ["ads*.bücher.example", "ads*.xn--bcher-kva.example"],
    ["127.1", "127.0.0.1"],
    ["[2001:DB8:0::1]", "2001:db8::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
  ];
  for (const [written, pattern] of cases) {
    assertEquals(parseHostPattern(written), pattern);
  }
});

Deno.test("parseHostPattern() refuses what no host can fit", () => {
  const refused = [
    "",
    ".",
    "*.",
    "..a",
    "a..b",
    "a b",
    "example.com:80",
    "http://example.com",
    "example.com/",
    "10.0.0.0/8",
    "1:2",
    "a\n",
  ];
  for (const text of refused) assertEquals(parseHostPattern(text), undefined);
});
