import { assertEquals } from "@std/assert";
import { writeBatch } from "../../src/cache/kv_batch.ts";
import { KvIndex } from "../../src/cache/kv_index.ts";
import { KvQueue } from "../../src/cache/kv_queue.ts";
import { KvCommit } from "../../src/cache/kv_write.ts";
import { bodyOf, entryOf } from "./tier_contract.ts";

const HASH = 5;

/** A store in memory, and what each of its commits has left there. */
class Stage {
  readonly index = new KvIndex();
  readonly queue = new KvQueue(1e9);
  readonly tooLong: number[] = [];
  /** The kinds of records after each commit. */
  readonly seen: string[] = [];
  onCommit = () => {};

  private constructor(readonly kv: Deno.Kv) {}

  static async open(): Promise<Stage> {
    return new Stage(await Deno.openKv(":memory:"));
  }

  put(id: number, bodyLength: number, chunks: number): void {
    const bytes = bodyLength + 1;
    const state = { lastUseMs: 0, isInvalidated: false };
    this.index.set({ id, hash: HASH, bytes, chunks, ...state });
    const entry = entryOf(id, { bodyLength }, bodyLength);
    const body = bodyOf(id, bodyLength);
    this.queue.add({ hash: HASH, entry, body, bytes, isOnDisk: false });
  }

  remove(id: number): void {
    const chunks = this.index.delete(HASH, id)?.chunks ?? 0;
    this.queue.remove(id, HASH, chunks);
  }

  async write(): Promise<void> {
    const commit = new KvCommit(this.kv, async () => {
      this.onCommit();
      this.seen.push((await this.kinds()).join(" "));
    });
    await writeBatch(this.queue.next(), {
      commit,
      index: this.index,
      queue: this.queue,
      onTooLong: (id) => this.tooLong.push(id),
    });
  }

  async kinds(): Promise<string[]> {
    const records = this.kv.list({ prefix: ["cache"] });
    const kinds = (await Array.fromAsync(records)).map(({ key }) => key[1]);
    return [...new Set(kinds.map(String))];
  }
}

Deno.test("writeBatch() has a body on disk before its entry, and removes it behind", async () => {
  const stage = await Stage.open();
  stage.put(1, 100_000, 2);
  await stage.write();
  assertEquals(stage.seen, ["body unfinished", "body entry index"]);
  assertEquals(stage.queue.size, 0);
  stage.remove(1);
  await stage.write();
  assertEquals(stage.seen.slice(2), ["body unfinished", ""]);
  stage.kv.close();
});

Deno.test("writeBatch() leaves to the next what changes while bodies are written", async () => {
  const stage = await Stage.open();
  stage.put(1, 100_000, 2);
  stage.onCommit = () => {
    stage.onCommit = () => {};
    stage.remove(1);
  };
  await stage.write();
  assertEquals(await stage.kinds(), ["body", "unfinished"]);
  await stage.write();
  assertEquals(await stage.kinds(), []);
  stage.kv.close();
});

Deno.test("writeBatch() tells of a head that is too long, and writes the rest", async () => {
  const stage = await Stage.open();
  stage.put(1, 10, 0);
  stage.queue.forget(1);
  const entry = entryOf(1, { url: "x".repeat(70_000) });
  const { body } = entry;
  stage.queue.add({ hash: HASH, entry, body, bytes: 9, isOnDisk: false });
  stage.put(2, 10, 0);
  await stage.write();
  assertEquals(stage.tooLong, [1]);
  assertEquals(await stage.kinds(), ["entry", "index"]);
  stage.kv.close();
});
