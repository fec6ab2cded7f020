import { assert, assertEquals } from "@std/assert";
import { MAX_BATCH_BYTES } from "../../src/log/record_batch.ts";
import { RecordRing } from "../../src/log/record_ring.ts";

const LINE = "x".repeat(1023) + "\n";
const LINES_A_BATCH = MAX_BATCH_BYTES / LINE.length;

function ringOf(maxRecords: number, maxBytes: number, isStored = false) {
  return new RecordRing({ firstId: 5, maxRecords, maxBytes, isStored });
}

function fill(ring: RecordRing, lines: number): void {
  for (let at = 0; at < lines; at++) assert(ring.tryAppend(LINE, at));
}

Deno.test("RecordRing begins a batch with the next id when one is full", () => {
  const ring = ringOf(1e6, 1e9);
  fill(ring, LINES_A_BATCH * 2 + 1);
  assertEquals(ring.newestFirst().map(({ id }) => id), [7, 6, 5]);
  assertEquals(ring.records, LINES_A_BATCH * 2 + 1);
});

Deno.test("RecordRing refuses a line that no batch has room for", () => {
  const ring = ringOf(1e6, 1e9);
  assert(!ring.tryAppend("x".repeat(MAX_BATCH_BYTES) + "\n", 0));
  fill(ring, 1);
  assertEquals(ring.records, 1);
});

Deno.test("RecordRing lets the oldest go, but holds as many as wanted", () => {
  const ring = ringOf(100, 1e9);
  fill(ring, 1000);
  assert(ring.records >= 100 && ring.records < 100 + 2 * LINES_A_BATCH);
  assertEquals(ring.lost, 0);
});

Deno.test("RecordRing keeps to its bytes", () => {
  const ring = ringOf(1e6, 300_000);
  for (let round = 0; round < 1000; round++) {
    fill(ring, 1);
    assert(ring.bytes <= 300_000, String(ring.bytes));
  }
  assert(ring.bytes > 150_000);
});

Deno.test("RecordRing holds what is not stored yet, within its bytes", () => {
  const ring = ringOf(100, 1e9, true);
  fill(ring, 1000);
  assertEquals([ring.records, ring.lost], [1000, 0]);
  for (const batch of ring.unstored(100)) batch.storedRevision = batch.revision;
  ring.letGo();
  assert(ring.records < 100 + 2 * LINES_A_BATCH);

  const small = ringOf(100, 300_000, true);
  fill(small, 1000);
  assertEquals(small.records + small.lost, 1000);
  assert(small.lost > 0);
});

Deno.test("RecordRing gives what is unstored oldest first", () => {
  const ring = ringOf(1e6, 1e9, true);
  fill(ring, LINES_A_BATCH * 3);
  assertEquals(ring.unstored(2).map(({ id }) => id), [5, 6]);
  assertEquals(ring.unstoredBytes, MAX_BATCH_BYTES * 3);
});

Deno.test("RecordRing seals what is large enough for a value of its own", () => {
  const ring = ringOf(1e6, 1e9);
  fill(ring, 3);
  ring.sealIfLarge();
  assertEquals(ring.newestFirst().length, 1);
  fill(ring, 1);
  ring.sealIfLarge();
  assertEquals(ring.newestFirst().map(({ records }) => records), [0, 4]);
});

Deno.test("RecordRing forgets everything but the ids", () => {
  const ring = ringOf(1e6, 1e9);
  fill(ring, 100);
  ring.clear();
  assertEquals([ring.records, ring.oldestId], [0, 7]);
});
