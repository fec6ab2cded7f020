/**
 * What Sluice's figures are held against: another column of the same run, so
 * that a goal means the same on every machine, or a plain limit.
 */

import type { Figure, Results } from "./results.ts";

/** A bound on Sluice's figure in a row. */
export interface Goal {
  readonly row: string;
  readonly title: string;
  /** Default: `sluice`. */
  readonly column?: string;
  /** The column that it is held against. Default: none, and `atMost` is in the row's own unit. */
  readonly than?: string;
  /** How the two are held against each other. Default: `ratio`. */
  readonly as?: "ratio" | "difference";
  /** Which figure. Default: the row's own; `p50Us` is the latency's median in µs. */
  readonly of?: "value" | "p50Us" | "perSecond";
  /** Default: none. */
  readonly atMost?: number;
  /** Default: none. */
  readonly atLeast?: number;
}

/** A goal beside what was measured. */
export interface Verdict {
  readonly title: string;
  /** The ratio, the difference, or the figure itself; undefined when it wasn't measured. */
  readonly value?: number;
  readonly state: "ok" | "MISSED" | "not measured";
}

export const GOALS: readonly Goal[] = [
  {
    row: "miss-1k",
    title: "miss 1 KiB ≤ 1.35 × raw relay",
    than: "raw-relay",
    atMost: 1.35,
  },
  {
    row: "miss-1k",
    title: "miss 1 KiB ≤ 0.55 × Squid",
    than: "squid",
    atMost: 0.55,
  },
  {
    row: "hit-1k",
    title: "hit 1 KiB ≤ 1.6 × raw answer",
    than: "raw-answer",
    atMost: 1.6,
  },
  {
    row: "hit-1k",
    title: "hit 1 KiB ≤ 0.8 × nginx",
    than: "nginx",
    atMost: 0.8,
  },
  {
    row: "hit-1k",
    title: "hit 1 KiB ≤ 0.6 × Squid",
    than: "squid",
    atMost: 0.6,
  },
  {
    row: "hit-100k",
    title: "hit 100 KiB ≤ 1.2 × nginx",
    than: "nginx",
    atMost: 1.2,
  },
  {
    row: "distinct",
    title: "distinct misses ≤ 1.35 × raw relay",
    than: "raw-relay",
    atMost: 1.35,
  },
  {
    row: "storing",
    column: "not stored",
    title: "cache on, not stored ≤ off + 1 µs",
    than: "no cache",
    as: "difference",
    atMost: 1,
  },
  {
    row: "storing",
    column: "stored",
    title: "stored ≤ not stored + 6 µs",
    than: "not stored",
    as: "difference",
    atMost: 6,
  },
  {
    row: "recording",
    column: "both",
    title: "log and statistics ≤ 1.5 µs",
    than: "neither",
    as: "difference",
    atMost: 1.5,
  },
  { row: "live-pages", title: "10 live pages ≤ 2 % of a core", atMost: 2 },
  { row: "kv-hit", title: "hit from KV ≤ 400 µs", atMost: 400 },
  { row: "miss-1m", title: "miss 1 MiB ≤ nginx", than: "nginx", atMost: 1 },
  {
    row: "tunnel",
    title: "tunnel ≤ 1.3 × raw copy",
    than: "raw-relay",
    atMost: 1.3,
  },
  {
    row: "new-connection",
    title: "new connection ≤ 0.6 × Squid",
    than: "squid",
    atMost: 0.6,
  },
  {
    row: "rules",
    column: "20 others",
    title: "20 rules, none matches ≤ 1.05 × none",
    than: "no rules",
    atMost: 1.05,
  },
  {
    row: "rules",
    column: "one allows",
    title: "a rule that allows ≤ none + 6 µs",
    than: "no rules",
    as: "difference",
    atMost: 6,
  },
  {
    row: "rules-alone",
    column: "one allows",
    title: "alone: latency ≤ none + 120 µs",
    than: "no rules",
    as: "difference",
    of: "p50Us",
    atMost: 120,
  },
  {
    row: "intercepted",
    column: "intercepted",
    title: "intercepted request ≤ 2.2 × plain",
    than: "plain",
    atMost: 2.2,
  },
  {
    row: "interceptors",
    title: "intercepted requests/s ≥ 10 × mitmproxy",
    than: "mitmproxy",
    of: "perSecond",
    atLeast: 10,
  },
  { row: "rules-reload", title: "100 rules reload ≤ 300 ms", atMost: 300 },
  { row: "idle", title: "idle connection ≤ 20 KiB", atMost: 20 },
  { row: "slow-reader", title: "1 GiB slow reader grows ≤ 32 MiB", atMost: 32 },
];

/** Holds a goal against the results. A failed measurement misses its goal. */
export function judgeGoal(goal: Goal, results: Results): Verdict {
  const { title, row, column = "sluice", than } = goal;
  const { atMost = Infinity, atLeast = -Infinity } = goal;
  const own = results.get(row)?.get(column);
  const other = than === undefined ? undefined : results.get(row)?.get(than);
  if (own === undefined || (than !== undefined && other === undefined)) {
    return { title, state: "not measured" };
  }
  if (own.failure !== undefined) return { title, state: "MISSED" };
  if (other?.failure !== undefined) return { title, state: "not measured" };
  const value = compared(goal, own, other);
  const isMet = value <= atMost && value >= atLeast;
  return { title, value, state: isMet ? "ok" : "MISSED" };
}

function compared(
  { as = "ratio", of = "value" }: Goal,
  own: Figure,
  other: Figure | undefined,
): number {
  const read = (figure: Figure) => figureOf(figure, of);
  if (other === undefined) return read(own);
  return as === "ratio" ? read(own) / read(other) : read(own) - read(other);
}

function figureOf(
  { value, load, perSecond }: Figure,
  of: NonNullable<Goal["of"]>,
): number {
  switch (of) {
    case "value":
      return value;
    case "p50Us":
      return (load?.p50Ms ?? NaN) * 1000;
    case "perSecond":
      return perSecond ?? NaN;
  }
}
