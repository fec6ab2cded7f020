/**
 * Numbers by time: a ring of points a step apart, in one typed array, with one
 * point open. A point counts what was recorded while the clock showed its time,
 * so a clock that is set back goes on in the points that it shows again. A time
 * without a point is a gap: nobody counted then. It has no clock of its own.
 */

import { Histogram } from "./histogram.ts";
import {
  isCount,
  isCounts,
  type KeptPart,
  type KeptValue,
  member,
} from "./kept_json.ts";
import type { SeriesStats } from "./stats_snapshot.ts";
import { COUNTED, Tally } from "./tally.ts";

/** The columns of a point: its period, which is its time in steps since the epoch, and counts. */
const FIRST_COUNT = 1;
const P50 = FIRST_COUNT + COUNTED.length;
const P99 = P50 + 1;
const WIDTH = P99 + 1;
const NO_PERIOD = -1;
/** A percentile of nothing. */
const NONE = -1;

/** Which points a {@link TimeSeries} has. */
export interface TimeSeriesOptions {
  readonly stepMs: number;
  /** How many points. */
  readonly length: number;
  /** How many points are kept as one value. */
  readonly pointsPerValue: number;
}

/** The last points of a kind. */
export class TimeSeries implements KeptPart {
  readonly #stepMs: number;
  readonly #length: number;
  readonly #pointsPerValue: number;
  readonly #points: Float64Array;
  readonly #tally: Tally;
  /** What of the tally is in points already. */
  readonly #seen = new Tally();
  /** Of the open point. */
  readonly #latency = new Histogram();
  /** Where the open point begins in the array, and which time is its. */
  #at = 0;
  #startMs = 0;
  #endMs = 0;
  /** Whether the open point has counted since it was last kept. */
  #isChanged = false;
  readonly #changedValues = new Set<number>();

  /**
   * @param nowMs In ms since the epoch, here and everywhere.
   * @param tally What is counted, from now on: by whoever has opened the point of the time.
   */
  constructor(
    { stepMs, length, pointsPerValue }: TimeSeriesOptions,
    nowMs: number,
    tally: Tally,
  ) {
    this.#tally = tally;
    this.#stepMs = stepMs;
    this.#length = length;
    this.#pointsPerValue = pointsPerValue;
    this.#points = new Float64Array(length * WIDTH);
    for (let at = 0; at < this.#points.length; at += WIDTH) {
      this.#points[at] = NO_PERIOD;
    }
    this.#open(nowMs);
  }

  /** Opens the point of a time, unless it is open: to be called before something is counted. */
  advance(nowMs: number): void {
    if (nowMs < this.#endMs && nowMs >= this.#startMs) return;
    this.#settle();
    if (this.#isChanged) this.#changedValues.add(this.#valueOf(this.#at));
    this.#open(nowMs);
  }

  /** The points up to the one of a time. */
  snapshot(nowMs: number): SeriesStats {
    this.#settle();
    const lastPeriod = this.#periodOf(nowMs);
    const rows = Array.from({ length: this.#length }, (_, i) => {
      const period = lastPeriod - this.#length + 1 + i;
      return this.#hasPeriod(period) ? this.#atOf(period) : undefined;
    });
    const column = (read: (at: number) => number | null) =>
      rows.map((at) => at === undefined ? null : read(at));
    const counted = (name: typeof COUNTED[number]) => {
      const offset = FIRST_COUNT + COUNTED.indexOf(name);
      return column((at) => this.#points[at + offset]!);
    };
    const percentile = (offset: number) =>
      column((at) => someOf(this.#points[at + offset]!));
    return {
      startMs: (lastPeriod - this.#length + 1) * this.#stepMs,
      stepMs: this.#stepMs,
      cached: counted("cached"),
      fetched: counted("fetched"),
      tunnelled: counted("tunnelled"),
      answered: counted("answered"),
      refused: counted("refused"),
      failed: counted("failed"),
      bytesIn: counted("bytesIn"),
      bytesOut: counted("bytesOut"),
      bytesSaved: counted("bytesSaved"),
      p50Ms: percentile(P50),
      p99Ms: percentile(P99),
      hitRatio: column((at) => this.#hitRatio(at)),
    };
  }

  changes(): KeptValue[] {
    this.#settle();
    const values: KeptValue[] = [];
    if (this.#isChanged) {
      this.#changedValues.add(this.#valueOf(this.#at));
      const period = this.#points[this.#at];
      const latency = this.#latency.toJSON();
      values.push({ key: ["open"], value: { period, latency } });
    }
    for (const index of this.#changedValues) {
      values.push({ key: ["points", index], value: this.#pointsOf(index) });
    }
    this.#isChanged = false;
    this.#changedValues.clear();
    return values;
  }

  changeAll(): void {
    this.#isChanged = true;
    const values = Math.ceil(this.#length / this.#pointsPerValue);
    for (let index = 0; index < values; index++) this.#changedValues.add(index);
  }

  restore(kept: readonly KeptValue[]): void {
    for (const { key: [kind], value } of kept) {
      if (kind === "points" && Array.isArray(value)) {
        for (const point of value) this.#restorePoint(point);
      }
      if (kind === "open") this.#restoreLatency(value);
    }
    this.#settle();
  }

  #restorePoint(kept: unknown): void {
    if (!isKeptPoint(kept)) return;
    const [period = NO_PERIOD] = kept;
    const at = this.#atOf(period);
    if (this.#hasPeriod(period)) {
      // Counted in while what was kept could not be read yet.
      for (let offset = FIRST_COUNT; offset < P50; offset++) {
        this.#points[at + offset]! += kept[offset]!;
      }
      if (this.#points[at + P50] === NONE) {
        this.#points.set(kept.slice(P50), at + P50);
      }
      this.#changedValues.add(this.#valueOf(at));
    } else if (this.#points[at] === NO_PERIOD) {
      this.#points.set(kept, at);
    }
  }

  #restoreLatency(kept: unknown): void {
    if (member(kept, "period") !== this.#points[this.#at]) return;
    this.#latency.restore(member(kept, "latency"));
    this.#isChanged = true;
  }

  #open(nowMs: number): void {
    const period = this.#periodOf(nowMs);
    this.#at = this.#atOf(period);
    this.#startMs = period * this.#stepMs;
    this.#endMs = this.#startMs + this.#stepMs;
    if (!this.#hasPeriod(period)) {
      this.#points.fill(0, this.#at, this.#at + WIDTH);
      this.#points[this.#at] = period;
      this.#points.fill(NONE, this.#at + P50, this.#at + WIDTH);
    }
    this.#latency.clear();
    this.#isChanged = true;
    this.#changedValues.add(this.#valueOf(this.#at));
  }

  /** Brings the open point up to date. */
  #settle(): void {
    const { counts, latency } = this.#tally;
    const seen = this.#seen;
    for (let column = 0; column < COUNTED.length; column++) {
      const news = counts[column]! - seen.counts[column]!;
      if (news === 0) continue;
      this.#points[this.#at + FIRST_COUNT + column]! += news;
      this.#isChanged = true;
    }
    seen.counts.set(counts);
    this.#latency.addNews(latency, seen.latency);
    const p50 = this.#latency.percentile(0.5);
    // A point that was opened again and counted nothing yet has those of before.
    if (p50 === undefined) return;
    this.#points[this.#at + P50] = p50;
    this.#points[this.#at + P99] = this.#latency.percentile(0.99) ?? NONE;
  }

  #periodOf(nowMs: number): number {
    return Math.max(0, Math.floor(nowMs / this.#stepMs));
  }

  #atOf(period: number): number {
    return period % this.#length * WIDTH;
  }

  #hasPeriod(period: number): boolean {
    return period >= 0 && this.#points[this.#atOf(period)] === period;
  }

  #valueOf(at: number): number {
    return Math.floor(at / WIDTH / this.#pointsPerValue);
  }

  #pointsOf(index: number): number[][] {
    const first = index * this.#pointsPerValue;
    const end = Math.min(first + this.#pointsPerValue, this.#length);
    const points: number[][] = [];
    for (let at = first * WIDTH; at < end * WIDTH; at += WIDTH) {
      if (this.#points[at] === NO_PERIOD) continue;
      points.push([...this.#points.subarray(at, at + WIDTH)]);
    }
    return points;
  }

  #hitRatio(at: number): number | null {
    const [cached = 0, fetched = 0] = this.#points.subarray(at + FIRST_COUNT);
    return cached + fetched === 0 ? null : cached / (cached + fetched);
  }
}

function someOf(percentile: number): number | null {
  return percentile === NONE ? null : percentile;
}

function isKeptPoint(kept: unknown): kept is number[] {
  if (!Array.isArray(kept) || kept.length !== WIDTH) return false;
  const [period, percentiles] = [kept[0], kept.slice(P50)];
  return Number.isSafeInteger(period) && isCounts(kept.slice(0, P50), P50) &&
    percentiles.every((value) => value === NONE || isCount(value));
}
