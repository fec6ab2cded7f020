import { assertEquals } from "@std/assert";
import { RecordArchive } from "../../src/log/record_archive.ts";
import { linesOf, RecordBatch } from "../../src/log/record_batch.ts";
import { sampleLine } from "./stored_sample.ts";

const BOUNDS = { maxRecords: 1000, maxBytes: 1e9 };

function batchOf(id: number, ids: readonly string[]): RecordBatch {
  const batch = new RecordBatch(id);
  for (const at of ids) batch.tryAppend(sampleLine({ id: at }), 0);
  return batch;
}

async function storedIds(kv: Deno.Kv): Promise<unknown[]> {
  const rows = kv.list({ prefix: ["records", "batch"] });
  return await Array.fromAsync(rows, ({ key }) => key[2]);
}

Deno.test("RecordArchive finds what an earlier one has written", async () => {
  using kv = await Deno.openKv(":memory:");
  const earlier = await RecordArchive.open(kv, BOUNDS);
  const batch = batchOf(3, ["a", "b"]);
  await earlier.write([batch]);
  assertEquals(batch.isUnstored, false);
  const archive = await RecordArchive.open(kv, BOUNDS);
  assertEquals([archive.lastId, archive.records], [3, 2]);
  assertEquals(archive.newestBelow(4), [batch.summary()]);
  const [content] = await archive.read(archive.newestBelow(4));
  assertEquals(content, batch.content());
});

Deno.test("RecordArchive removes the oldest past its bounds", async () => {
  using kv = await Deno.openKv(":memory:");
  const archive = await RecordArchive.open(kv, { ...BOUNDS, maxRecords: 3 });
  for (const id of [1, 2, 3]) await archive.write([batchOf(id, ["a", "b"])]);
  await archive.tidy();
  assertEquals([archive.records, await storedIds(kv)], [2, [3]]);
});

Deno.test("RecordArchive counts damaged batches once, and removes them", async () => {
  using kv = await Deno.openKv(":memory:");
  const earlier = await RecordArchive.open(kv, BOUNDS);
  await earlier.write([1, 2, 3].map((id) => batchOf(id, ["a"])));
  await kv.set(["records", "index", 3], "damaged");
  await kv.set(["records", "batch", 2], "damaged");
  const archive = await RecordArchive.open(kv, BOUNDS);
  assertEquals([archive.damagedBatches, archive.lastId], [1, 3]);
  const summaries = archive.newestBelow(9);
  for (let time = 0; time < 2; time++) {
    const contents = await archive.read(summaries);
    assertEquals(contents.map((content) => content !== undefined), [
      false,
      true,
    ]);
  }
  assertEquals(archive.damagedBatches, 2);
  await archive.tidy();
  assertEquals(await storedIds(kv), [1]);
});

Deno.test("RecordArchive removes records that fit, and batches without records", async () => {
  using kv = await Deno.openKv(":memory:");
  const archive = await RecordArchive.open(kv, BOUNDS);
  await archive.write([
    batchOf(1, ["a"]),
    batchOf(2, ["a", "b"]),
    batchOf(3, ["b"]),
    batchOf(4, ["a"]),
  ]);
  assertEquals(await archive.removeFitting({ id: "a" }, 4), 2);
  assertEquals(await storedIds(kv), [2, 3, 4]);
  const reopened = await RecordArchive.open(kv, BOUNDS);
  assertEquals(reopened.newestBelow(9), archive.newestBelow(9));
  const [content] = await archive.read(archive.newestBelow(3));
  const lines = linesOf(content ?? new Uint8Array());
  assertEquals(lines.map((line) => line && JSON.parse(line).id), ["", "b"]);
});

Deno.test("RecordArchive removes a batch that was written before it had no records", async () => {
  using kv = await Deno.openKv(":memory:");
  const archive = await RecordArchive.open(kv, BOUNDS);
  const batch = batchOf(1, ["a"]);
  await archive.write([batch]);
  batch.replace(new TextEncoder().encode("\n"), 1);
  await archive.write([batch]);
  await archive.tidy();
  assertEquals([batch.isUnstored, await storedIds(kv)], [false, []]);
});

Deno.test("RecordArchive removes everything", async () => {
  using kv = await Deno.openKv(":memory:");
  const archive = await RecordArchive.open(kv, BOUNDS);
  await archive.write([1, 2].map((id) => batchOf(id, ["a", "b"])));
  assertEquals(await archive.removeAll(2), 2);
  assertEquals([archive.records, await storedIds(kv)], [0, []]);
});
