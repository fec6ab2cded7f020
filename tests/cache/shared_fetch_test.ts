import { assertEquals, assertStrictEquals } from "@std/assert";
import { SharedFetch, SharedFetches } from "../../src/cache/shared_fetch.ts";

Deno.test("SharedFetch settles once it is known what becomes of it", async () => {
  const fetch = new SharedFetch();
  assertEquals(fetch.state, { kind: "waiting" });
  fetch.settle({ kind: "direct" });
  await fetch.settled;
  assertEquals(fetch.state, { kind: "direct" });
});

Deno.test("SharedFetches finds a fetch until it is ended", () => {
  const fetches = new SharedFetches(1000);
  assertEquals(fetches.get("a"), undefined);
  const fetch = new SharedFetch();
  fetches.begin("a", fetch);
  assertStrictEquals(fetches.get("a"), fetch);
  assertEquals([fetches.get("b"), fetches.size], [undefined, 1]);
  const other = new SharedFetch();
  fetches.begin("a", other);
  fetches.end("a", fetch);
  assertStrictEquals(fetches.get("a"), other);
  fetches.end("a", other);
  assertEquals([fetches.get("a"), fetches.size], [undefined, 0]);
});

Deno.test("SharedFetches.invalidate() hands a fetch on to nobody any more", () => {
  const fetches = new SharedFetches(1000);
  const fetch = new SharedFetch();
  fetches.begin("a", fetch);
  fetches.invalidate("b");
  assertEquals(fetch.isOutdated, false);
  fetches.invalidate("a");
  assertEquals([fetch.isOutdated, fetches.get("a")], [true, undefined]);
});

Deno.test("SharedFetches remembers for a minute what is not shared", () => {
  const fetches = new SharedFetches(1000);
  assertEquals(fetches.isUnshared("a", 0), false);
  fetches.markUnshared("a", 0);
  assertEquals(fetches.isUnshared("a", 59_999), true);
  assertEquals(fetches.isUnshared("a", 60_000), false);
  assertEquals(fetches.isUnshared("b", 0), false);
  fetches.markUnshared("a", 60_000);
  fetches.unmark("a");
  assertEquals(fetches.isUnshared("a", 60_001), false);
});

Deno.test("SharedFetches remembers no more than 10,000 keys", () => {
  const fetches = new SharedFetches(1000);
  for (let i = 0; i <= 10_000; i++) fetches.markUnshared(String(i), 0);
  assertEquals(fetches.isUnshared("0", 0), false);
  assertEquals(fetches.isUnshared("10000", 0), true);
});

Deno.test("SharedFetches.stop() ends what no client would end", () => {
  const fetches = new SharedFetches(1000);
  const ended: number[] = [];
  for (const i of [1, 2]) fetches.running.add(() => ended.push(i));
  fetches.stop();
  assertEquals(ended, [1, 2]);
});
