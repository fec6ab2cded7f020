import { assertEquals } from "@std/assert";
import { chunkKey, recordKey } from "../../src/cache/kv_layout.ts";
import { sweepBetween, sweepUnfinished } from "../../src/cache/kv_sweep.ts";

async function keysOf(kv: Deno.Kv): Promise<string[]> {
  const entries = await Array.fromAsync(kv.list({ prefix: [] }));
  return entries.map(({ key }) => key.slice(1).join(" "));
}

Deno.test("sweepBetween() removes all records of a range, more than a slice of them", async () => {
  using kv = await Deno.openKv(":memory:");
  for (let part = 0; part < 70; part++) await kv.set(chunkKey(2, part), 0);
  for (const id of [1, 2, 3]) {
    for (const kind of ["index", "entry", "unfinished"] as const) {
      await kv.set(recordKey(kind, id), 0);
    }
  }
  await sweepBetween(kv, 2, 4, () => true);
  assertEquals(await keysOf(kv), ["entry 1", "index 1", "unfinished 1"]);
});

Deno.test("sweepBetween() leaves the index for last", async () => {
  using kv = await Deno.openKv(":memory:");
  await kv.set(chunkKey(1, 0), 0);
  await kv.set(recordKey("index", 1), 0);
  let looks = 0;
  await sweepBetween(kv, 0, 9, () => ++looks <= 3);
  assertEquals(await keysOf(kv), ["index 1"]);
});

Deno.test("sweepUnfinished() removes bodies that are marked, and no others", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const id of [1, 2, 3]) await kv.set(chunkKey(id, 0), 0);
  for (const id of [2, 3]) await kv.set(recordKey("unfinished", id), 0);
  await sweepUnfinished(kv, 3, () => true);
  assertEquals(await keysOf(kv), ["body 1 0", "body 3 0", "unfinished 3"]);
  await sweepUnfinished(kv, 9, () => false);
  assertEquals((await keysOf(kv)).length, 3);
});
