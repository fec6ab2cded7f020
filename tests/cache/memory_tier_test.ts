import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { NO_ENTRIES } from "../../src/cache/entry_list.ts";
import { MemoryTier } from "../../src/cache/memory_tier.ts";
import { bodyOf, entryOf, idsUnder, testTier } from "./tier_contract.ts";

testTier("MemoryTier", (maxBytes) =>
  Promise.resolve({
    tier: new MemoryTier({ maxBytes }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }));

Deno.test("MemoryTier.get() gives one list until something changes", () => {
  const tier = new MemoryTier({ maxBytes: 100_000 });
  tier.put(entryOf(1, { key: "a" }), []);
  assertStrictEquals(tier.get("a"), tier.get("a"));
  assertStrictEquals(tier.get("b"), NO_ENTRIES);
});

Deno.test("MemoryTier counts heads, bodies and overhead", () => {
  const tier = new MemoryTier({ maxBytes: 100_000 });
  const entry = entryOf(1, { key: "a" }, 5_000);
  tier.put(entry, []);
  const withBody = tier.usage.bytes;
  assert(withBody > 5_000 + 2 * entry.headText.length);
  entry.body = undefined;
  tier.put(entry, []);
  assertEquals(withBody - tier.usage.bytes, 5_000);
});

Deno.test("MemoryTier counts a URL that is the key once", () => {
  const bytes = ["a", "b"].map((url) => {
    const tier = new MemoryTier({ maxBytes: 100_000 });
    tier.put(entryOf(1, { key: "a", url }), []);
    return tier.usage.bytes;
  });
  assertEquals(bytes[1]! - bytes[0]!, 1);
});

Deno.test("MemoryTier tells of what it drops for room, and of nothing else", () => {
  const evicted: number[] = [];
  const tier = new MemoryTier({
    maxBytes: 20_000,
    onGone: (_, entries) => evicted.push(...entries.map(({ id }) => id)),
  });
  const one = entryOf(1, {}, 6_000);
  tier.put(one, []);
  tier.put(entryOf(2, {}, 6_000), []);
  tier.put(entryOf(2, {}, 6_001), []);
  tier.delete(one);
  assertEquals(evicted, []);
  tier.put(entryOf(3, {}, 6_000), []);
  tier.put(entryOf(4, {}, 6_000), []);
  assertEquals(evicted, [2]);
  assertEquals(tier.usage.evictions, 1);
});

Deno.test("MemoryTier tells of every key that is gone, once", () => {
  const gone: string[] = [];
  const tier = new MemoryTier({
    maxBytes: 20_000,
    onGone: (key) => gone.push(key),
  });
  const [one, two] = [entryOf(1, { key: "a" }), entryOf(2, { key: "a" })];
  for (const entry of [one, two]) tier.put(entry, []);
  tier.delete(one);
  assertEquals(gone, []);
  tier.delete(two);
  tier.put(entryOf(3, { key: "b" }), []);
  tier.put(entryOf(4, { key: "b" }, 30_000), []);
  tier.put(entryOf(5, { key: "c" }), []);
  tier.clear();
  assertEquals(gone, ["a", "b", "c"]);
});

Deno.test("MemoryTier.peek() does not count as a use", () => {
  const tier = new MemoryTier({ maxBytes: 20_000 });
  for (const id of [1, 2]) tier.put(entryOf(id, {}, 6_000), []);
  assertEquals(tier.peek("http://example.com/1").length, 1);
  tier.put(entryOf(3, {}, 6_000), []);
  assertEquals(tier.peek("http://example.com/1").length, 0);
});

Deno.test("MemoryTier drops the oldest variants of a key that has too much", async () => {
  const tier = new MemoryTier({ maxBytes: 20_000 });
  for (const id of [1, 2, 3]) tier.put(entryOf(id, { key: "a" }, 6_000), []);
  assertEquals(await idsUnder(tier, "a"), [3, 2]);
});

Deno.test("MemoryTier.keepBody() keeps the body of an entry that is there", () => {
  const tier = new MemoryTier({ maxBytes: 20_000 });
  const [one, other] = [entryOf(1), entryOf(1)];
  one.body = other.body = undefined;
  tier.put(one, []);
  const { bytes } = tier.usage;
  tier.keepBody(other, bodyOf(1, 10));
  assertEquals(other.body, undefined);
  tier.keepBody(one, new Uint8Array(30_000));
  assertEquals(one.body, undefined);
  tier.keepBody(one, bodyOf(1, 10));
  assertEquals(one.body, bodyOf(1, 10));
  assertEquals(tier.usage.bytes, bytes + 10);
});

Deno.test("MemoryTier.invalidate() says whether that is news", () => {
  const tier = new MemoryTier({ maxBytes: 20_000 });
  const entry = entryOf(1);
  assert(!tier.invalidate(entry));
  tier.put(entry, []);
  assert(tier.invalidate(entry));
  assert(entry.isInvalidated);
  assert(!tier.invalidate(entry));
});

Deno.test("MemoryTier.clear() drops everything, which is no eviction", () => {
  const tier = new MemoryTier({ maxBytes: 20_000 });
  tier.put(entryOf(1), []);
  tier.clear();
  assertEquals(tier.usage, {
    entries: 0,
    bytes: 0,
    maxBytes: 20_000,
    evictions: 0,
  });
});
