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
  readonly dropped: string[] = [];
  /** What is put when there is room. */
  onRoom = () => {};
  readonly index = new KvIndex();
  readonly writer: KvWriter;
  nowMs = 0;

  private constructor(readonly fake: FakeKv, maxQueuedBytes: number) {
    this.writer = new KvWriter({
      kv: fake.kv,
      index: this.index,
      maxQueuedBytes,
      onError: (message) => this.errors.push(message),
      onDropped: ({ entry, isOnDisk }, reason) => {
        if (!isOnDisk) this.index.delete(HASH, entry.id);
        this.dropped.push(`${entry.id} ${reason}`);
      },
      onRoom: () => this.onRoom(),
      clock: () => this.nowMs,
      firstRetryMs: 1,
    });
  }

  static async open(maxQueuedBytes = 100_000): Promise<Stage> {
    return new Stage(await FakeKv.open(), maxQueuedBytes);
  }

  put(id: number, bytes = 1_000, isOnDisk = false): boolean {
    if (!this.writer.hasRoom(bytes)) return false;
    const entry: Entry = entryOf(id);
    this.index.set({
      id,
      hash: HASH,
      bytes,
      lastUseMs: 0,
      chunks: 0,
      isInvalidated: false,
    });
    this.writer.put({ hash: HASH, entry, body: entry.body, bytes, isOnDisk });
    return true;
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
    await this.writer.close(1_000);
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
  await stage.writer.round();
  assert(stage.put(3, 9_000), "an empty queue takes whatever comes");
});

Deno.test("KvWriter writes the last of what was queued for an entry", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  stage.put(2);
  stage.put(1, 2_000);
  assertEquals(stage.writer.queuedBytes, 3_000);
  stage.writer.delete(2, HASH, 0);
  stage.writer.mark(1, HASH);
  assertEquals(stage.writer.queuedBytes, 2_000);
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
  await stage.writer.close(1_000);
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
  assertEquals([stage.errors, stage.dropped], [[], []]);
});

Deno.test("KvWriter pauses after three failures, told once, and keeps what is to be removed", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.put(2);
  stage.put(3, 1_000, true);
  stage.writer.delete(1, HASH, 0);
  await stage.failRounds(3);
  assertEquals(stage.errors.length, 1);
  assertStringIncludes(stage.errors[0]!, "disk is full");
  assert(stage.writer.isPaused);
  assert(!stage.put(4));
  assertEquals(stage.dropped, ["2 failure", "3 failure"]);
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
  await stage.writer.close(1_000);
  assertEquals((await stage.idsOnDisk()).length, 1_200);
  assert(!stage.put(9_999));
  await stage[Symbol.asyncDispose]();
});

Deno.test("KvWriter.close() gives up on a store that fails", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  stage.fake.writeFailure = new Error("disk I/O error");
  await stage.writer.close(1_000);
  assertEquals(stage.errors.length, 1);
  assertEquals(stage.dropped, ["1 failure"]);
});

Deno.test("KvWriter drops an entry whose head is too long, and goes on", async () => {
  await using stage = await Stage.open();
  const entry = entryOf(1, { url: "x".repeat(70_000) });
  stage.put(1);
  const { body } = entry;
  stage.writer.put({ hash: HASH, entry, body, bytes: 1, isOnDisk: false });
  stage.put(2);
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [2]);
  assertEquals(stage.dropped, ["1 length"]);
  assertEquals(stage.errors, []);
});

Deno.test("KvWriter writes first what is hastened, and tells when it is written", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.put(2);
  stage.writer.delete(1, HASH, 0);
  const ids = stage.writer.hasten(HASH, []);
  assertEquals(ids, [1]);
  await stage.writer.written(ids);
  assertEquals(await stage.idsOnDisk(), []);
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [2]);
});

Deno.test("KvWriter.written() gives up where writing fails", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.fake.writeFailure = new Error("disk I/O error");
  stage.writer.delete(1, HASH, 0);
  await stage.writer.written(stage.writer.hasten(HASH, []));
  assertEquals(stage.writer.urgentSize, 1);
  await stage.writer.written([1]);
});

Deno.test("KvWriter writes a second mark that came while the first was written", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.writer.mark(1, HASH);
  const writing = stage.fake.whenCommitting.then(() => {
    stage.index.invalidate(HASH, 1);
    stage.writer.mark(1, HASH);
  });
  await Promise.all([stage.writer.round(), writing]);
  await stage.writer.close(1_000);
  const { value } = await stage.fake.kv.get(recordKey("index", 1));
  assertEquals(decodeIndexRecord(1, value)?.isInvalidated, true);
});

Deno.test("KvWriter asks for more as soon as there is room", async () => {
  await using stage = await Stage.open(2_500);
  let id = 0;
  stage.onRoom = () => {
    while (id < 9 && stage.put(id + 1)) id++;
  };
  stage.onRoom();
  for (let round = 0; round < 5; round++) await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("KvWriter asks for more after a failure, though nothing new should come", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.failRounds(3);
  assertEquals(stage.dropped, ["1 failure"]);
  stage.onRoom = () => {
    stage.onRoom = () => {};
    assert(stage.put(1));
  };
  stage.fake.writeFailure = undefined;
  await stage.writer.round();
  assertEquals(await stage.idsOnDisk(), [1]);
});

Deno.test("KvWriter removes what it gives up and has begun to write", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  const body = new Uint8Array(2_000_000);
  const entry = entryOf(2, { bodyLength: body.length });
  stage.index.set({ ...stage.index.get(HASH, 1)!, id: 2, chunks: 33 });
  const [hash, bytes, isOnDisk] = [HASH, body.length, false];
  stage.writer.put({ hash, entry, body, bytes, isOnDisk });
  // After the first part of the body.
  stage.fake.goodCommits = 1;
  await stage.failRounds(3);
  stage.fake.writeFailure = undefined;
  await stage.writer.close(1_000);
  const records = stage.fake.kv.list({ prefix: ["cache"] });
  assertEquals(await Array.fromAsync(records), []);
});

Deno.test("KvWriter.close() waits no longer than it may", async () => {
  await using stage = await Stage.open();
  const { promise, resolve } = Promise.withResolvers<void>();
  stage.fake.hold = promise;
  stage.put(1);
  await stage.writer.close(10);
  assertEquals(stage.writer.waiting(1)?.entry.id, 1);
  resolve();
});

Deno.test("KvWriter keeps what somebody waits for urgent, though the newer head is given up", async () => {
  await using stage = await Stage.open();
  stage.put(1);
  await stage.writer.round();
  stage.put(1, 1_000, true);
  assertEquals(stage.writer.hasten(HASH, [1]), [1]);
  await stage.failRounds(3);
  assertEquals(stage.dropped, ["1 failure"]);
  assertEquals(stage.writer.urgentSize, 1);
});
