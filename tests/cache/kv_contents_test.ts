import { assert, assertEquals } from "@std/assert";
import { Entry } from "../../src/cache/entry.ts";
import { KvContents } from "../../src/cache/kv_contents.ts";
import { entryOf } from "./tier_contract.ts";

class Stage implements AsyncDisposable {
  nowMs = 0;
  readonly contents: KvContents;

  private constructor(readonly kv: Deno.Kv, maxQueuedBytes: number) {
    this.contents = new KvContents({
      kv,
      maxBytes: 100_000,
      maxQueuedBytes,
      now: () => ++this.nowMs,
      onError: (message) => {
        throw new Error(message);
      },
      onDropped: () => undefined,
      onRoom: () => undefined,
    });
  }

  static async open(maxQueuedBytes = 200_000): Promise<Stage> {
    return new Stage(await Deno.openKv(":memory:"), maxQueuedBytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.contents.close(1_000);
    this.kv.close();
  }
}

Deno.test("KvContents has an entry in the index from when it is put", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  assertEquals(contents.put(entryOf(1, {}, 70_000), 5), "kept");
  const indexed = contents.index.get(5, 1)!;
  assertEquals([indexed.chunks, indexed.lastUseMs], [2, 1]);
  assert(contents.drop(5, 1));
  assert(!contents.drop(5, 1));
  assertEquals(contents.writer.waiting(1), undefined);
});

Deno.test("KvContents keeps a body where it is when its head grows", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  const entry = entryOf(1, {}, 30_000);
  contents.put(entry, 5);
  const response = entryOf(1, { url: "x".repeat(9_000) }, 30_000).response;
  const put = contents.put(new Entry(1, response, entry.body), 5);
  assertEquals([put, contents.index.get(5, 1)!.chunks], ["kept", 0]);
});

Deno.test("KvContents leaves an entry as it is when its new head is not taken", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  const entry = entryOf(1);
  contents.put(entry, 5);
  const response = entryOf(1, { url: "x".repeat(200_000) }).response;
  const put = contents.put(new Entry(1, response, entry.body), 5);
  assertEquals(put, "unfit");
  assertEquals(contents.writer.waiting(1)?.entry, entry);
});

Deno.test("KvContents drops the least used for room, and counts them", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  for (const id of [1, 2, 3]) contents.put(entryOf(id, {}, 30_000), id);
  contents.touch(1, 1);
  contents.put(entryOf(4, {}, 30_000), 4);
  assertEquals([1, 2, 3, 4].map((id) => contents.index.has(id)), [
    true,
    false,
    true,
    true,
  ]);
  assertEquals(contents.evictions, 1);
});

Deno.test("KvContents.dropDamaged() counts an entry once", async () => {
  await using stage = await Stage.open();
  stage.contents.put(entryOf(1), 5);
  stage.contents.dropDamaged(5, 1);
  stage.contents.dropDamaged(5, 1);
  assertEquals(stage.contents.damaged, 1);
});

Deno.test("KvContents.clear() forgets what waits", async () => {
  await using stage = await Stage.open();
  stage.contents.put(entryOf(1), 5);
  stage.contents.clear();
  assertEquals(stage.contents.index.size, 0);
  assertEquals(stage.contents.writer.size, 0);
});

Deno.test("KvContents says whether what it can't keep might be kept later", async () => {
  await using stage = await Stage.open(50_000);
  const { contents } = stage;
  assertEquals(contents.put(entryOf(1, {}, 100_000), 1), "unfit");
  assertEquals(contents.put(entryOf(2, {}, 40_000), 2), "kept");
  assertEquals(contents.put(entryOf(3, {}, 40_000), 3), "full");
});

Deno.test("KvContents.invalidateAll() names what the disk does not know of yet", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  contents.put(entryOf(1), 5);
  // Of what was never written nothing can come back.
  assertEquals(contents.invalidateAll(5), []);
  assert(contents.index.get(5, 1)!.isInvalidated);
  await contents.writer.round();
  assertEquals(contents.invalidateAll(5), []);
  contents.put(entryOf(2), 5);
  await contents.writer.round();
  assertEquals(contents.invalidateAll(5), [2]);
  assertEquals(contents.invalidateAll(5), [2], "it is still on its way");
  await contents.writer.written([2]);
  assertEquals(contents.invalidateAll(5), []);
  assertEquals(contents.invalidateAll(6), []);
});

Deno.test("KvContents.invalidateAll() names what is gone and still on disk", async () => {
  await using stage = await Stage.open();
  const { contents } = stage;
  contents.put(entryOf(1), 5);
  await contents.writer.round();
  contents.drop(5, 1);
  assertEquals(contents.invalidateAll(5), [1]);
  await contents.writer.written([1]);
  assertEquals(contents.invalidateAll(5), []);
});
