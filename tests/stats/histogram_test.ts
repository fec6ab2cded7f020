import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bucketOf, Histogram } from "../../src/stats/histogram.ts";

const LONGEST_MS = 4.66 * 3_600_000;

/** Times of every size: the bits of a double are spread evenly over the powers of two. */
const anyMs = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: 0, max: 1_000, noNaN: true }),
  fc.double({ min: 0, max: LONGEST_MS, noNaN: true }),
);
const anyTimes = fc.array(anyMs, { minLength: 1, maxLength: 300 });

function histogramOf(times: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const ms of times) histogram.add(bucketOf(ms), ms);
  return histogram;
}

Deno.test("percentile() is off by 1/64, or 1/512 ms, at most", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(anyTimes, share, (times, share) => {
    const sorted = times.toSorted((a, b) => a - b);
    const rank = Math.max(1, Math.ceil(share * sorted.length));
    const exact = sorted[rank - 1]!;
    const tolerance = Math.max(exact / 64, 1 / 512);
    assertAlmostEquals(
      histogramOf(times).percentile(share) ?? NaN,
      exact,
      tolerance,
    );
  }));
});

Deno.test("bucketOf() never sinks when the time grows", () => {
  fc.assert(fc.property(anyMs, anyMs, (a, b) => {
    assert(bucketOf(Math.min(a, b)) <= bucketOf(Math.max(a, b)));
  }));
});

Deno.test("bucketOf() takes what is longer than its range as its longest", () => {
  const histogram = histogramOf([1e12]);
  assertEquals(histogram.count, 1);
  assertEquals(histogram.sumMs, 1e12);
  assertAlmostEquals(
    histogram.percentile(0.5) ?? 0,
    LONGEST_MS,
    LONGEST_MS / 64,
  );
});

Deno.test("percentile() of nothing is undefined", () => {
  assertEquals(new Histogram().percentile(0.5), undefined);
});

Deno.test("countBelow() is exact for powers of two", () => {
  const power = fc.integer({ min: -3, max: 23 });
  fc.assert(fc.property(anyTimes, power, (times, power) => {
    const bound = 2 ** power;
    assertEquals(
      histogramOf([...times, bound]).countBelow(bound),
      times.filter((ms) => ms < bound).length,
    );
  }));
});

Deno.test("merge() and restore() give the histogram of all times", () => {
  fc.assert(fc.property(anyTimes, anyTimes, (some, others) => {
    const all = histogramOf([...some, ...others]).toJSON();
    const merged = histogramOf(some);
    merged.merge(histogramOf(others));
    const restored = histogramOf(some);
    restored.restore(JSON.parse(JSON.stringify(histogramOf(others))));
    for (const histogram of [merged, restored]) {
      assertEquals(histogram.toJSON().buckets, all.buckets);
      assertAlmostEquals(histogram.sumMs, all.sumMs);
    }
  }));
});

Deno.test("restore() adds nothing of what is no histogram", () => {
  const damaged = [
    null,
    "text",
    {},
    { sumMs: -1, buckets: [] },
    { sumMs: 1, buckets: [[0, 1], [1e9, 1]] },
    { sumMs: 1, buckets: [[0, 1], [1]] },
    { sumMs: 1, buckets: [[0, 1], [0.5, 1]] },
    { sumMs: 1, buckets: [[0, 1], 7] },
  ];
  for (const kept of damaged) {
    const histogram = new Histogram();
    assertEquals(histogram.restore(kept), false, JSON.stringify(kept));
    assertEquals(histogram.toJSON(), { sumMs: 0, buckets: [] });
  }
});

Deno.test("clear() forgets everything", () => {
  const histogram = histogramOf([1, 2, 3]);
  histogram.clear();
  assertEquals(histogram.toJSON(), { sumMs: 0, buckets: [] });
});
