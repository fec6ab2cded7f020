import { assertEquals, assertStrictEquals } from "@std/assert";
import { openCache } from "../../src/cli/open_cache.ts";
import { defaultSettings } from "../../src/config.ts";

Deno.test("openCache() is of the settings", async () => {
  using kv = await Deno.openKv(":memory:");
  const { caching, close } = await openCache({
    ...defaultSettings(),
    cacheMemoryBytes: 1_000_000,
    cacheMaxObjectBytes: 1000,
    cacheDefaultTtlMs: 2500,
  }, kv);
  assertEquals(caching?.maxObjectBytes, 1000);
  assertEquals(caching?.grant, { defaultTtlSeconds: 2.5 });
  assertEquals(caching?.fetches.budget.maxBytes, 1_000_000);
  assertEquals(caching?.store.usage.memory.maxBytes, 1_000_000);
  assertStrictEquals(caching?.now, Date.now);
  await close();
});

Deno.test("openCache() has room for one object that arrives, whatever memory keeps", async () => {
  using kv = await Deno.openKv(":memory:");
  const settings = { ...defaultSettings(), cacheMemoryBytes: 0 };
  const { caching, close } = await openCache(settings, kv);
  assertEquals(caching?.fetches.budget.maxBytes, settings.cacheMaxObjectBytes);
  await close();
});

Deno.test("openCache() ends what is under way when it is closed", async () => {
  using kv = await Deno.openKv(":memory:");
  const { caching, close } = await openCache(defaultSettings(), kv);
  let isEnded = false;
  caching?.fetches.running.add(() => isEnded = true);
  await close();
  assertEquals(isEnded, true);
});

Deno.test("openCache() opens none with --no-cache", async () => {
  using kv = await Deno.openKv(":memory:");
  const settings = { ...defaultSettings(), cache: false };
  const { caching, close } = await openCache(settings, kv);
  assertEquals(caching, undefined);
  await close();
});
