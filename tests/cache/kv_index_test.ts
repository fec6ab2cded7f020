import { assert, assertEquals } from "@std/assert";
import { type IndexedEntry, KvIndex } from "../../src/cache/kv_index.ts";

function indexed(
  id: number,
  overrides: Partial<IndexedEntry> = {},
): IndexedEntry {
  return {
    id,
    hash: id % 1_000,
    bytes: 10,
    lastUseMs: id,
    chunks: 0,
    isInvalidated: false,
    ...overrides,
  };
}

Deno.test("KvIndex does what a map of maps does, whatever is added and removed", () => {
  const index = new KvIndex();
  const model = new Map<number, IndexedEntry>();
  let random = 1;
  const next = (max: number) =>
    (random = Math.imul(random, 48_271) >>> 0) % max;
  for (let i = 0; i < 20_000; i++) {
    const entry = indexed(next(5_000), { bytes: 1 + next(99), lastUseMs: i });
    if (next(3) === 0) {
      assertEquals(index.delete(entry.hash, entry.id), model.get(entry.id));
      model.delete(entry.id);
    } else {
      index.set(entry);
      model.set(entry.id, entry);
    }
  }
  assertEquals(index.size, model.size);
  const bytes = [...model.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  assertEquals(index.bytes, bytes);
  for (let id = 0; id < 5_000; id++) {
    assertEquals(index.get(id % 1_000, id), model.get(id));
  }
  for (let hash = 0; hash < 1_000; hash++) {
    const ids = [...model.values()].filter((entry) => entry.hash === hash)
      .map(({ id }) => id).sort();
    assertEquals(index.idsOf(hash).sort(), ids);
    assertEquals(index.has(hash), ids.length > 0);
  }
});

Deno.test("KvIndex tells hashes apart that share a bucket", () => {
  const index = new KvIndex();
  const hashes = [5, 5 + 2 ** 32, 5 + 2 ** 52, 5 + 2 ** 20];
  hashes.forEach((hash, id) => index.set(indexed(id, { hash })));
  hashes.forEach((hash, id) => assertEquals(index.idsOf(hash), [id]));
  assert(!index.has(5 + 2 ** 33));
});

Deno.test("KvIndex.invalidate() says whether that is news", () => {
  const index = new KvIndex();
  index.set(indexed(1));
  assert(index.invalidate(1, 1));
  assert(!index.invalidate(1, 1));
  assert(!index.invalidate(1, 2));
  assert(index.get(1, 1)!.isInvalidated);
});

Deno.test("KvIndex.leastUsed() finds the oldest of a few, and spares one", () => {
  const index = new KvIndex();
  assertEquals(index.leastUsed(), undefined);
  for (const id of [1, 2, 3]) index.set(indexed(id));
  assertEquals(index.leastUsed()?.id, 1);
  assertEquals(index.leastUsed(1)?.id, 2);
  assert(index.touch(1, 1, 99));
  assert(!index.touch(1, 7, 99));
  assertEquals(index.leastUsed()?.id, 2);
});

Deno.test("KvIndex.leastUsed() finds an old one of many", () => {
  const index = new KvIndex();
  for (let id = 0; id < 10_000; id++) index.set(indexed(id));
  const found = Array.from({ length: 1_000 }, () => index.leastUsed()!.id);
  const old = found.filter((id) => id < 10_000 / 4).length;
  // One in a hundred has no old entry among its samples.
  assert(old > 950, `${old} of 1000`);
});

Deno.test("KvIndex.clear() leaves nothing", () => {
  const index = new KvIndex();
  for (let id = 0; id < 5_000; id++) index.set(indexed(id));
  index.clear();
  assertEquals([index.size, index.bytes, index.has(1)], [0, 0, false]);
  index.set(indexed(1));
  assertEquals(index.idsOf(1), [1]);
});
