/**
 * How long things took: counts in log-linear buckets, as HdrHistogram has them
 * (Tene, hdrhistogram.org), in fixed memory. Below 1/8 ms a bucket is 1/256 ms
 * wide; above, each power of two has 32 buckets. Histograms add up. It knows
 * nothing of what took the time.
 */

import { isCount } from "./kept_json.ts";

const SUB_BITS = 5;
const SUB_BUCKETS = 1 << SUB_BITS;
const UNITS_PER_MS = 256;
/** Some 4.7 hours: longer times count as that. */
const MAX_UNITS = 2 ** 32 - 1;
const BUCKETS = (32 - SUB_BITS + 1) * SUB_BUCKETS;

/** A histogram as it is kept: the sum, then each bucket that is not empty with its count. */
export interface KeptHistogram {
  readonly sumMs: number;
  readonly buckets: readonly (readonly [bucket: number, count: number])[];
}

/**
 * The bucket of a time, found without a logarithm.
 *
 * @param ms Not negative; what is longer than 4.66 hours counts as that long.
 */
export function bucketOf(ms: number): number {
  const units = Math.min(ms * UNITS_PER_MS, MAX_UNITS) >>> 0;
  if (units < SUB_BUCKETS) return units;
  const shift = 31 - Math.clz32(units) - SUB_BITS;
  return shift * SUB_BUCKETS + (units >>> shift);
}

/** Counts of times, by bucket. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #sumMs = 0;

  /** The sum of all times, exact. */
  get sumMs(): number {
    return this.#sumMs;
  }

  /** How many times were counted. */
  get count(): number {
    let count = 0;
    for (const inBucket of this.#counts) count += inBucket;
    return count;
  }

  /** Counts a time, given with its bucket: one look for it serves several histograms. */
  add(bucket: number, ms: number): void {
    this.#counts[bucket]!++;
    this.#sumMs += ms;
  }

  /** Adds what another counted. */
  merge(other: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket]! += other.#counts[bucket]!;
    }
    this.#sumMs += other.#sumMs;
  }

  /** Adds what another has counted since it was as `seen`, which then is as it is; times are not summed up. */
  addNews(other: Histogram, seen: Histogram): void {
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket]! += other.#counts[bucket]! - seen.#counts[bucket]!;
    }
    seen.#counts.set(other.#counts);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#sumMs = 0;
  }

  /**
   * The least time that a share of all times does not exceed (nearest rank), in
   * ms; undefined when there are none. It is off by 1/64 of the time at most,
   * and by 1/512 ms below 1/8 ms.
   *
   * @param share For example 0.99.
   */
  percentile(share: number): number | undefined {
    const count = this.count;
    if (count === 0) return undefined;
    const rank = Math.max(1, Math.ceil(share * count));
    let seen = 0;
    let bucket = -1;
    while (seen < rank) seen += this.#counts[++bucket]!;
    return (lowestMs(bucket) + lowestMs(bucket + 1)) / 2;
  }

  /**
   * How many times were less than a bound: exact for a bound that is a power of
   * two from 1/8 ms up.
   */
  countBelow(boundMs: number): number {
    const end = bucketOf(boundMs);
    let count = 0;
    for (let bucket = 0; bucket < end; bucket++) count += this.#counts[bucket]!;
    return count;
  }

  /** Adds what was kept; false, and nothing is added, when it is no histogram. */
  restore(kept: unknown): boolean {
    if (!isKeptHistogram(kept)) return false;
    for (const [bucket, count] of kept.buckets) this.#counts[bucket]! += count;
    this.#sumMs += kept.sumMs;
    return true;
  }

  toJSON(): KeptHistogram {
    const buckets: [number, number][] = [];
    this.#counts.forEach((count, bucket) => {
      if (count > 0) buckets.push([bucket, count]);
    });
    return { sumMs: this.#sumMs, buckets };
  }
}

function lowestMs(bucket: number): number {
  if (bucket < SUB_BUCKETS) return bucket / UNITS_PER_MS;
  const shift = (bucket >> SUB_BITS) - 1;
  const lead = SUB_BUCKETS + bucket % SUB_BUCKETS;
  return lead * 2 ** shift / UNITS_PER_MS;
}

function isKeptHistogram(kept: unknown): kept is KeptHistogram {
  return typeof kept === "object" && kept !== null &&
    "sumMs" in kept && isCount(kept.sumMs) &&
    "buckets" in kept && Array.isArray(kept.buckets) &&
    kept.buckets.every(isKeptBucket);
}

function isKeptBucket(kept: unknown): boolean {
  if (!Array.isArray(kept)) return false;
  const [bucket, count] = kept;
  return Number.isInteger(bucket) && bucket >= 0 && bucket < BUCKETS &&
    isCount(count);
}
