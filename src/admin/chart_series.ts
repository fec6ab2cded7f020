/**
 * The numbers of the charts: which charts there are, what they show over which time, and
 * what of that has changed since. How they are drawn is for chart_svg.ts and the script.
 */

import type { SeriesStats, StatsSnapshot } from "../stats/stats_snapshot.ts";

/** The times that charts can show. */
export const CHART_RANGES = ["hour", "day", "month"] as const;

/** How long a time charts show. */
export type ChartRange = typeof CHART_RANGES[number];

/** A column of numbers. */
export type ChartColumn = Exclude<keyof SeriesStats, "startMs" | "stepMs">;

/** A chart. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly unit: "count" | "ms" | "ratio" | "bytes";
  /** Whether the series add up. */
  readonly isStacked: boolean;
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
    series: [line("p50Ms", "p50", "fetched"), line("p99Ms", "p99", "refused")],
  },
  {
    id: "hits",
    title: "Hit ratio",
    unit: "ratio",
    isStacked: false,
    series: [line("hitRatio", "from the cache", "cached")],
  },
  {
    id: "bytes",
    title: "Bytes",
    unit: "bytes",
    isStacked: false,
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

/** What a range is made of: minutes or hours, and how many of the last. */
const POINTS: Readonly<
  Record<ChartRange, { of: "minutes" | "hours"; last: number }>
> = {
  hour: { of: "minutes", last: 60 },
  day: { of: "minutes", last: 1_440 },
  month: { of: "hours", last: 744 },
};

/** The range that a text names; the hour for any other text. */
export function chartRange(text: string | undefined): ChartRange {
  return CHART_RANGES.find((range) => range === text) ?? "hour";
}

/** The points of a range. */
export function chartPoints(
  snapshot: StatsSnapshot,
  range: ChartRange,
): ChartPoints {
  const { of, last } = POINTS[range];
  return lastPoints(snapshot[of], last);
}

/** The point that counts now, of minutes and of hours: what changes from second to second. */
export function openPoints(
  { minutes, hours }: StatsSnapshot,
): { minutes: ChartPoints; hours: ChartPoints } {
  return { minutes: lastPoints(minutes, 1), hours: lastPoints(hours, 1) };
}

/** Fewer points for the same time: the greatest of each group, of shares and times too. */
export function fewerPoints(
  { startMs, stepMs, columns }: ChartPoints,
  most: number,
): ChartPoints {
  const group = Math.ceil(columns.cached.length / most);
  return {
    startMs,
    stepMs: stepMs * group,
    columns: mapColumns((column) => greatest(columns[column], group)),
  };
}

function lastPoints(series: SeriesStats, last: number): ChartPoints {
  const skipped = Math.max(0, series.cached.length - last);
  return {
    startMs: series.startMs + skipped * series.stepMs,
    stepMs: series.stepMs,
    columns: mapColumns((column) =>
      series[column].slice(skipped).map(toFourDigits)
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

function greatest(
  values: readonly (number | null)[],
  group: number,
): (number | null)[] {
  return Array.from(
    { length: Math.ceil(values.length / group) },
    (_, i) =>
      values.slice(i * group, (i + 1) * group).reduce(
        (most, value) =>
          most === null || value === null
            ? most ?? value
            : Math.max(most, value),
        null,
      ),
  );
}

function line(column: ChartColumn, label: string, tone: string): ChartLine {
  return { column, label, tone };
}
