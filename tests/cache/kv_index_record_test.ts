import { assertEquals } from "@std/assert";
import {
  decodeIndexRecord,
  encodeIndexRecord,
} from "../../src/cache/kv_index_record.ts";

const INDEXED = {
  id: 1.8e15,
  hash: 2 ** 53 - 1,
  bytes: 5 * 2 ** 30,
  lastUseMs: 1_800_000_000_000,
  chunks: 100_000,
  isInvalidated: true,
};

Deno.test("decodeIndexRecord() gives back what was encoded, times in whole seconds", () => {
  for (const isInvalidated of [true, false]) {
    const indexed = { ...INDEXED, isInvalidated };
    const value = encodeIndexRecord({
      ...indexed,
      lastUseMs: indexed.lastUseMs + 999,
    });
    assertEquals(decodeIndexRecord(INDEXED.id, value), indexed);
  }
});

Deno.test("decodeIndexRecord() refuses what can't be a record", () => {
  const value = encodeIndexRecord(INDEXED);
  for (const other of [null, "x", value.slice(1), new Uint8Array(25)]) {
    assertEquals(decodeIndexRecord(1, other), undefined);
  }
  assertEquals(decodeIndexRecord(NaN, value), undefined);
  assertEquals(
    decodeIndexRecord(1, encodeIndexRecord({ ...INDEXED, hash: 0.5 })),
    undefined,
  );
});
