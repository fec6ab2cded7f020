import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import {
  type CacheControl,
  NO_DIRECTIVES,
  parseCacheControl,
} from "../../src/cache/cache_control.ts";
import { fieldsOf } from "./stored_responses.ts";

/** The directives of Cache-Control lines. */
function parse(...lines: string[]): CacheControl {
  return parseCacheControl(
    fieldsOf(...lines.map((line) => `Cache-Control: ${line}`)),
  );
}

Deno.test("parseCacheControl() finds nothing where there is no Cache-Control", () => {
  assertStrictEquals(parseCacheControl(fieldsOf()), NO_DIRECTIVES);
  assertStrictEquals(parseCacheControl(fieldsOf("Range: x")), NO_DIRECTIVES);
});

Deno.test("parseCacheControl() reads seconds; what is no delta-seconds is 0", () => {
  const cases: [line: string, maxAgeSeconds: number | undefined][] = [
    ["max-age=3600", 3600],
    ["MaX-aGe=60", 60],
    ["public, max-age=60", 60],
    [" , max-age=60 ,, ", 60],
    ["max-age=003600", 3600],
    ['max-age="3600"', 3600],
    ["max-age=2147483647", 2147483647],
    ["max-age=2147483648", 2147483648],
    ["max-age=99999999999", 2147483648],
    [`max-age=${"9".repeat(400)}`, 2147483648],
    ["max-age='3600'", 0],
    ["max-age=-3600", 0],
    ["max-age=3600.0", 0],
    ["max-age=3600.5", 0],
    ["max-age=a3600", 0],
    ["max-age=3600a", 0],
    ["max-age=1e3", 0],
    ["max-age=", 0],
    ['max-age=""', 0],
    ["max-age", 0],
    ["max-age =3600", 0],
    ["max-age= 3600", 0],
    ["max-age=36 00", 0],
    ["xmax-age=3600", undefined],
    ["max-age-x=3600", undefined],
    ["foobar", undefined],
  ];
  for (const [line, seconds] of cases) {
    assertEquals(parse(line).maxAgeSeconds, seconds, line);
  }
});

Deno.test("parseCacheControl() finds no directive within a quoted string", () => {
  const cases: [line: string, maxAgeSeconds: number | undefined][] = [
    ['extension="max-age=3600", max-age=1', 1],
    ['max-age=1, extension="max-age=3600"', 1],
    ['extension="max-age=3600", max-age="1"', 1],
    ['max-age="1", extension="a, max-age=3600, b"', 1],
    ['extension="a\\", max-age=3600", max-age=1', 1],
    ['extension="a, max-age=3600"', undefined],
    // A quote that is not closed begins no string.
    ['extension="a, max-age=1', 1],
    ['a"b, max-age=1, c"d', 1],
  ];
  for (const [line, seconds] of cases) {
    assertEquals(parse(line).maxAgeSeconds, seconds, line);
  }
});

Deno.test("parseCacheControl() never lets a broken quote hide what forbids", () => {
  assertEquals(parse('extension="a, no-store').noStore, true);
  assertEquals(parse('a=b", no-store, c="d').noStore, true);
  assertEquals(parse('extension="a', "no-store").noStore, true);
  assertEquals(parse('private= "a, b"').isPrivate, true);
  assertEquals(parse("no-store foo").noStore, true);
});

Deno.test("parseCacheControl() takes a directive with several values for stale (RFC 9111 §4.2.1)", () => {
  assertEquals(parse("max-age=1, max-age=1800").maxAgeSeconds, 0);
  assertEquals(parse("max-age=1800, max-age=1").maxAgeSeconds, 0);
  assertEquals(parse("max-age=1800", "max-age=1").maxAgeSeconds, 0);
  assertEquals(parse("max-age=60", "max-age=60").maxAgeSeconds, 60);
  assertEquals(parse("max-age=60", "s-maxage=30").sMaxageSeconds, 30);
});

Deno.test("parseCacheControl() knows every directive, over all lines, in any case", () => {
  assertEquals(
    parse(
      "No-Store, PUBLIC, must-revalidate, proxy-revalidate, must-understand",
      "immutable, only-if-cached, no-cache, private, s-maxage=1, max-age=2",
      "max-stale=3, min-fresh=4, stale-while-revalidate=5, stale-if-error=6",
    ),
    {
      noStore: true,
      isPublic: true,
      mustRevalidate: true,
      proxyRevalidate: true,
      mustUnderstand: true,
      isImmutable: true,
      onlyIfCached: true,
      noCache: true,
      isPrivate: true,
      sMaxageSeconds: 1,
      maxAgeSeconds: 2,
      maxStaleSeconds: 3,
      minFreshSeconds: 4,
      staleWhileRevalidateSeconds: 5,
      staleIfErrorSeconds: 6,
      noCacheFields: [],
      privateFields: [],
    },
  );
});

Deno.test("parseCacheControl() reads max-stale without a value as any staleness", () => {
  assertEquals(parse("max-stale").maxStaleSeconds, Infinity);
  assertEquals(parse("max-stale=x").maxStaleSeconds, 0);
  assertEquals(parse("max-stale=10").maxStaleSeconds, 10);
});

Deno.test("parseCacheControl() reads the fields that no-cache and private are for", () => {
  const cases: [line: string, isForAll: boolean, names: string[]][] = [
    ["D", true, []],
    ['D="a"', false, ["a"]],
    ['D="A, b ,,Set-Cookie"', false, ["a", "b", "set-cookie"]],
    ["D=a", false, ["a"]],
    ['D="a", D="b"', false, ["a", "b"]],
    ['D="a", D', true, ["a"]],
    ['D=""', true, []],
    ['D=","', true, []],
    ['D="a b"', true, []],
    ['D="a', true, []],
    ['D ="a"', true, []],
  ];
  for (const [pattern, isForAll, names] of cases) {
    const noCache = parse(pattern.replaceAll("D", "no-cache"));
    assertEquals([noCache.noCache, noCache.noCacheFields], [isForAll, names]);
    const only = parse(pattern.replaceAll("D", "private"));
    assertEquals([only.isPrivate, only.privateFields], [isForAll, names]);
  }
});

Deno.test("parseCacheControl() never throws, and no seconds are negative", () => {
  const anyText = fc.string({
    unit: fc.constantFrom(
      ..." \t,=\"\\'-.0129abé",
      "max-age=",
      "s-maxage",
      "no-cache=",
      "max-stale",
    ),
    maxLength: 30,
  });
  fc.assert(fc.property(fc.array(anyText, { maxLength: 3 }), (lines) => {
    for (const value of Object.values(parse(...lines))) {
      if (typeof value === "number") assertEquals(value >= 0, true);
    }
  }));
});

Deno.test("parseCacheControl() understands a common value as it does within a longer one", () => {
  for (
    const line of [
      "no-cache",
      "max-age=0",
      "no-store",
      "private",
      "public",
      "no-cache, no-store, must-revalidate",
      "public, max-age=31536000, immutable",
    ]
  ) assertEquals(parse(line), parse(`${line}, x`), line);
});
