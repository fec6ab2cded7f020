import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { KvContents } from "../../src/cache/kv_contents.ts";
import { KvLookup } from "../../src/cache/kv_lookup.ts";
import { KvReader } from "../../src/cache/kv_reader.ts";
import { Trouble } from "../../src/cache/trouble.ts";
import { FakeKv } from "./fake_kv.ts";
import { entryOf } from "./tier_contract.ts";

const HASH = 5;

class Stage implements AsyncDisposable {
  readonly contents: KvContents;
  readonly lookup: KvLookup;

  private constructor(readonly fake: FakeKv) {
    const options = { maxBytes: 1e9, maxQueuedBytes: 1e9, now: () => 0 };
    const onError = () => undefined;
    this.contents = new KvContents({
      kv: fake.kv,
      onError,
      onDropped: onError,
      onRoom: onError,
      ...options,
    });
    const reader = new KvReader(fake.kv, new Trouble(onError, String));
    this.lookup = new KvLookup(this.contents, reader);
  }

  static async open(): Promise<Stage> {
    return new Stage(await FakeKv.open());
  }

  /** Entries on disk, under the key "a". */
  async write(...ids: number[]): Promise<void> {
    for (const id of ids) this.contents.put(entryOf(id, { key: "a" }), HASH);
    await this.contents.writer.round();
  }

  async ids(): Promise<number[]> {
    return (await this.lookup.entries("a", HASH)).map(({ id }) => id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.contents.close(1_000);
    this.fake.kv.close();
  }
}

Deno.test("KvLookup finds what is on disk and what waits", async () => {
  await using stage = await Stage.open();
  await stage.write(1, 2);
  stage.contents.put(entryOf(3, { key: "a" }), HASH);
  assertEquals(await stage.ids(), [3, 2, 1]);
});

Deno.test("KvLookup gives what waits where the disk can't be read", async () => {
  await using stage = await Stage.open();
  await stage.write(1);
  stage.contents.put(entryOf(2, { key: "a" }), HASH);
  stage.fake.readFailure = new Error("broken");
  assertEquals(await stage.ids(), [2]);
  stage.fake.readFailure = undefined;
  assertEquals(await stage.ids(), [2, 1]);
});

Deno.test("KvLookup has one of two keys of one hash", async () => {
  await using stage = await Stage.open();
  await stage.write(1);
  stage.contents.put(entryOf(2, { key: "b" }), HASH);
  assertEquals(await stage.ids(), [1]);
  assertEquals(stage.contents.damaged, 1);
});

Deno.test("KvLookup reads what was put meanwhile, too", async () => {
  await using stage = await Stage.open();
  await stage.write(1);
  const reading = stage.ids();
  stage.contents.put(entryOf(2, { key: "a" }), HASH);
  stage.contents.drop(HASH, 1);
  assertEquals(await reading, [2]);
});

Deno.test("KvLookup.update() gives an entry what the index knows", async () => {
  await using stage = await Stage.open();
  const entry = entryOf(1, { key: "a" });
  assert(!stage.lookup.update(entry, HASH));
  stage.contents.put(entry, HASH);
  stage.contents.invalidate(HASH, 1);
  assert(stage.lookup.update(entry, HASH));
  assert(entry.isInvalidated);
});

Deno.test("KvLookup.body() gives at once what is in memory", async () => {
  await using stage = await Stage.open();
  const entry = entryOf(1, { key: "a" }, 100_000);
  stage.contents.put(entry, HASH);
  assertStrictEquals(stage.lookup.body(entry, HASH), entry.body);
  const { body } = entry;
  entry.body = undefined;
  assertStrictEquals(stage.lookup.body(entry, HASH), body);
  await stage.contents.writer.round();
  assertEquals(await stage.lookup.body(entry, HASH), body);
  stage.contents.drop(HASH, 1);
  assertEquals(stage.lookup.body(entry, HASH), undefined);
});
