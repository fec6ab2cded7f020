import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { refreshed, refreshedByHead } from "../../src/cache/refreshed.ts";
import type { Fields } from "../../src/http1/fields.ts";
import { anyFields } from "../http1/wire_arbitraries.ts";
import {
  exchangedLater,
  fieldsOf,
  linesOf,
  stored,
  storedPart,
} from "./stored_responses.ts";

function updated(before: string[], update: string[]): string[] {
  const response = refreshed(
    stored(before),
    fieldsOf(...update),
    exchangedLater(),
  );
  return linesOf(response.fields);
}

Deno.test('refreshed(): "MUST add each header field [...], replacing field values that are already present" (RFC 9111 §3.2)', () => {
  const cases: [before: string[], update: string[], after: string[]][] = [
    [["A: 1", "B: 1"], ["A: 2"], ["B: 1", "A: 2"]],
    [["A: 1"], ["B: 2"], ["A: 1", "B: 2"]],
    [["A: 1"], [], ["A: 1"]],
    [["A: 1"], ["a: 2"], ["a: 2"]],
    [
      ["Set-Cookie: a=1", "Set-Cookie: b=1", "A: 1"],
      ["Set-Cookie: a=2"],
      ["A: 1", "Set-Cookie: a=2"],
    ],
    [
      ["Set-Cookie: a=1"],
      ["Set-Cookie: a=2", "Set-Cookie: b=2"],
      ["Set-Cookie: a=2", "Set-Cookie: b=2"],
    ],
    [["Content-Type: a/b"], ["Content-Type: a/c"], ["Content-Type: a/c"]],
  ];
  for (const [before, update, after] of cases) {
    assertEquals(updated(before, update), after);
  }
});

Deno.test("refreshed() leaves what rules have judged as it is, but for how it may be used", () => {
  const judgement = { rules: "1", timeMs: 0, fields: ["expires", "date", "x"] };
  const grant = { ttlSeconds: 5 };
  const before = stored(["A: 1", "Expires: 0", "Date: old", "X: 1"], {
    judgement,
    grant,
    tags: ["ruled"],
  });
  const update = fieldsOf(
    ...["A: 2", "Set-Cookie: a=1", "X: 2", "Expires: 1", "Date: new"],
    "Cache-Control: max-age=5",
  );
  const response = refreshed(before, update, exchangedLater());
  assertEquals(linesOf(response.fields), [
    "A: 1",
    "Expires: 0",
    "X: 1",
    "Date: new",
    "Cache-Control: max-age=5",
  ]);
  assertEquals(response.grant, grant);
  assertEquals(response.tags, ["ruled"]);
  assertEquals(response.judgement, judgement);
});

Deno.test("refreshed() neither replaces nor adds what the stored body depends on (RFC 9111 §3.2)", () => {
  const names = [
    "Content-Digest",
    "Content-Encoding",
    "Content-Length",
    "Content-MD5",
    "Content-Range",
    "Digest",
    "ETag",
    "Repr-Digest",
  ];
  for (const name of names) {
    assertEquals(updated([`${name}: 1`], [`${name}: 2`]), [`${name}: 1`]);
    assertEquals(updated([], [`${name}: 2`]), []);
  }
});

Deno.test("refreshed() has the times, the grant and the tags of the new exchange", () => {
  const before = stored();
  const after = refreshed(before, fieldsOf(), exchangedLater());
  const { requestFields: _, ...exchanged } = exchangedLater();
  assertEquals(after, { ...before, ...exchanged, fields: after.fields });
  assertEquals(linesOf(after.fields), []);
});

Deno.test("refreshed() selects by the stored request's fields while Vary stays, by the new one's when it changes", () => {
  const selecting = [{ name: "accept", value: "a" }];
  const before = stored(["Vary: Accept"], { selecting });
  const exchanged = exchangedLater({
    requestFields: fieldsOf("Accept: b", "X: c"),
  });
  for (const lines of [[], ["Vary: Accept"]]) {
    const after = refreshed(before, fieldsOf(...lines), exchanged);
    assertEquals(after.selecting, selecting);
  }
  const after = refreshed(before, fieldsOf("Vary: X"), exchanged);
  assertEquals(after.selecting, [{ name: "x", value: "c" }]);
  assertEquals(after.fields.all("vary"), ["X"]);
});

Deno.test("refreshed() keeps each stored field that the update omits, and has each field of the update once", () => {
  const isDescriptive = (key: string) =>
    /^content-|digest$|^etag$|^vary$/.test(key);
  fc.assert(fc.property(anyFields, anyFields, (before, update) => {
    fc.pre(![...before.keys, ...update.keys].some(isDescriptive));
    const { fields } = refreshed(
      stored([], { fields: before }),
      update,
      exchangedLater(),
    );
    const valuesOf = (source: Fields, key: string) => source.all(key);
    for (const key of new Set(fields.keys)) {
      const source = update.has(key) ? update : before;
      assertEquals(valuesOf(fields, key), valuesOf(source, key));
    }
    const expected = new Set([...before.keys, ...update.keys]);
    assertEquals(new Set(fields.keys), expected);
  }));
});

Deno.test("refreshed() leaves the stored response as it was", () => {
  const before = stored(["A: 1"]);
  refreshed(before, fieldsOf("A: 2"), exchangedLater());
  assertEquals(linesOf(before.fields), ["A: 1"]);
});

Deno.test('refreshedByHead(): "matching values for any received validator fields" and the same length (RFC 9111 §4.3.5)', () => {
  type Case = [
    before: string[],
    update: string[],
    contentLength: number | undefined,
    isUpdated: boolean,
  ];
  const cases: Case[] = [
    [[], [], undefined, true],
    [[], [], 10, true],
    [[], [], 11, false],
    [['ETag: "a"'], ['ETag: "a"'], 10, true],
    [['ETag: "a"'], ['ETag: "b"'], 10, false],
    [['ETag: "a"'], [], undefined, true],
    [[], ['ETag: "a"'], undefined, false],
    [["Last-Modified: a"], ["Last-Modified: b"], undefined, false],
    [["Last-Modified: a"], ["Last-Modified: a"], 10, true],
  ];
  for (const [before, update, contentLength, isUpdated] of cases) {
    const after = refreshedByHead(
      stored(before),
      fieldsOf("A: 2", ...update),
      contentLength,
      exchangedLater(),
    );
    assertEquals(after?.fields.get("a"), isUpdated ? "2" : undefined);
  }
});

Deno.test("refreshedByHead() takes a part's whole length", () => {
  const cases: [total: number | undefined, isUpdated: boolean][] = [
    [20, true],
    [10, false],
    [undefined, false],
  ];
  for (const [total, isUpdated] of cases) {
    const part = storedPart(0, 5, total);
    const after = refreshedByHead(part, fieldsOf(), 20, exchangedLater());
    assertEquals(after !== undefined, isUpdated);
  }
});
