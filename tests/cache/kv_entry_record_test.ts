import { crc32 } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { Entry } from "../../src/cache/entry.ts";
import {
  chunksFor,
  decodeEntry,
  diskBytes,
  encodeEntry,
} from "../../src/cache/kv_entry_record.ts";
import { parseResponseHead } from "../../src/http1/head.ts";
import { stored } from "./stored_responses.ts";
import { assertSameHead, bodyOf, entryOf } from "./tier_contract.ts";

Deno.test("decodeEntry() gives back the head and a body that went with it", () => {
  const entry = entryOf(1);
  const found = decodeEntry(1, encodeEntry(entry, entry.body))!;
  assertSameHead(found, entry);
  assertEquals(found.body, entry.body);
  assertEquals(decodeEntry(1, encodeEntry(entry, undefined))!.body, undefined);
});

Deno.test("decodeEntry() gives back lines as they came from the wire", () => {
  const head = "HTTP/1.1 200 OK\r\nA:1\r\nb:  2 \t\r\nC:\r\nD: \xe9:x\r\n\r\n";
  const { fields } = parseResponseHead(head);
  const entry = new Entry(1, stored([], { fields }), undefined);
  const found = decodeEntry(1, encodeEntry(entry, undefined))!;
  assertEquals(found.headText, entry.headText);
  assertEquals(found.response.fields.values, ["1", "2", "", "\xe9:x"]);
  assertEquals(found.response.fields.keys, ["a", "b", "c", "d"]);
});

Deno.test("decodeEntry() gives back what rules have made of it", () => {
  const judgement = { rules: "rules 1", timeMs: 5, fields: ["server"] };
  for (const kept of [judgement, undefined]) {
    const entry = new Entry(1, stored([], { judgement: kept }), undefined);
    const found = decodeEntry(1, encodeEntry(entry, undefined))!;
    assertEquals(found.response.judgement, kept);
  }
});

Deno.test("decodeEntry() gives back a head without fields", () => {
  const entry = new Entry(1, stored(), new Uint8Array(10));
  assertSameHead(decodeEntry(1, encodeEntry(entry, entry.body))!, entry);
});

Deno.test("decodeEntry() refuses every byte that changed", () => {
  const entry = entryOf(1);
  const value = encodeEntry(entry, entry.body)!;
  for (let at = 0; at < value.length; at++) {
    const damaged = value.slice();
    damaged[at]! ^= 0x20;
    assertEquals(decodeEntry(1, damaged), undefined);
    assertEquals(decodeEntry(1, value.subarray(0, at)), undefined);
  }
});

Deno.test("decodeEntry() refuses what was never a record", () => {
  for (const text of ["null", "{", "[]", "\xff", '{"isInline":true}']) {
    assertEquals(decodeEntry(1, recordOf(text)), undefined, text);
  }
  for (const value of [null, "x", 1, {}]) {
    assertEquals(decodeEntry(1, value), undefined);
  }
});

Deno.test("encodeEntry() refuses a head that is too long for a value", () => {
  const fields = Array.from(
    { length: 70 },
    (_, i) => `A${i}: ${"x".repeat(999)}`,
  );
  const entry = new Entry(1, stored(fields), new Uint8Array(10));
  assertEquals(encodeEntry(entry, undefined), undefined);
});

Deno.test("chunksFor() keeps a short body with its head", () => {
  assertEquals(chunksFor(entryOf(1, {}, 0)), 0);
  assertEquals(chunksFor(entryOf(1, {}, 30_000)), 0);
  assertEquals(chunksFor(entryOf(1, {}, 33_000)), 1);
  assertEquals(chunksFor(entryOf(1, {}, 130_000)), 3);
});

Deno.test("diskBytes() is about what the records take", () => {
  const entry = entryOf(1, {}, 20_000);
  const value = encodeEntry(entry, bodyOf(1, 20_000))!;
  assert(Math.abs(diskBytes(entry) - value.length) < 500);
});

/** A record whose CRC is right and whose head is not. */
function recordOf(head: string): Uint8Array {
  const value = new Uint8Array(8 + head.length);
  for (let i = 0; i < head.length; i++) value[8 + i] = head.charCodeAt(i);
  const view = new DataView(value.buffer);
  view.setUint32(4, head.length);
  view.setUint32(0, crc32(value.subarray(4)));
  return value;
}
