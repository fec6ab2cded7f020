import { assertEquals } from "@std/assert";
import { requestsOf, sumPoints } from "../../src/admin/series_sum.ts";
import type { SeriesStats } from "../../src/stats/stats_snapshot.ts";

/** Points that have nothing but what is named. */
function series(columns: Partial<SeriesStats>): SeriesStats {
  const none = [null, null, null];
  return {
    startMs: 0,
    stepMs: 1,
    cached: none,
    fetched: none,
    tunnelled: none,
    answered: none,
    refused: none,
    failed: none,
    bytesIn: none,
    bytesOut: none,
    bytesSaved: none,
    p50Ms: none,
    p99Ms: none,
    hitRatio: none,
    ...columns,
  };
}

Deno.test("sumPoints() adds up counts, and makes a ratio of the sums", () => {
  const points = series({ cached: [1, null, 2], fetched: [9, null, 0] });
  const sum = sumPoints(points, 0, 3);
  assertEquals([sum.cached, sum.fetched, sum.refused], [3, 9, null]);
  assertEquals(sum.hitRatio, 0.25);
  assertEquals(sumPoints(points, 2, 3).hitRatio, 1);
  assertEquals(requestsOf(sum), 12);
});

Deno.test("sumPoints() has the median of medians by requests, and the worst p99", () => {
  const points = series({
    fetched: [1, 10, 1],
    tunnelled: [1000, 0, 0],
    p50Ms: [500, 20, 1],
    p99Ms: [700, 90, 3],
  });
  const { p50Ms, p99Ms } = sumPoints(points, 0, 3);
  assertEquals([p50Ms, p99Ms], [20, 700]);
});

Deno.test("sumPoints() of a time in which no proxy ran has nothing to tell", () => {
  const { cached, hitRatio, p50Ms, p99Ms } = sumPoints(series({}), 0, 3);
  assertEquals([cached, hitRatio, p50Ms, p99Ms], [null, null, null, null]);
});
