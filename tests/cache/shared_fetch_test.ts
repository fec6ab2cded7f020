import { assertEquals, assertStrictEquals } from "@std/assert";
import { InvalidationLog } from "../../src/cache/invalidation_log.ts";
import { SharedFetch, SharedFetches } from "../../src/cache/shared_fetch.ts";

function sharedFetches(invalidations = new InvalidationLog()): SharedFetches {
  return new SharedFetches(1000, invalidations);
}

Deno.test("SharedFetch settles once it is known what becomes of it", async () => {
  const fetch = new SharedFetch();
  assertEquals(fetch.state, { kind: "waiting" });
  fetch.settle({ kind: "direct" });
  await fetch.settled;
  assertEquals(fetch.state, { kind: "direct" });
});

Deno.test("SharedFetch tells when the last who waits has left in vain", () => {
  const fetch = new SharedFetch();
  let times = 0;
  fetch.onDeserted = () => times++;
  fetch.followers = 2;
  fetch.leave();
  assertEquals([fetch.followers, times], [1, 0]);
  fetch.leave();
  assertEquals([fetch.followers, times], [0, 1]);
  fetch.followers = 1;
  fetch.settle({ kind: "direct" });
  fetch.leave();
  assertEquals([fetch.followers, times], [0, 1]);
});

Deno.test("SharedFetches finds a fetch until it is ended", () => {
  const fetches = sharedFetches();
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

Deno.test("SharedFetches hands nothing on that was asked for before it was invalidated", () => {
  const invalidations = new InvalidationLog();
  const fetches = sharedFetches(invalidations);
  const fetch = new SharedFetch();
  fetches.begin("a", fetch);
  invalidations.add("a");
  assertStrictEquals(fetches.get("a"), fetch, "the request is not out yet");
  fetch.invalidationCount = invalidations.count;
  invalidations.add("b");
  assertStrictEquals(fetches.get("a"), fetch);
  invalidations.add("a");
  assertEquals(fetches.get("a"), undefined);
});

Deno.test("SharedFetches remembers for a minute what is not shared", () => {
  const fetches = sharedFetches();
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
  const fetches = sharedFetches();
  for (let i = 0; i <= 10_000; i++) fetches.markUnshared(String(i), 0);
  assertEquals(fetches.isUnshared("0", 0), false);
  assertEquals(fetches.isUnshared("10000", 0), true);
});

Deno.test("SharedFetches.stop() ends what no client would end", () => {
  const fetches = sharedFetches();
  const ended: number[] = [];
  for (const i of [1, 2]) fetches.running.add(() => ended.push(i));
  fetches.stop();
  assertEquals(ended, [1, 2]);
});
