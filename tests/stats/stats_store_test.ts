import { assert, assertEquals, assertRejects } from "@std/assert";
import type { KeptPart, KeptValue } from "../../src/stats/kept_json.ts";
import { StatsStore } from "../../src/stats/stats_store.ts";
import { BreakableKv } from "./breakable_kv.ts";

/** A part of named values. */
class Part implements KeptPart {
  readonly values = new Map<string, unknown>();
  readonly #changed = new Set<string>();

  set(name: string, value: unknown): void {
    this.values.set(name, value);
    this.#changed.add(name);
  }

  changes(): KeptValue[] {
    const names = [...this.#changed];
    this.#changed.clear();
    return names.map((name) => ({ key: [name], value: this.values.get(name) }));
  }

  changeAll(): void {
    for (const name of this.values.keys()) this.#changed.add(name);
  }

  restore(kept: readonly KeptValue[]): void {
    for (const { key: [name], value } of kept) {
      this.values.set(`${name}`, value);
    }
  }
}

async function loaded(kv: Deno.Kv): Promise<Record<string, unknown>> {
  const part = new Part();
  await new StatsStore(kv, { part }).load();
  return Object.fromEntries(part.values);
}

Deno.test("StatsStore gives back what was saved, to each part its own", async () => {
  using stage = await BreakableKv.open();
  const parts = { part: new Part(), other: new Part() };
  parts.part.set("a", { deep: [1, "ü"] });
  parts.other.set("a", 2);
  await new StatsStore(stage.kv, parts).save();
  assertEquals(await loaded(stage.kv), { a: { deep: [1, "ü"] } });
});

Deno.test("StatsStore writes only what changed, and removes what is gone", async () => {
  using stage = await BreakableKv.open();
  const part = new Part();
  const store = new StatsStore(stage.kv, { part });
  part.set("a", 1);
  part.set("b", 1);
  await store.save();
  await stage.kv.delete(["stats", "part", "a"]);
  part.set("b", undefined);
  part.set("c", 1);
  await store.save();
  assertEquals(await loaded(stage.kv), { c: 1 });
  const { commits } = stage;
  await store.save();
  assertEquals(stage.commits, commits);
});

Deno.test("StatsStore writes everything after a failure", async () => {
  using stage = await BreakableKv.open();
  const part = new Part();
  const store = new StatsStore(stage.kv, { part });
  await store.load();
  part.set("a", 1);
  stage.state = "broken";
  await assertRejects(() => store.save(), Error, "the disk is gone");
  stage.state = "works";
  await store.save();
  assertEquals(await loaded(stage.kv), { a: 1 });
});

Deno.test("StatsStore writes nothing before it could read what was kept", async () => {
  using stage = await BreakableKv.open();
  const before = new Part();
  before.set("a", "kept");
  await new StatsStore(stage.kv, { part: before }).save();

  const part = new Part();
  const store = new StatsStore(stage.kv, { part });
  part.set("b", 1);
  stage.state = "broken";
  await assertRejects(() => store.save(), Error, "the disk is gone");
  assertEquals(store.isLoaded, false);
  stage.state = "works";
  await store.save();
  assertEquals(store.isLoaded, true);
  assertEquals(Object.fromEntries(part.values), { a: "kept", b: 1 });
  assertEquals(await loaded(stage.kv), { a: "kept", b: 1 });
});

Deno.test("StatsStore spreads what is more than a commit takes", async () => {
  using stage = await BreakableKv.open();
  const part = new Part();
  for (let i = 0; i < 30; i++) part.set(`large ${i}`, "x".repeat(60_000));
  for (let i = 0; i < 1_200; i++) part.set(`small ${i}`, i);
  await new StatsStore(stage.kv, { part }).save();
  assert(stage.commits >= 4);
  assertEquals(await loaded(stage.kv), Object.fromEntries(part.values));
});

Deno.test("StatsStore leaves alone what others keep, and removes what it can't read", async () => {
  using stage = await BreakableKv.open();
  const { kv } = stage;
  await kv.set(["cache", 1], "another's");
  await kv.set(["stats", "part", "old"], "of another format");
  assertEquals(await loaded(kv), {});
  assertEquals((await kv.get(["stats", "part", "old"])).value, null);
  assertEquals((await kv.get(["cache", 1])).value, "another's");
});

Deno.test("StatsStore leaves out values that are damaged", async () => {
  using stage = await BreakableKv.open();
  const part = new Part();
  part.set("a", 1);
  await new StatsStore(stage.kv, { part }).save();
  await stage.kv.set(["stats", "part", "b"], new Uint8Array([123]));
  await stage.kv.set(["stats", "part", "c"], 7);
  await stage.kv.set(["stats", 7], new Uint8Array([49]));
  assertEquals(await loaded(stage.kv), { a: 1 });
});
