import { assertEquals } from "@std/assert";
import type { BatchSummary } from "../../src/log/record_batch.ts";
import { RecordIndex } from "../../src/log/record_index.ts";

function summary(id: number, records = 10): BatchSummary {
  return { id, records, bytes: records * 100, skipped: 0, fromMs: 0, toMs: 0 };
}

function filled(maxRecords: number, maxBytes = Infinity): RecordIndex {
  const index = new RecordIndex({ maxRecords, maxBytes });
  for (const id of [1, 2, 5]) index.set(summary(id));
  return index;
}

Deno.test("RecordIndex lists what is below an id, newest first", () => {
  const ids = filled(100).newestBelow(5).map(({ id }) => id);
  assertEquals(ids, [2, 1]);
});

Deno.test("RecordIndex counts what is set again once, in its place", () => {
  const index = filled(100);
  index.set(summary(1, 4));
  index.delete(2);
  index.delete(2);
  assertEquals([index.records, index.bytes], [14, 1400]);
  assertEquals(index.newestBelow(9).map(({ id }) => id), [5, 1]);
});

Deno.test("RecordIndex gives up the oldest that are too many, or too much", () => {
  for (const index of [filled(15), filled(100, 1500)]) {
    assertEquals(index.takeExcess(), [1, 2]);
    assertEquals(index.takeExcess(), []);
    assertEquals(index.records, 10);
  }
});
