/**
 * What Sluice's figures are held against: another column of the same run, so
 * that a goal means the same on every machine, or a plain limit.
 */

import type { ProxyName } from "./proxies.ts";
import type { Results } from "./results.ts";

/** A bound on Sluice's figure in a row. */
export interface Goal {
  readonly row: string;
  readonly title: string;
  /** Default: none, and `atMost` is in the row's own unit. */
  readonly than?: ProxyName;
  readonly atMost: number;
}

/** A goal beside what was measured. */
export interface Verdict {
  readonly title: string;
  /** The ratio, or the figure itself; undefined when it wasn't measured. */
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
  { row: "idle", title: "idle connection ≤ 20 KiB", atMost: 20 },
  { row: "slow-reader", title: "1 GiB slow reader grows ≤ 32 MiB", atMost: 32 },
];

/** Holds a goal against the results. A failed measurement misses its goal. */
export function judgeGoal(goal: Goal, results: Results): Verdict {
  const { title, row, than, atMost } = goal;
  const own = results.get(row)?.get("sluice");
  const other = than === undefined ? undefined : results.get(row)?.get(than);
  if (own === undefined || (than !== undefined && other === undefined)) {
    return { title, state: "not measured" };
  }
  if (own.failure !== undefined) return { title, state: "MISSED" };
  if (other?.failure !== undefined) return { title, state: "not measured" };
  const value = own.value / (other?.value ?? 1);
  return { title, value, state: value <= atMost ? "ok" : "MISSED" };
}
