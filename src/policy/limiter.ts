/**
 * How many requests of a kind may pass in a time: the generic cell rate algorithm (ITU-T
 * I.371), kept as the level of a leaky bucket for each key. As many as the limit pass at
 * once; the level then sinks evenly. It has no clock, and bounded memory: the keys that
 * were not asked for longest are forgotten first.
 */

import { LRUCache } from "lru-cache";

/** Keys that are counted at once. */
const MAX_KEYS = 100_000;

/** Whether a request passes. */
export interface Ticket {
  readonly allowed: boolean;
  /** In how many whole seconds one would pass; 0 when this one does. */
  readonly retryAfterSeconds: number;
  /** How many more would pass at once. */
  readonly remaining: number;
}

interface Bucket {
  /** Requests that passed and have not leaked away. */
  level: number;
  atMs: number;
}

/** Counts requests by key. */
export class Limiter {
  readonly #buckets: LRUCache<string, Bucket>;

  /** @param maxKeys How many keys are counted at once. Default: 100000. */
  constructor(maxKeys: number = MAX_KEYS) {
    this.#buckets = new LRUCache({ max: maxKeys });
  }

  /** How many keys are counted. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Counts a request, unless it is one too many: those that are refused don't count.
   *
   * @param requests How many may pass, at least 1.
   * @param perSeconds In how many seconds, more than 0.
   * @param nowMs The time; any clock that does not jump.
   *
   * @example
   * ```ts
   * import { Limiter } from "./limiter.ts";
   * const limiter = new Limiter();
   * limiter.take("client", 1, 60, 0).allowed; // true
   * limiter.take("client", 1, 60, 0).retryAfterSeconds; // 60
   * ```
   */
  take(
    key: string,
    requests: number,
    perSeconds: number,
    nowMs: number,
  ): Ticket {
    const bucket = this.#bucket(key, nowMs);
    const perMs = requests / (perSeconds * 1000);
    const leaked = Math.max(0, nowMs - bucket.atMs) * perMs;
    bucket.level = Math.max(0, bucket.level - leaked);
    bucket.atMs = nowMs;
    const over = bucket.level + 1 - requests;
    if (over > ROUNDING) return refused(over / perMs);
    bucket.level++;
    const remaining = Math.max(
      0,
      Math.floor(requests - bucket.level + ROUNDING),
    );
    return { allowed: true, retryAfterSeconds: 0, remaining };
  }

  #bucket(key: string, nowMs: number): Bucket {
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = { level: 0, atMs: nowMs };
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }
}

/** Levels are sums of fractions: so much of a request is no request. */
const ROUNDING = 1e-6;

function refused(waitMs: number): Ticket {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000 - ROUNDING));
  return { allowed: false, retryAfterSeconds, remaining: 0 };
}

/**
 * The key of a rule's limit: its own `key`, or else the client. Keys of different rules never
 * meet, nor does a key with a client.
 *
 * @param client See `clientKey`.
 */
export function limitKey(rule: string, client: string, key?: string): string {
  return JSON.stringify(key === undefined ? [rule, 0, client] : [rule, key]);
}
