/**
 * Several points of the statistics as one, for charts with fewer points and for the sum of a
 * time. Counts add up; of percentiles, which do not, the result says what can be said.
 */

import type { SeriesStats } from "../stats/stats_snapshot.ts";

/** The numbers of a time. `null`: no proxy ran, or there is nothing to tell of. */
export type SeriesSum = Readonly<
  Record<Exclude<keyof SeriesStats, "startMs" | "stepMs">, number | null>
>;

/**
 * The points from one place up to another as one. `p50Ms` is the median of the points' medians,
 * each as often as it has requests; `p99Ms` is that of the point that was worst.
 */
export function sumPoints(
  series: SeriesStats,
  from: number,
  to: number,
): SeriesSum {
  const sum = (column: keyof SeriesSum) =>
    folded(series[column].slice(from, to), (a, b) => a + b);
  const [cached, fetched] = [sum("cached"), sum("fetched")];
  const looked = (cached ?? 0) + (fetched ?? 0);
  return {
    cached,
    fetched,
    tunnelled: sum("tunnelled"),
    answered: sum("answered"),
    refused: sum("refused"),
    failed: sum("failed"),
    bytesIn: sum("bytesIn"),
    bytesOut: sum("bytesOut"),
    bytesSaved: sum("bytesSaved"),
    hitRatio: looked === 0 ? null : (cached ?? 0) / looked,
    p50Ms: medianOfMedians(series, from, to),
    p99Ms: folded(series.p99Ms.slice(from, to), Math.max),
  };
}

/** Of all requests: those that end in any way. */
export function requestsOf(sum: SeriesSum): number {
  const { cached, fetched, tunnelled, answered, refused, failed } = sum;
  return [cached, fetched, tunnelled, answered, refused, failed]
    .reduce<number>((all, count) => all + (count ?? 0), 0);
}

function folded(
  values: readonly (number | null)[],
  of: (a: number, b: number) => number,
): number | null {
  return values.reduce(
    (all, value) =>
      all === null || value === null ? all ?? value : of(all, value),
    null,
  );
}

function medianOfMedians(
  series: SeriesStats,
  from: number,
  to: number,
): number | null {
  const weighed: { median: number; weight: number }[] = [];
  for (let at = from; at < to; at++) {
    const median = series.p50Ms[at] ?? null;
    if (median !== null) weighed.push({ median, weight: timedAt(series, at) });
  }
  weighed.sort((a, b) => a.median - b.median);
  const half = weighed.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let passed = 0;
  return weighed.find(({ weight }) => (passed += weight) >= half)?.median ??
    null;
}

/** Tunnels have no latency. */
function timedAt(series: SeriesStats, at: number): number {
  const { cached, fetched, answered, refused, failed } = series;
  return [cached, fetched, answered, refused, failed]
    .reduce((sum, column) => sum + (column[at] ?? 0), 0);
}
