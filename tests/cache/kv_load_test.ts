import { assert, assertEquals } from "@std/assert";
import { encodeIndexRecord } from "../../src/cache/kv_index_record.ts";
import { recordKey } from "../../src/cache/kv_layout.ts";
import { EarlyInvalidations, loadIndex } from "../../src/cache/kv_load.ts";

async function storeWith(ids: readonly number[]): Promise<Deno.Kv> {
  const kv = await Deno.openKv(":memory:");
  for (const id of ids) {
    const value = encodeIndexRecord({
      id,
      hash: id,
      bytes: 1,
      lastUseMs: 0,
      chunks: 0,
      isInvalidated: false,
    });
    await kv.set(recordKey("index", id), value);
  }
  return kv;
}

Deno.test("loadIndex() finds the records of a range, and names the damaged ones", async () => {
  using kv = await storeWith([1, 2, 3, 4, 5]);
  await kv.set(recordKey("index", 3), "damaged");
  const found: number[] = [];
  const damaged = await loadIndex(
    kv,
    { start: 2, end: 5 },
    () => true,
    ({ id }) => found.push(id),
  );
  assertEquals(found, [2, 4]);
  assertEquals(damaged, [3]);
});

Deno.test("loadIndex() ends when it may not go on", async () => {
  using kv = await storeWith([1, 2, 3]);
  const found: number[] = [];
  await loadIndex(
    kv,
    { start: 0, end: 9 },
    () => found.length < 2,
    ({ id }) => found.push(id),
  );
  assertEquals(found, [1, 2]);
});

Deno.test("EarlyInvalidations has what was added, and everything when that is too much", () => {
  const early = new EarlyInvalidations();
  early.add(1);
  assert(early.has(1));
  assert(!early.has(2));
  for (let hash = 10; hash < 20_000; hash++) early.add(hash);
  assert(early.has(2));
});
