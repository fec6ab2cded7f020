/**
 * The numbers of the charts: which charts there are, what they show over which time, and
 * what of that has changed since. How they are drawn is for chart_svg.ts and the script.
 */

import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import { type SeriesSum, sumPoints } from "./series_sum.ts";

/** The times that charts can show. */
export const CHART_RANGES = ["hour", "day", "month"] as const;

/** How long a time charts show. */
export type ChartRange = typeof CHART_RANGES[number];

/** A column of numbers. */
export type ChartColumn = keyof SeriesSum;

/** A chart. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly unit: "count" | "ms" | "ratio" | "bytes";
  /** Whether the series add up. */
  readonly isStacked: boolean;
  /** Whether a value is of the length of a step: twice the step, twice the value. */
  readonly isPerStep: boolean;
  /** Whether its axis goes by powers of ten. */
  readonly isLogarithmic: boolean;
  readonly series: readonly ChartLine[];
}

/** One column of a chart. */
export interface ChartLine {
  readonly column: ChartColumn;
  readonly label: string;
  /** The name of its colour in style.css. */
  readonly tone: string;
}

/** The points of a time, the oldest first. */
export interface ChartPoints {
  /** When the first point begins, in ms since the epoch. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly columns: Readonly<Record<ChartColumn, readonly (number | null)[]>>;
}

/** The charts of the statistics page. */
export const CHARTS: readonly Chart[] = [
  {
    id: "requests",
    title: "Requests by outcome",
    unit: "count",
    isStacked: true,
    isPerStep: true,
    isLogarithmic: false,
    series: [
      line("cached", "from the cache", "cached"),
      line("fetched", "from the origin", "fetched"),
      line("tunnelled", "tunnels", "tunnelled"),
      line("answered", "answered by rules", "answered"),
      line("refused", "refused", "refused"),
      line("failed", "failed", "failed"),
    ],
  },
  {
    id: "latency",
    title: "Latency",
    unit: "ms",
    isStacked: false,
    isPerStep: false,
    isLogarithmic: true,
    series: [line("p50Ms", "p50", "fetched"), line("p99Ms", "p99", "refused")],
  },
  {
    id: "hits",
    title: "Hit ratio",
    unit: "ratio",
    isStacked: false,
    isPerStep: false,
    isLogarithmic: false,
    series: [line("hitRatio", "from the cache", "cached")],
  },
  {
    id: "bytes",
    title: "Bytes",
    unit: "bytes",
    isStacked: false,
    isPerStep: true,
    isLogarithmic: false,
    series: [
      line("bytesOut", "to clients", "fetched"),
      line("bytesIn", "from clients", "tunnelled"),
      line("bytesSaved", "saved by the cache", "cached"),
    ],
  },
];

const COLUMNS: readonly ChartColumn[] = [
  ...new Set(CHARTS.flatMap(({ series }) => series.map((one) => one.column))),
];

/** What a range is made of: so many steps, each of some minutes or hours. */
interface RangeSteps {
  readonly of: "minutes" | "hours";
  readonly stepMs: number;
  readonly count: number;
  /** How long a step is, in words. */
  readonly each: string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** More points than a phone has pixels for are bars that nobody sees. */
const STEPS: Readonly<Record<ChartRange, RangeSteps>> = {
  hour: { of: "minutes", stepMs: MINUTE_MS, count: 60, each: "a minute" },
  day: {
    of: "minutes",
    stepMs: 15 * MINUTE_MS,
    count: 96,
    each: "in 15 minutes",
  },
  month: { of: "hours", stepMs: 6 * HOUR_MS, count: 124, each: "in 6 hours" },
};

/** How many steps at the end of a range are told anew each time. */
const OPEN_STEPS = 2;

/** How long a step of a range is, in words: `a minute`. */
export function stepWords(range: ChartRange): string {
  return STEPS[range].each;
}

/** The points of a range. */
export function chartPoints(
  snapshot: StatsSnapshot,
  range: ChartRange,
): ChartPoints {
  return lastSteps(snapshot, range, STEPS[range].count);
}

/**
 * Of each range the point that counts now, and the one before, whose last second may have been
 * counted since it was told: what changes from second to second.
 */
export function openPoints(
  snapshot: StatsSnapshot,
): Record<ChartRange, ChartPoints> {
  return {
    hour: lastSteps(snapshot, "hour", OPEN_STEPS),
    day: lastSteps(snapshot, "day", OPEN_STEPS),
    month: lastSteps(snapshot, "month", OPEN_STEPS),
  };
}

/** All of a range as one. */
export function rangeSum(
  snapshot: StatsSnapshot,
  range: ChartRange,
): SeriesSum {
  const { of, stepMs, count } = STEPS[range];
  const series = snapshot[of];
  const { length } = series.cached;
  const points = count * stepMs / series.stepMs;
  return sumPoints(series, Math.max(0, length - points), length);
}

/** Steps begin at whole ones of the clock (UTC), so the last one has not ended. */
function lastSteps(
  snapshot: StatsSnapshot,
  range: ChartRange,
  count: number,
): ChartPoints {
  const { of, stepMs } = STEPS[range];
  const series = snapshot[of];
  const lastMs = series.startMs + (series.cached.length - 1) * series.stepMs;
  const startMs = Math.floor(lastMs / stepMs) * stepMs - (count - 1) * stepMs;
  const placeOf = (timeMs: number) =>
    Math.max(0, (timeMs - series.startMs) / series.stepMs);
  const sums = Array.from({ length: count }, (_, i) => {
    const fromMs = startMs + i * stepMs;
    return sumPoints(series, placeOf(fromMs), placeOf(fromMs + stepMs));
  });
  return {
    startMs,
    stepMs,
    columns: mapColumns((column) =>
      sums.map((sum) => toFourDigits(sum[column]))
    ),
  };
}

/** A pixel needs no more, and it travels as text. */
function toFourDigits(value: number | null): number | null {
  return value === null || Number.isInteger(value)
    ? value
    : Number(value.toPrecision(4));
}

function mapColumns(
  values: (column: ChartColumn) => readonly (number | null)[],
): ChartPoints["columns"] {
  // A key for each column: the charts show them all.
  return Object.fromEntries(
    COLUMNS.map((column) => [column, values(column)]),
  ) as ChartPoints["columns"];
}

function line(column: ChartColumn, label: string, tone: string): ChartLine {
  return { column, label, tone };
}
