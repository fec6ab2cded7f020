import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { InvalidValue } from "../../src/policy/invalid_value.ts";
import { compileMatch, readMatch } from "../../src/policy/matcher.ts";
import type { Match } from "../../src/policy/rule.ts";
import { subjectOf } from "./subject_of.ts";

Deno.test("compileMatch() fits every request without a match, and with an empty one", () => {
  for (const match of [undefined, {}]) {
    const matcher = compileMatch(match);
    assert(matcher.matches(subjectOf()));
    assertEquals(matcher.explain(subjectOf()), "every request");
    assertEquals(String(matcher), "every request");
  }
});

Deno.test("compileMatch() wants all the fields, and of each any of its values", () => {
  const matcher = compileMatch({
    host: [".example.com", "other.test"],
    path: ["*.exe", "*.msi"],
    method: "get",
  });
  assert(matcher.matches(subjectOf({ target: "/a.EXE?b" })));
  assert(matcher.matches(subjectOf({ host: "other.test", target: "/a.msi" })));
  assert(!matcher.matches(subjectOf({ target: "/a.zip" })));
  assert(!matcher.matches(subjectOf({ target: "/a.exe", method: "POST" })));
  assert(!matcher.matches(subjectOf({ target: "/a.exe", host: "x.test" })));
});

Deno.test("compileMatch() is not dodged by spelling", () => {
  const matcher = compileMatch({ host: "ads.test", path: "/private/*" });
  const targets = [
    "/private/x",
    "/PRIVATE/x",
    "//private//x",
    "/a/../private/x",
    "/a/%2e%2e/private/x",
    "/%70rivate/x",
    "/./private/./x",
    "/private/%2e/x?y",
  ];
  for (const host of ["ads.test", "ADS.test", "ads.test."]) {
    for (const target of targets) {
      assert(matcher.matches(subjectOf({ host, target })), `${host}${target}`);
    }
  }
  assert(!matcher.matches(subjectOf({ host: "ads.test", target: "/x" })));
});

Deno.test("compileMatch() joins not and any with the other fields", () => {
  const matcher = compileMatch({
    not: { host: ".example.com", path: "/public/*" },
    any: [{ port: 80 }, { scheme: "https" }],
  });
  assert(matcher.matches(subjectOf()));
  assert(!matcher.matches(subjectOf({ target: "/public/a" })));
  assert(matcher.matches(subjectOf({ host: "a.test", target: "/public/a" })));
  assert(!matcher.matches(subjectOf({ port: 81 })));
  assert(matcher.matches(subjectOf({ port: 443, scheme: "https" })));
});

Deno.test("compileMatch() judges a content type in the response phase only, wherever it stands", () => {
  const cases: Match[] = [
    { contentType: "text/*" },
    { not: { contentType: "image/*" } },
    { any: [{ port: 80 }, { not: { contentType: "a/b" } }] },
  ];
  for (const match of cases) {
    const matcher = compileMatch(match);
    assert(!matcher.matches(subjectOf()));
    assert(!matcher.matches(subjectOf({ phase: "connect", target: "" })));
    assert(matcher.matches(subjectOf({ responseType: "text/html" })));
    assertEquals(
      matcher.explain(subjectOf()),
      "contentType is judged in the response phase only",
    );
  }
});

Deno.test("explain() names the first field that fails, or all that fit", () => {
  const cases: [match: Match, words: string][] = [
    [{ host: ".example.org" }, 'host "www.example.com" is not .example.org'],
    [
      { method: "GET", host: ["a.test", "b.test"], path: "/x" },
      'host "www.example.com" is none of a.test, b.test',
    ],
    [
      { host: ".example.com", path: "/" },
      'host "www.example.com" is .example.com; path "/" is /',
    ],
    [{ not: { port: 80 } }, "excluded: port 80 is 80"],
    [{ not: { port: 81 } }, "port 80 is not 81"],
    [{ any: [{ port: 81 }, { port: 80 }] }, "port 80 is 80"],
    [
      { any: [{ port: 81 }, { scheme: "https" }] },
      "port 80 is not 81, and scheme http is not https",
    ],
  ];
  for (const [match, words] of cases) {
    assertEquals(compileMatch(match).explain(subjectOf()), words);
  }
});

Deno.test("toString() says the match in words", () => {
  const matcher = compileMatch({
    any: [{ port: 80 }, { port: [81, 82] }],
    not: { host: "*.example.com" },
    path: ["*.exe", "*.msi"],
  });
  assertEquals(
    String(matcher),
    "path *.exe, *.msi and any of (port 80), (port 81, 82) and not (host *.example.com)",
  );
});

Deno.test("readMatch() refuses what a match can't have, by its place", () => {
  const deep: Record<string, unknown> = {};
  deep.not = deep;
  const cases: [match: unknown, message: string][] = [
    ["x", 'match: got "x", wants a plain object'],
    [[], "match: got a list of 0, wants a plain object"],
    [{ not: undefined }, "match.not: got undefined, wants a plain object"],
    [
      { any: [] },
      "match.any: got a list of 0, wants a list of at least one match",
    ],
    [
      { any: {} },
      "match.any: got an object, wants a list of at least one match",
    ],
    [{ any: [{}, 5] }, "match.any[1]: got 5, wants a plain object"],
    [
      { not: { port: [80, "81"] } },
      'match.not.port[1]: got "81", wants a whole number from 1 to 65535',
    ],
  ];
  for (const [match, message] of cases) {
    assertThrows(() => readMatch(match, "match"), InvalidValue, message);
  }
  assertThrows(
    () => readMatch({ hots: "a" }, "match"),
    InvalidValue,
    "match.hots: no such key, wants one of method, ",
  );
  assertThrows(
    () => readMatch(deep, "match"),
    InvalidValue,
    "more than 16 levels deep",
  );
});

Deno.test("readMatch() compiles or throws an InvalidValue, and a matcher never throws", () => {
  const value = fc.oneof(
    fc.constantFrom("a.test", ".b", "*", "/x", "10.0.0.0/8", "mon-fri", "GET"),
    fc.integer(),
    fc.anything({ maxDepth: 1 }),
  );
  const keys =
    "host path method scheme port client user header hours days not any x";
  const anyMatch = fc.dictionary(
    fc.constantFrom(...keys.split(" "), "contentType"),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
    { maxKeys: 3 },
  );
  fc.assert(fc.property(anyMatch, (match) => {
    try {
      const matcher = readMatch(match, "match");
      const fits = matcher.matches(subjectOf());
      assert(matcher.explain(subjectOf()) !== "" && typeof fits === "boolean");
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
    }
  }));
});
