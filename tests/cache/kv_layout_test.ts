import { assert, assertEquals } from "@std/assert";
import {
  chunkKey,
  FORMAT_KEY,
  idOf,
  recordKey,
  recordsBetween,
  recordsOf,
} from "../../src/cache/kv_layout.ts";

Deno.test("recordKey() makes keys that KV has in the order of ids", async () => {
  using kv = await Deno.openKv(":memory:");
  const ids = [1, 10, 2, 1.8e15, 1.8e15 + 1, 999_999];
  for (const id of ids) await kv.set(recordKey("entry", id), id);
  await kv.set(recordKey("index", 5), 5);
  await kv.set(chunkKey(1, 0), 0);
  await kv.set(FORMAT_KEY, 0);
  const found: number[] = [];
  for await (const { key } of kv.list(recordsOf("entry"))) {
    found.push(idOf(key));
  }
  assertEquals(found, ids.toSorted((a, b) => a - b));
});

Deno.test("recordsBetween() selects from the first to before the last, parts included", async () => {
  using kv = await Deno.openKv(":memory:");
  for (const id of [1, 2, 3]) await kv.set(chunkKey(id, 7), id);
  const count = async (start: number, end: number) => {
    const list = kv.list(recordsBetween("body", start, end));
    return (await Array.fromAsync(list)).map(({ value }) => value);
  };
  assertEquals(await count(2, 3), [2]);
  assertEquals(await count(-Infinity, 3), [1, 2]);
  assertEquals(await count(2, Infinity), [2, 3]);
});

Deno.test("idOf() is no number for a key that somebody else wrote", () => {
  assert(Number.isNaN(idOf(["cache", "entry", "x"])));
  assert(Number.isNaN(idOf(["cache"])));
});
