import { assert, assertEquals } from "@std/assert";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { bucketOf } from "../../src/stats/histogram.ts";
import { OUTCOME_TRAITS } from "../../src/stats/outcome_traits.ts";
import { Traffic } from "../../src/stats/traffic.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { largestValue, MAX_VALUE_BYTES, throughJson } from "./through_json.ts";

function count(traffic: Traffic, ...records: Partial<ExchangeRecord>[]): void {
  for (const changes of records) {
    const record = sampleRecord(changes);
    const traits = OUTCOME_TRAITS.get(record.outcome)!;
    traffic.count(record, traits, bucketOf(Math.max(0, record.totalMs)));
  }
}

Deno.test("Traffic counts by outcome, status class and method", () => {
  const traffic = new Traffic(0);
  count(
    traffic,
    { outcome: "hit", status: 200, method: "GET" },
    { outcome: "hit", status: 304, method: "HEAD" },
    { outcome: "error", status: 0, method: "BREW" },
    { outcome: "error", status: 999, method: "" },
    { outcome: "tunnel", status: 200, method: "CONNECT" },
  );
  const { requests, outcomes, statusClasses, methods } = traffic.run();
  assertEquals(requests, 5);
  assertEquals([outcomes.hit, outcomes.error, outcomes.tunnel], [2, 2, 1]);
  assertEquals(statusClasses, {
    none: 2,
    "1xx": 0,
    "2xx": 2,
    "3xx": 1,
    "4xx": 0,
    "5xx": 0,
  });
  assertEquals([methods.GET, methods.HEAD, methods.CONNECT], [1, 1, 1]);
  assertEquals(methods.other, 2);
});

Deno.test("Traffic counts bytes, and as saved the bodies from the cache", () => {
  const traffic = new Traffic(0);
  const bytes = { bytesIn: 1, bytesOut: 110, bodyBytesOut: 100 };
  for (
    const outcome of ["hit", "stale", "revalidated", "miss", "blocked"] as const
  ) count(traffic, { ...bytes, outcome });
  const { bytesIn, bytesOut, bytesSaved, hitRatio } = traffic.run();
  assertEquals({ bytesIn, bytesOut, bytesSaved }, {
    bytesIn: 5,
    bytesOut: 550,
    bytesSaved: 300,
  });
  assertEquals(hitRatio, 0.75);
});

Deno.test("Traffic counts apart what no client waited for, and keeps it", () => {
  const traffic = new Traffic(0);
  for (
    const outcome of ["miss", "revalidated", "revalidated", "error"] as const
  ) traffic.countBehind(sampleRecord({ outcome }));
  const { requests, background } = traffic.run();
  assertEquals(requests, 0);
  const counted = { miss: 1, revalidated: 2, failed: 1 };
  assertEquals(background, counted);
  const next = new Traffic(1);
  next.restore(traffic.changes());
  assertEquals(next.total().background, counted);
  assertEquals(next.run().background.revalidated, 0);
});

Deno.test("Traffic has no hit ratio and no percentiles of nothing", () => {
  const { hitRatio, latency } = new Traffic(0).run();
  assertEquals(hitRatio, null);
  assertEquals(latency.all.p99Ms, null);
});

Deno.test("Traffic tells the latency of each source, and of all but tunnels", () => {
  const traffic = new Traffic(0);
  count(
    traffic,
    { outcome: "hit", totalMs: 1 },
    { outcome: "miss", totalMs: 100 },
    { outcome: "blocked", totalMs: 3 },
    { outcome: "error", totalMs: -1 },
    { outcome: "tunnel", totalMs: 60_000 },
  );
  const { all, cache, origin, proxy, error, tunnel } = traffic.run().latency;
  assertEquals(
    [all, cache, origin, proxy, error, tunnel].map(({ count, sumMs }) =>
      `${count} ${sumMs}`
    ),
    ["4 104", "1 1", "1 100", "1 3", "1 0", "1 60000"],
  );
  assert(Math.abs(all.p99Ms! - 100) <= 100 / 64);
  assertEquals(origin.buckets.find(({ belowMs }) => belowMs === 64)?.count, 0);
  assertEquals(origin.buckets.find(({ belowMs }) => belowMs === 128)?.count, 1);
});

Deno.test("Traffic goes on with what was kept, but for its run", () => {
  const first = new Traffic(1_000);
  count(first, { outcome: "hit" }, { outcome: "miss", totalMs: 5 });
  const second = new Traffic(9_000);
  count(second, { outcome: "hit" });
  second.restore(throughJson(first));
  assertEquals(second.run().requests, 1);
  assertEquals(second.total().requests, 3);
  assertEquals(second.total().outcomes.hit, 2);
  assertEquals(second.total().latency.origin.count, 1);
  assertEquals(second.run().latency.origin.count, 0);
  assertEquals(second.sinceMs, 1_000);

  const third = new Traffic(10_000);
  third.restore(throughJson(second));
  assertEquals(third.total().requests, 3);
});

Deno.test("Traffic.changes() has only what changed", () => {
  const traffic = new Traffic(0);
  const keys = () => traffic.changes().map(({ key }) => key.join());
  assertEquals(keys(), ["counts"]);
  assertEquals(keys(), []);
  count(traffic, { outcome: "hit" });
  assertEquals(keys(), ["counts", "latency,cache"]);
  assertEquals(keys(), []);
});

Deno.test("Traffic.restore() leaves out what is damaged", () => {
  const traffic = new Traffic(1_000);
  traffic.restore([
    { key: ["counts"], value: { sinceMs: "x", counts: { "outcome hit": -1 } } },
    { key: ["latency", "cache"], value: [] },
    { key: ["latency", "nowhere"], value: { sumMs: 1, buckets: [[1, 1]] } },
    { key: [], value: null },
  ]);
  assertEquals(traffic.total(), new Traffic(0).total());
  assertEquals(traffic.sinceMs, 1_000);
});

Deno.test("Traffic keeps values that Deno KV takes, however full", () => {
  const traffic = new Traffic(0);
  const times = Array.from({ length: 200_000 }, (_, i) => 1.0002 ** i / 100);
  for (const totalMs of times) count(traffic, { totalMs });
  assert(largestValue(traffic) < MAX_VALUE_BYTES);
});
