import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  isSameVariant,
  matches,
  MAX_VARY_FIELDS,
  selectingFields,
  selectVariant,
  varyNames,
} from "../../src/cache/variants.ts";
import type { Entry, StoredResponse } from "../../src/cache/entry.ts";
import { entryOf, fieldsOf, RECEIVED_MS } from "./stored_responses.ts";

/** The variant that an origin gave to a request with those lines. */
function variant(
  id: number,
  vary: string,
  request: readonly string[],
  overrides: Partial<StoredResponse> = {},
  lines: readonly string[] = [],
): Entry {
  const names = varyNames(fieldsOf(`Vary: ${vary}`)) ?? [];
  const selecting = selectingFields(names, fieldsOf(...request));
  return entryOf(id, lines, { selecting, ...overrides });
}

Deno.test("varyNames() lists names without case and order, each once", () => {
  assertEquals(varyNames(fieldsOf()), []);
  assertEquals(varyNames(fieldsOf("Vary: Foo, bar", "Vary: FOO,,Baz")), [
    "bar",
    "baz",
    "foo",
  ]);
  assertEquals(varyNames(fieldsOf("Vary:")), []);
});

Deno.test("varyNames() gives nothing for what no request can match", () => {
  for (
    const lines of [
      ["Vary: *"],
      ["Vary: *, *"],
      ["Vary: *", "Vary: *"],
      ["Vary: , *"],
      ["Vary:", "Vary: *"],
      ["Vary: *, Foo"],
      ["Vary: Foo, *"],
      ["Vary: Accept Encoding"],
    ]
  ) assertEquals(varyNames(fieldsOf(...lines)), undefined, lines.join());
  const names = Array.from({ length: MAX_VARY_FIELDS }, (_, i) => `n${i}`);
  const most = varyNames(fieldsOf(`Vary: ${names.join()}`));
  assertEquals(most?.length, MAX_VARY_FIELDS);
  const tooMany = fieldsOf(`Vary: ${names.join()}, one-more`);
  assertEquals(varyNames(tooMany), undefined);
});

Deno.test("matches() compares all the selecting fields, one that is missing too (RFC 9111 §4.1)", () => {
  type Row = [vary: string, first: string[], then: string[], isMatch: boolean];
  const rows: Row[] = [
    ["Foo", ["Foo: 1"], ["Foo: 1"], true],
    ["Foo", ["Foo: 1"], ["foo: 1", "Other: 2"], true],
    ["Foo", ["Foo: 1"], ["Foo: 2"], false],
    ["Foo", [], ["Foo: 1"], false],
    ["Foo", ["Foo: 1"], [], false],
    ["Foo", ["Foo:"], [], false],
    ["Foo, Bar", ["Foo: 1", "Bar: a"], ["Bar: a", "Foo: 1"], true],
    ["Foo, Bar", ["Foo: 1", "Bar: a"], ["Foo: 2", "Bar: a"], false],
    ["Foo, Bar", ["Foo: 1"], ["Foo: 1"], true],
    ["Foo, Bar", ["Foo: 1"], [], false],
    ["Foo", ["Foo: abc"], ["Foo: ABC"], false],
  ];
  for (const [vary, first, then, isMatch] of rows) {
    const entry = variant(1, vary, first);
    assertEquals(matches(entry, fieldsOf(...then)), isMatch, then.join());
  }
});

Deno.test("matches() sees through spelling that means the same (RFC 9111 §4.1)", () => {
  type Row = [name: string, first: string[], then: string[], isMatch: boolean];
  const rows: Row[] = [
    ["Foo", ["1, 2"], ["1", "2"], true],
    ["Foo", ["1,2"], [" 1,  2 "], true],
    ["Prefer", ["a,b"], [" a,  b "], true],
    ["Prefer", ["a, b"], ["a", "b"], true],
    ["Foo", ["1,2"], ["2,1"], false],
    ["Foo", ['"a, b"'], ['"a,b"'], false],
    ["Accept-Language", ["en, de"], ["de, en"], true],
    ["Accept-Language", ["en, de"], ["eN, De"], true],
    ["Accept-Language", ["en, de"], [" en ,   de"], true],
    ["Accept-Language", ["en, de;q=0.5"], ["en, de"], false],
    ["Accept-Language", ["en;q=1.0, de;q=0.5"], ["de;q=0.5, en"], true],
    [
      "Accept-Encoding",
      ["gzip, deflate, br, zstd"],
      ["zstd,BR,gzip,deflate"],
      true,
    ],
    ["Accept-Encoding", ["gzip, deflate"], ["gzip, deflate, br"], false],
    ["Accept-Encoding", ["gzip;q=0.5"], ["gzip;q=0.500"], true],
    ["Accept-Encoding", ["gzip;q=0.5"], ["GZIP ;\tQ=0.50"], true],
    ["Accept-Encoding", ["gzip;q=0"], ["gzip;q=0.000"], true],
    ["Accept-Encoding", ["gzip;q=0.5"], ["gzip;q=0.05"], false],
    ["Accept-Encoding", ["gzip;q=0"], ["gzip"], false],
    ["Accept-Encoding", ["gzip,,br,"], ["br, gzip"], true],
    ["Accept-Encoding", [""], [], false],
    ["Accept-Encoding", [""], [";q=1"], false],
    ["Accept-Encoding", ["gzip"], ["gzip, ;q=1"], false],
    ["Accept-Language", ["de;q=.5"], ["de;q=0.5"], false],
    ["Accept", ["text/html, */*"], ["*/*, text/html"], false],
    ["Accept", ["text/html,*/*;q=0.8"], ["Text/HTML , */* ; Q=0.80"], true],
    ["Accept", ["text/html;q=1.0"], ["text/html"], true],
    ["Accept", ["text/html;Level=1"], ["text/html; level=1"], true],
    ["Accept", ["a/b;v=x"], ["a/b;v=X"], false],
    ["Accept", ["a/b;q=0.5;x=1"], ["a/b;q=0.50;x=1"], false],
    ["Accept", ['a/b;v="x, y"'], ['a/b;v="x,y"'], false],
  ];
  for (const [name, first, then, isMatch] of rows) {
    const [stored, asked] = [first, then].map((values) =>
      values.map((value) => `${name}: ${value}`)
    );
    const entry = variant(1, name, stored!);
    assertEquals(matches(entry, fieldsOf(...asked!)), isMatch, then.join());
  }
});

Deno.test("matches() takes a response in the very language that is wanted most", () => {
  const rows: [accepted: string, isMatch: boolean][] = [
    ["fr;q=0.5, de;q=1.0", true],
    ["DE", true],
    ["de, fr", false],
    ["fr, de;q=0.9", false],
    ["de-AT, fr;q=0.1", false],
    // RFC 9110 §12.4.2: a weight of 0 is "not acceptable", and others than numbers to 1 are none.
    ["de;q=0", false],
    ["de; q=0.000", false],
    ["de;q=0.1, fr;q=0", true],
    ["de;q=5, fr;q=0.9", false],
    ["de;q=x", false],
    ["", false],
  ];
  const stored = ["Accept-Language: en, de"];
  const german = variant(1, "Accept-Language", stored, {}, [
    "Content-Language: de",
  ]);
  for (const [accepted, isMatch] of rows) {
    const asked = fieldsOf(`Accept-Language: ${accepted}`);
    assertEquals(matches(german, asked), isMatch, accepted);
  }
  const unnamed = variant(1, "Accept-Language", stored);
  assertEquals(matches(unnamed, fieldsOf("Accept-Language: de")), false);
});

Deno.test("selectVariant() finds each request its variant", () => {
  const first = variant(1, "Foo", ["Foo: 1"]);
  const second = variant(2, "Foo", ["Foo: 2"]);
  const entries = [second, first];
  assertStrictEquals(selectVariant(entries, fieldsOf("Foo: 1")), first);
  assertStrictEquals(selectVariant(entries, fieldsOf("Foo: 2")), second);
  assertEquals(selectVariant(entries, fieldsOf()), undefined);
  assertEquals(selectVariant([], fieldsOf()), undefined);
});

Deno.test("selectVariant() prefers what the origin made last (RFC 9111 §4.1)", () => {
  const request = fieldsOf("Foo: 1");
  const earlier = variant(9, "Foo", ["Foo: 1"], { receivedAgeSeconds: 500 });
  const later = variant(2, "", [], { receivedAgeSeconds: 10 });
  assertStrictEquals(selectVariant([earlier, later], request), later);
  assertStrictEquals(selectVariant([later, earlier], request), later);
  const atOnce = { requestTimeMs: RECEIVED_MS };
  const twins = [1, 2].map((id) => variant(id, "Foo", ["Foo: 1"], atOnce));
  assertStrictEquals(selectVariant(twins, request), twins[1]);
});

Deno.test("isSameVariant() compares names and values", () => {
  const selecting = (vary: string, ...lines: string[]) =>
    variant(1, vary, lines).response.selecting;
  assertEquals(isSameVariant([], []), true);
  assertEquals(
    isSameVariant(
      selecting("Foo, Bar", "Foo: 1"),
      selecting("bar, foo", "foo: 1"),
    ),
    true,
  );
  for (
    const other of [
      selecting("Foo", "Foo: 2"),
      selecting("Foo"),
      selecting("Bar", "Bar: 1"),
      selecting("Foo, Bar", "Foo: 1"),
      [],
    ]
  ) assertEquals(isSameVariant(selecting("Foo", "Foo: 1"), other), false);
});
