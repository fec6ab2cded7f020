import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { openFormat, writeFormat } from "../../src/cache/kv_format.ts";
import { chunkKey, FORMAT_KEY, recordKey } from "../../src/cache/kv_layout.ts";

Deno.test("openFormat() makes a format for a new store, and finds it again", async () => {
  using kv = await Deno.openKv(":memory:");
  const first = await openFormat(kv);
  assertEquals(first.lastId, 0);
  assertEquals(first.format.since, 1);
  assertEquals(await openFormat(kv), first);
  using other = await Deno.openKv(":memory:");
  assertNotEquals((await openFormat(other)).format.seed, first.format.seed);
});

Deno.test("openFormat() finds the greatest id of all kinds of records", async () => {
  using kv = await Deno.openKv(":memory:");
  await kv.set(recordKey("index", 3), 0);
  await kv.set(recordKey("entry", 2), 0);
  assertEquals((await openFormat(kv)).lastId, 3);
  await kv.set(chunkKey(9, 4), 0);
  assertEquals((await openFormat(kv)).lastId, 9);
  await kv.set(recordKey("unfinished", 10), 0);
  await kv.set(["cache", "unfinished", "x"], 0);
  assertEquals((await openFormat(kv)).lastId, 10);
});

for (const value of [{ version: 0, seed: 1, since: 1 }, { version: 1 }, "x"]) {
  Deno.test(`openFormat() declares void what is there with ${JSON.stringify(value)}`, async () => {
    using kv = await Deno.openKv(":memory:");
    await kv.set(recordKey("entry", 5), 0);
    await kv.set(FORMAT_KEY, value);
    assertEquals((await openFormat(kv)).format.since, 6);
  });
}

Deno.test("writeFormat() is what openFormat() finds", async () => {
  using kv = await Deno.openKv(":memory:");
  const { format } = await openFormat(kv);
  await writeFormat(kv, { ...format, since: 77 });
  assertEquals((await openFormat(kv)).format, { ...format, since: 77 });
  assert(format.since < 77);
});
