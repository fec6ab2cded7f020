import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Entry } from "../../src/cache/entry.ts";
import { KvIndex } from "../../src/cache/kv_index.ts";
import { decodeIndexRecord } from "../../src/cache/kv_index_record.ts";
import { recordKey } from "../../src/cache/kv_layout.ts";
import { KvWriter } from "../../src/cache/kv_writer.ts";
import { FakeKv } from "./fake_kv.ts";
import { entryOf } from "./tier_contract.ts";

const HASH = 5;

/** A writer whose clock stands still. */
class Stage implements AsyncDisposable {
  readonly errors: string[] = [];
  readonly droppedIds: number[] = [];
  readonly index = new KvIndex();
  readonly writer: KvWriter;
  nowMs = 0;

  private constructor(readonly fake: FakeKv, maxQueuedBytes: number) {
    this.writer = new KvWriter({
      kv: fake.kv,
      index: this.index,
      maxQueuedBytes,
      onError: (message) => this.errors.push(message),
      onDropped: (_, id) => this.droppedIds.push(id),
      clock: () => this.nowMs,
      firstRetryMs: 1,
    });
  }

  static async open(maxQueuedBytes = 100_000): Promise<Stage> {
    return new Stage(await FakeKv.open(), maxQueuedBytes);
  }

  put(id: number, bytes = 1_000, isOnDisk = false): boolean {
    const entry: Entry = entryOf(id);
    this.index.set({
      id,
      hash: HASH,
      bytes,
      lastUseMs: 0,
      chunks: 0,
      isInvalidated: false,
    });
    return this.writer.tryPut({
      hash: HASH,
      entry,
      body: entry.body,
      bytes,
      isOnDisk,
    });
  }

  async idsOnDisk(): Promise<unknown[]> {
    const records = this.fake.kv.list({ prefix: ["cache", "entry"] });
    return (await Array.fromAsync(records)).map(({ key }) => key[2]);
  }

  async failRounds(count: number): Promise<void> {
    this.fake.writeFailure = new Error("database or disk is full");
    for (let i = 0; i < count; i++) await this.writer.round();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fake.writeFailure = undefined;
    await this.writer.close();
    this.fake.kv.close();
  }
}

Deno.test("KvWriter writes what was queued together in one commit", async () => {
  await using stage = await Stage.open();
  for (const id of [1, 2, 3]) assert(stage.put(id));
  assertEquals(stage.writer.queuedBytes, 3_000);
  assertEquals(stage.writer.waiting(2)?.entry.id, 2);
  await stage.writer.round();
  assertEquals(stage.fake.commits, 1);
  assertEquals(await stage.idsOnDisk(), [1, 2, 3]);
  assertEquals(stage.writer.queuedBytes, 0);
  assertEquals(stage.writer.waiting(2), undefined);
});

Deno.test("KvWriter takes no more than its queue has room for", async () => {
  await using stage = await Stage.open(2_500);
  assertEquals([1, 2, 3].map((id) => stage.put(id)), [true, true, false]);
  assertEquals(stage.writer.dropped, 1);
  await stage.writer.round();
  assert(stage.put(3, 9_000), "an empty queue takes whatever comes");
});

Deno.test("KvWriter writes the last of what was queued for an entry", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  stage.put(2);
  stage.put(1, 2_000);
  assertEquals(stage.writer.queuedBytes, 3_000);
  stage.writer.delete(2, 0);
  stage.writer.mark(1, HASH);
  assertEquals(stage.writer.queuedBytes, 2_000);
  // What is to be removed goes first.
  await stage.writer.flush();
  assertEquals(await stage.idsOnDisk(), []);
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [1]);
});

Deno.test("KvWriter writes a mark that came while its entry was written", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  const writing = stage.fake.whenCommitting.then(() => {
    stage.index.invalidate(HASH, 1);
    stage.writer.mark(1, HASH);
  });
  await Promise.all([stage.writer.round(), writing]);
  await stage.writer.close();
  const { value } = await stage.fake.kv.get(recordKey("index", 1));
  assertEquals(decodeIndexRecord(1, value)?.isInvalidated, true);
});

Deno.test("KvWriter tries again after a failure, and says nothing of a single one", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.failRounds(1);
  stage.fake.writeFailure = undefined;
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [1]);
  assertEquals(stage.errors, []);
  assertEquals(stage.writer.dropped, 0);
});

Deno.test("KvWriter pauses after three failures, told once, and keeps what is to be removed", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.put(2);
  stage.put(3, 1_000, true);
  stage.writer.delete(1, 0);
  await stage.failRounds(3);
  assertEquals(stage.errors.length, 1);
  assertStringIncludes(stage.errors[0]!, "disk is full");
  assert(stage.writer.isPaused);
  assert(!stage.put(4));
  assertEquals(stage.writer.dropped, 3);
  assertEquals(stage.droppedIds, [2]);
  assertEquals(stage.writer.queuedBytes, 0);
  stage.fake.writeFailure = undefined;
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), []);
  assert(!stage.writer.isPaused);
  assert(stage.put(4));
});

Deno.test("KvWriter takes entries again once the pause is over", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.failRounds(3);
  assert(stage.writer.isPaused);
  stage.nowMs += 60_000;
  assert(!stage.writer.isPaused);
  assert(stage.put(2));
});

Deno.test("KvWriter.close() writes what waits at once", async () => {
  const stage = await Stage.open(1e9);
  for (let id = 1; id <= 1_200; id++) stage.put(id);
  await stage.writer.close();
  assertEquals((await stage.idsOnDisk()).length, 1_200);
  assert(!stage.put(9_999));
  await stage[Symbol.asyncDispose]();
});

Deno.test("KvWriter.close() gives up on a store that fails", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  stage.fake.writeFailure = new Error("disk I/O error");
  await stage.writer.close();
  assertEquals(stage.errors.length, 1);
  assertEquals(stage.writer.dropped, 1);
});

Deno.test("KvWriter drops an entry whose head is too long, and goes on", async () => {
  await using stage = await Stage.open();
  const entry = entryOf(1, { url: "x".repeat(70_000) });
  stage.put(1);
  stage.writer.tryPut({
    hash: HASH,
    entry,
    body: entry.body,
    bytes: 1,
    isOnDisk: false,
  });
  stage.put(2);
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [2]);
  assertEquals(stage.droppedIds, [1]);
  assertEquals(stage.errors, []);
});
