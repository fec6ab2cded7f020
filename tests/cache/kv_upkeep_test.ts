import { assert, assertEquals } from "@std/assert";
import { KvContents } from "../../src/cache/kv_contents.ts";
import { openFormat } from "../../src/cache/kv_format.ts";
import { KvUpkeep } from "../../src/cache/kv_upkeep.ts";
import { Trouble } from "../../src/cache/trouble.ts";
import { FakeKv } from "./fake_kv.ts";
import { entryOf } from "./tier_contract.ts";

/** One store, opened again and again. */
class Stage implements AsyncDisposable {
  readonly errors: string[] = [];
  contents!: KvContents;
  upkeep!: KvUpkeep;

  private constructor(readonly fake: FakeKv) {}

  static async open(): Promise<Stage> {
    const stage = new Stage(await FakeKv.open());
    await stage.#open(1e9);
    return stage;
  }

  /** As after a restart. */
  async reopen(maxBytes = 1e9): Promise<KvUpkeep> {
    await this.#close();
    await this.#open(maxBytes);
    return this.upkeep;
  }

  put(...ids: number[]): void {
    for (const id of ids) this.contents.put(entryOf(id), id);
  }

  async ids(): Promise<number[]> {
    await this.upkeep.loaded;
    return [...this.contents.index.entries()].map(({ id }) => id).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    this.fake.kv.close();
  }

  async #open(maxBytes: number): Promise<void> {
    const { kv } = this.fake;
    const onError = (message: string) => void this.errors.push(message);
    const contents = this.contents = new KvContents({
      kv,
      maxBytes,
      maxQueuedBytes: 1e9,
      now: () => 1,
      onError,
      onDropped: () => undefined,
      onRoom: () => undefined,
    });
    const trouble = new Trouble(onError, String);
    const opened = await openFormat(kv);
    this.upkeep = new KvUpkeep({ kv, contents, trouble, opened });
  }

  async #close(): Promise<void> {
    await this.upkeep.close();
    await this.contents.close(1_000);
  }
}

Deno.test("KvUpkeep finds at a start what was there at the end", async () => {
  await using stage = await Stage.open();
  assertEquals(stage.upkeep.lastIdAtStart, 0);
  stage.put(1, 2, 3);
  const { lastIdAtStart } = await stage.reopen();
  assertEquals([lastIdAtStart, await stage.ids()], [3, [1, 2, 3]]);
  assert(stage.upkeep.isLoaded);
});

Deno.test("KvUpkeep has what was invalidated before it was found invalidated", async () => {
  await using stage = await Stage.open();
  stage.put(1, 2);
  const upkeep = await stage.reopen();
  assert(!upkeep.isLoaded);
  upkeep.invalidateEarly(2);
  await stage.ids();
  upkeep.invalidateEarly(1);
  const { index } = stage.contents;
  assertEquals([1, 2].map((id) => index.get(id, id)?.isInvalidated), [
    false,
    true,
  ]);
});

Deno.test("KvUpkeep.clear() voids what there was, for good", async () => {
  await using stage = await Stage.open();
  stage.put(1, 2);
  await stage.reopen();
  await stage.ids();
  stage.contents.clear();
  await stage.upkeep.clear(2);
  assert(stage.upkeep.isOver(2, 2));
  assert(!stage.upkeep.isOver(3, 3));
  await stage.upkeep.swept;
  stage.put(3);
  await stage.reopen();
  assertEquals(await stage.ids(), [3]);
});

Deno.test("KvUpkeep takes for over what was dropped in an earlier life", async () => {
  await using stage = await Stage.open();
  stage.put(1, 2);
  await stage.reopen();
  await stage.ids();
  stage.contents.drop(1, 1);
  assertEquals([1, 2].map((id) => stage.upkeep.isOver(id, id)), [true, false]);
});

Deno.test("KvUpkeep makes room where there is less than before", async () => {
  await using stage = await Stage.open();
  stage.put(1, 2, 3, 4);
  await stage.contents.writer.round();
  const { bytes } = stage.contents.index;
  await (await stage.reopen(bytes / 2)).swept;
  assertEquals((await stage.ids()).length, 2);
});

Deno.test("KvUpkeep tells of a store that fails, and goes on", async () => {
  await using stage = await Stage.open();
  await stage.upkeep.swept;
  stage.fake.writeFailure = new Error("disk I/O error");
  await stage.upkeep.clear(9);
  assertEquals(stage.errors, ["disk I/O error"]);
  stage.fake.writeFailure = undefined;
});
