/**
 * Takes what has expired out of rules' state, a little at a time: a round looks at some keys,
 * from where the one before has ended, and goes on at once as long as many of them have expired.
 * So neither a large state that lasts nor one that expires as fast as it is written makes it read
 * all, and what has expired stays a part of the whole (the way of Redis' active expiry).
 */

import { isExpired, STATE_PREFIX, type StoredState } from "./rule_state.ts";
import { whenUnlocked } from "./when_unlocked.ts";

/** How many keys are read, checked and deleted together: KV takes 100 checks in a commit. */
const BATCH_KEYS = 100;
/** How many keys a round looks at, beside those batches of which many have expired. */
const ROUND_KEYS = 1_000;
/** Of a batch so many are many. */
const MANY_KEYS = 25;
const EVERY_MS = 60_000;

/** Options of {@link StateSweep}. */
export interface StateSweepOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Told after each round: of what it failed, or of nothing. It must not throw. */
  readonly swept?: (failure: unknown) => void;
}

/** The sweep of one store. */
export class StateSweep {
  readonly #kv: Deno.Kv;
  readonly #clock: () => number;
  readonly #swept: (failure: unknown) => void;
  /** Where the next batch begins; "" is the beginning. */
  #cursor = "";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  /** @param kv Stays the caller's to close, after the sweep. */
  constructor(kv: Deno.Kv, options: StateSweepOptions = {}) {
    this.#kv = kv;
    this.#clock = options.clock ?? (() => Date.now());
    this.#swept = options.swept ?? (() => undefined);
  }

  /** Sweeps a round now, and one every minute. */
  start(): void {
    this.#running = this.#sweep();
  }

  /** Ends with the batch that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /**
   * Sweeps one round, at most to the end of the state.
   *
   * @returns How many keys it has looked at.
   * @throws {Error} when the store can't be read or written.
   */
  async round(): Promise<number> {
    let [looked, counted] = [0, 0];
    do {
      const { keys, deleted } = await this.#batch();
      looked += keys;
      if (deleted <= MANY_KEYS) counted += keys;
    } while (this.#cursor !== "" && counted < ROUND_KEYS && !this.#isClosed);
    return looked;
  }

  async #sweep(): Promise<void> {
    let failure: unknown;
    try {
      await this.round();
    } catch (error) {
      failure = error;
    }
    this.#swept(failure);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.start(), EVERY_MS);
  }

  async #batch(): Promise<{ keys: number; deleted: number }> {
    const options = { limit: BATCH_KEYS, batchSize: BATCH_KEYS };
    const list = this.#kv.list<StoredState>(
      { prefix: [STATE_PREFIX] },
      this.#cursor === "" ? options : { ...options, cursor: this.#cursor },
    );
    const nowMs = this.#clock();
    const expired: Deno.KvEntry<StoredState>[] = [];
    let keys = 0;
    for await (const entry of list) {
      keys++;
      if (isExpired(entry.value, nowMs)) expired.push(entry);
    }
    if (expired.length > 0) await this.#delete(expired);
    this.#cursor = keys < BATCH_KEYS ? "" : list.cursor;
    return { keys, deleted: expired.length };
  }

  /** Unless one was written anew meanwhile: then all of them are left for the next time. */
  async #delete(expired: readonly Deno.KvEntry<StoredState>[]): Promise<void> {
    const deletion = this.#kv.atomic().check(...expired);
    for (const { key } of expired) deletion.delete(key);
    await whenUnlocked(() => deletion.commit());
  }
}
