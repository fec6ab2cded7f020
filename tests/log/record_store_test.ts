import { assertEquals } from "@std/assert";
import { RecordStore, type StoredBatch } from "../../src/log/record_store.ts";

function batch(id: number, text = "line\n"): StoredBatch {
  const content = new TextEncoder().encode(text);
  return {
    content,
    summary: {
      id,
      bytes: content.length,
      records: 1,
      skipped: 2,
      fromMs: -5,
      toMs: 1e12,
    },
  };
}

Deno.test("RecordStore reads what it wrote, in the order of ids", async () => {
  using kv = await Deno.openKv(":memory:");
  const store = new RecordStore(kv);
  const batches = [batch(1), batch(2, "two\n"), batch(300)];
  await store.write(batches.toReversed());
  assertEquals(await store.load(), {
    summaries: batches.map(({ summary }) => summary),
    damagedIds: [],
  });
  const [two, none] = await store.read([2, 3]);
  assertEquals(new TextDecoder().decode(two), "two\n");
  assertEquals(none, undefined);
});

Deno.test("RecordStore takes ten batches of the largest size in a commit", async () => {
  using kv = await Deno.openKv(":memory:");
  const store = new RecordStore(kv);
  const text = "x".repeat(60 * 1024);
  await store.write(Array.from({ length: 10 }, (_, id) => batch(id, text)));
  assertEquals((await store.load()).summaries.length, 10);
});

Deno.test("RecordStore removes any number of batches", async () => {
  using kv = await Deno.openKv(":memory:");
  const store = new RecordStore(kv);
  const ids = Array.from({ length: 1000 }, (_, id) => id);
  for (let at = 0; at < 1000; at += 10) {
    await store.write(ids.slice(at, at + 10).map((id) => batch(id)));
  }
  await store.remove(ids.slice(1));
  assertEquals((await store.load()).summaries.map(({ id }) => id), [0]);
  const rows = await Array.fromAsync(kv.list({ prefix: ["records"] }));
  assertEquals(rows.length, 2);
});

Deno.test("RecordStore tells what is damaged from what is not", async () => {
  using kv = await Deno.openKv(":memory:");
  const store = new RecordStore(kv);
  await store.write([1, 2, 3, 4, 5].map((id) => batch(id)));
  await kv.set(["records", "index", 1], "what?");
  await kv.set(["records", "index", 2], [1, 2, 3, 4, "5"]);
  await kv.set(["records", "index", 3], [-1, 1, 0, 0, 0]);
  await kv.set(["records", "batch", 4], { no: "bytes" });
  await kv.set(["records", "index", "four"], [1, 1, 1, 1, 1]);
  const { summaries, damagedIds } = await store.load();
  assertEquals(summaries.map(({ id }) => id), [4, 5]);
  assertEquals(damagedIds, [1, 2, 3]);
  const contents = await store.read([4, 5]);
  assertEquals(contents.map((content) => content?.length), [undefined, 5]);
});
