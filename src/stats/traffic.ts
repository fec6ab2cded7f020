/**
 * Counters of all exchanges: how they ended, with which status and method, how
 * many bytes, how long they took. Two of each: of this run, which is what a
 * scraper needs (a counter may start anew, but must never go back a little),
 * and with what earlier runs kept.
 */

import type { ExchangeRecord, Outcome } from "../log/record.ts";
import { OUTCOMES } from "../log/record.ts";
import { Histogram } from "./histogram.ts";
import { isCount, type KeptPart, type KeptValue, member } from "./kept_json.ts";
import {
  LATENCY_SOURCES,
  type LatencySource,
  type OutcomeTraits,
} from "./outcome_traits.ts";
import type { Latency, TrafficStats } from "./stats_snapshot.ts";

/** Methods that are counted by name: RFC 9110 §9, and PATCH (RFC 5789). */
export const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "CONNECT",
  "OPTIONS",
  "PATCH",
  "TRACE",
  "other",
] as const;

/** Classes of status codes; `none` when no answer was sent. */
export const STATUS_CLASSES = [
  "none",
  "1xx",
  "2xx",
  "3xx",
  "4xx",
  "5xx",
] as const;

/** How a fetch ended that no client waited for. */
export const BACKGROUND_ENDS = ["miss", "revalidated", "failed"] as const;

/** The upper bounds of the buckets that scrapers see, in ms: exact ones of the histogram. */
const LATENCY_BOUNDS_MS = Array.from({ length: 20 }, (_, i) => 2 ** (i - 2));
const TUNNEL_BOUNDS_MS = Array.from({ length: 12 }, (_, i) => 2 ** (2 * i));

const METHOD_PLACES: ReadonlyMap<string, number> = new Map(
  METHODS.map((method, place) => [method, place]),
);
const OTHER_METHOD = METHODS.length - 1;

const STATUS_START = OUTCOMES.length;
const METHOD_START = STATUS_START + STATUS_CLASSES.length;
const BYTES_IN = METHOD_START + METHODS.length;
const BYTES_OUT = BYTES_IN + 1;
const BYTES_SAVED = BYTES_IN + 2;
const BACKGROUND_START = BYTES_IN + 3;

/** What a column is kept as. */
const COLUMNS: readonly string[] = [
  ...OUTCOMES.map((outcome) => `outcome ${outcome}`),
  ...STATUS_CLASSES.map((statusClass) => `status ${statusClass}`),
  ...METHODS.map((method) => `method ${method}`),
  "bytesIn",
  "bytesOut",
  "bytesSaved",
  ...BACKGROUND_ENDS.map((end) => `background ${end}`),
];

/** The counters of one time. */
class Counters {
  readonly columns = new Float64Array(COLUMNS.length);
  readonly latencies = LATENCY_SOURCES.map(() => new Histogram());

  merge(other: Counters): this {
    for (let column = 0; column < COLUMNS.length; column++) {
      this.columns[column]! += other.columns[column]!;
    }
    this.latencies.forEach((latency, i) => latency.merge(other.latencies[i]!));
    return this;
  }
}

/** Counts exchanges. */
export class Traffic implements KeptPart {
  readonly #run = new Counters();
  readonly #before = new Counters();
  readonly #isHistogramChanged = LATENCY_SOURCES.map(() => false);
  #sinceMs: number;
  #isChanged = true;

  /** @param nowMs When counting began, unless something was kept. */
  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** When the first run began, in ms since the epoch. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /**
   * Counts an exchange.
   *
   * @param bucket The bucket of its time, see `bucketOf`.
   */
  count(
    exchange: ExchangeRecord,
    { outcome, source, isCached }: OutcomeTraits,
    bucket: number,
  ): void {
    const { columns } = this.#run;
    columns[outcome]!++;
    columns[STATUS_START + statusClassOf(exchange.status)]!++;
    columns[METHOD_START + methodPlace(exchange.method)]!++;
    columns[BYTES_IN]! += exchange.bytesIn;
    columns[BYTES_OUT]! += exchange.bytesOut;
    if (isCached) columns[BYTES_SAVED]! += exchange.bodyBytesOut;
    this.#run.latencies[source]!.add(bucket, Math.max(0, exchange.totalMs));
    this.#isHistogramChanged[source] = true;
    this.#isChanged = true;
  }

  /** Counts a fetch that no client waited for, which is no request. */
  countBehind({ outcome }: ExchangeRecord): void {
    const place = BACKGROUND_ENDS.findIndex((end) => end === outcome);
    const column = place < 0 ? BACKGROUND_ENDS.indexOf("failed") : place;
    this.#run.columns[BACKGROUND_START + column]!++;
    this.#isChanged = true;
  }

  /** Of this run. */
  run(): TrafficStats {
    return trafficStats(this.#run);
  }

  /** Of this run and all before. */
  total(): TrafficStats {
    return trafficStats(this.#total());
  }

  changes(): KeptValue[] {
    if (!this.#isChanged) return [];
    this.#isChanged = false;
    const { columns, latencies } = this.#total();
    const counts = Object.fromEntries(COLUMNS.map((name, i) => [
      name,
      columns[i]!,
    ]));
    const values: KeptValue[] = [
      { key: ["counts"], value: { sinceMs: this.#sinceMs, counts } },
    ];
    LATENCY_SOURCES.forEach((source, i) => {
      if (!this.#isHistogramChanged[i]) return;
      this.#isHistogramChanged[i] = false;
      values.push({ key: ["latency", source], value: latencies[i]!.toJSON() });
    });
    return values;
  }

  changeAll(): void {
    this.#isChanged = true;
    this.#isHistogramChanged.fill(true);
  }

  restore(kept: readonly KeptValue[]): void {
    for (const { key: [kind, source], value } of kept) {
      if (kind === "counts") this.#restoreCounts(value);
      const place = LATENCY_SOURCES.findIndex((name) => name === source);
      this.#before.latencies[place]?.restore(value);
    }
  }

  #restoreCounts(kept: unknown): void {
    const sinceMs = member(kept, "sinceMs");
    if (isCount(sinceMs)) this.#sinceMs = Math.min(this.#sinceMs, sinceMs);
    const counts = member(kept, "counts");
    COLUMNS.forEach((name, column) => {
      const count = member(counts, name);
      if (isCount(count)) this.#before.columns[column]! += count;
    });
  }

  #total(): Counters {
    return new Counters().merge(this.#run).merge(this.#before);
  }
}

function statusClassOf(status: number): number {
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 0;
}

function methodPlace(method: string): number {
  return method === "GET" ? 0 : METHOD_PLACES.get(method) ?? OTHER_METHOD;
}

function trafficStats({ columns, latencies }: Counters): TrafficStats {
  const named = <Name extends string>(names: readonly Name[], start: number) =>
    // A key for each name: that is what `names` holds.
    Object.fromEntries(
      names.map((name, i) => [name, columns[start + i]!]),
    ) as Record<Name, number>;
  const outcomes = named(OUTCOMES, 0);
  return {
    requests: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    hitRatio: hitRatioOf(outcomes),
    outcomes,
    statusClasses: named(STATUS_CLASSES, STATUS_START),
    methods: named(METHODS, METHOD_START),
    bytesIn: columns[BYTES_IN]!,
    bytesOut: columns[BYTES_OUT]!,
    bytesSaved: columns[BYTES_SAVED]!,
    background: named(BACKGROUND_ENDS, BACKGROUND_START),
    latency: latencyStats(latencies),
  };
}

function hitRatioOf(counts: Record<Outcome, number>): number | null {
  const cached = counts.hit + counts.stale + counts.revalidated;
  const answers = cached + counts.miss + counts.bypass;
  return answers === 0 ? null : cached / answers;
}

function latencyStats(
  latencies: readonly Histogram[],
): Record<LatencySource | "all", Latency> {
  const all = new Histogram();
  const bySource = LATENCY_SOURCES.map((source, i) => {
    const latency = latencies[i]!;
    const isTunnel = source === "tunnel";
    if (!isTunnel) all.merge(latency);
    const bounds = isTunnel ? TUNNEL_BOUNDS_MS : LATENCY_BOUNDS_MS;
    return [source, latencyOf(latency, bounds)] as const;
  });
  // Every source has its place in the list that the entries are made of.
  const named = Object.fromEntries(bySource) as Record<LatencySource, Latency>;
  return { all: latencyOf(all, LATENCY_BOUNDS_MS), ...named };
}

function latencyOf(latency: Histogram, bounds: readonly number[]): Latency {
  return {
    count: latency.count,
    sumMs: latency.sumMs,
    p50Ms: latency.percentile(0.5) ?? null,
    p90Ms: latency.percentile(0.9) ?? null,
    p99Ms: latency.percentile(0.99) ?? null,
    buckets: bounds.map((belowMs) => ({
      belowMs,
      count: latency.countBelow(belowMs),
    })),
  };
}
