/**
 * What rules remember, in Deno KV: values under `["rules", NAME, KEY]`, each with the
 * time at which it is gone; state_sweep.ts takes them away then. The store's own expiry is
 * not used: where it can't delete, on a full disk, the runtime ends the process. Increments
 * are atomic, also between processes. Values are what rules made of them: nothing here reads
 * one but numbers.
 */

import type { StateRequest, StateValue } from "./protocol.ts";
import { whenUnlocked } from "./when_unlocked.ts";

const MAX_KEY_BYTES = 1_024;
const MAX_VALUE_BYTES = 64_000;
/** A store that keeps failing is told of once in so long. */
const TELL_EVERY_MS = 600_000;

/** A value as it is stored. */
export interface StoredState {
  readonly value: number | Uint8Array;
  /** In ms since 1970. From then on it is as good as gone, though it may still be there. */
  readonly expiresAtMs?: number;
}

/** What all that rules remember begins with in the store. */
export const STATE_PREFIX = "rules";

/** True for a value that is not to be seen any more. */
export function isExpired(
  { expiresAtMs = Infinity }: StoredState,
  nowMs: number,
): boolean {
  return expiresAtMs <= nowMs;
}

/** A state request that can't be done, in words for the rule's author. */
export class StateError extends Error {
  override readonly name = "StateError";
}

const VERBS: Readonly<Record<StateRequest["op"], string>> = {
  get: "read",
  set: "write",
  increment: "increment",
};

interface Increment {
  readonly by: number;
  readonly ttlSeconds: number | undefined;
  readonly done: PromiseWithResolvers<number>;
}

/** Options of {@link RuleState}. */
export interface RuleStateOptions {
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: () => number;
  /** Told that the store can't be read or written: at first, and every ten minutes while that goes on. */
  readonly storeFailed?: (error: Error) => void;
}

/** The state of all rules. */
export class RuleState {
  readonly #kv: Deno.Kv;
  readonly #clock: () => number;
  readonly #storeFailed: (error: Error) => void;
  readonly #queues = new Map<string, Increment[]>();
  #toldMs = -Infinity;

  /** @param kv Stays the caller's to close. */
  constructor(kv: Deno.Kv, options: RuleStateOptions = {}) {
    this.#kv = kv;
    this.#clock = options.clock ?? (() => Date.now());
    this.#storeFailed = options.storeFailed ?? (() => undefined);
  }

  /**
   * Does what a rule asks.
   *
   * @param rule The rule's name.
   * @throws {StateError} for a key or value that is too long, an increment of no number, or a
   * store that fails.
   */
  async perform(rule: string, request: StateRequest): Promise<StateValue> {
    try {
      return await this.#perform(rule, request);
    } catch (error) {
      if (!(error instanceof Error) || error instanceof StateError) throw error;
      this.#tell(error);
      const { op, key } = request;
      throw new StateError(
        `Cannot ${
          VERBS[op]
        } "${key}" in the rule's state: the store failed (${error.message})`,
        { cause: error },
      );
    }
  }

  #tell(error: Error): void {
    // Whoever closed the store knows.
    if (error instanceof Deno.errors.BadResource) return;
    const now = this.#clock();
    if (now - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = now;
    this.#storeFailed(error);
  }

  async #perform(rule: string, request: StateRequest): Promise<StateValue> {
    const { op, key, value, ttlSeconds } = request;
    const bytes = new TextEncoder().encode(key).length;
    if (key === "" || bytes > MAX_KEY_BYTES) {
      throw new StateError(
        `Cannot use a key of ${bytes} bytes for state: 1 to ${MAX_KEY_BYTES} are wanted`,
      );
    }
    switch (op) {
      case "get":
        return encoded((await this.#read(rule, key)).stored?.value);
      case "set":
        await this.#set(rule, key, value, ttlSeconds);
        return null;
      case "increment":
        return await this.#increment(rule, key, Number(value), ttlSeconds);
    }
  }

  async #read(
    rule: string,
    key: string,
  ): Promise<
    { entry: Deno.KvEntryMaybe<StoredState>; stored: StoredState | undefined }
  > {
    const entry = await this.#kv.get<StoredState>([STATE_PREFIX, rule, key]);
    const { value: stored } = entry;
    const isGone = stored === null || isExpired(stored, this.#clock());
    return { entry, stored: isGone ? undefined : stored };
  }

  async #set(
    rule: string,
    key: string,
    value: StateValue,
    ttlSeconds: number | undefined,
  ): Promise<void> {
    const decoded = typeof value === "string"
      ? Uint8Array.fromBase64(value)
      : value ?? 0;
    if (typeof decoded !== "number" && decoded.length > MAX_VALUE_BYTES) {
      throw new StateError(
        `Cannot store a value of ${decoded.length} bytes under "${key}": at most ${MAX_VALUE_BYTES} are wanted`,
      );
    }
    const stored = { value: decoded, ...this.#expiry(ttlSeconds) };
    await whenUnlocked(() => this.#kv.set([STATE_PREFIX, rule, key], stored));
  }

  /** Increments of one key that come while one is under way are committed together. */
  #increment(
    rule: string,
    key: string,
    by: number,
    ttlSeconds: number | undefined,
  ): Promise<number> {
    const done = Promise.withResolvers<number>();
    const increment = { by, ttlSeconds, done };
    const place = JSON.stringify([rule, key]);
    const queue = this.#queues.get(place);
    if (queue !== undefined) queue.push(increment);
    else {
      this.#queues.set(place, [increment]);
      this.#drain(place, rule, key);
    }
    return done.promise;
  }

  async #drain(place: string, rule: string, key: string): Promise<void> {
    for (;;) {
      const batch = this.#queues.get(place);
      if (batch === undefined || batch.length === 0) break;
      this.#queues.set(place, []);
      try {
        const sums = await this.#commit(rule, key, batch);
        batch.forEach(({ done }, i) => done.resolve(sums[i] ?? 0));
      } catch (error) {
        for (const { done } of batch) done.reject(error);
      }
    }
    this.#queues.delete(place);
  }

  async #commit(
    rule: string,
    key: string,
    batch: readonly Increment[],
  ): Promise<number[]> {
    for (;;) {
      const { entry, stored } = await this.#read(rule, key);
      const before = stored?.value ?? 0;
      if (typeof before !== "number") {
        throw new StateError(
          `Cannot increment "${key}": what is stored there is no number`,
        );
      }
      let sum = before;
      const sums = batch.map(({ by }) => sum += by);
      const expiry = stored === undefined
        ? this.#expiry(batch[0]?.ttlSeconds)
        : expiryOf(stored);
      const { ok } = await whenUnlocked(() =>
        this.#kv.atomic().check(entry)
          .set(entry.key, { value: sum, ...expiry }).commit()
      );
      if (ok) return sums;
    }
  }

  #expiry(ttlSeconds: number | undefined): Pick<StoredState, "expiresAtMs"> {
    if (ttlSeconds === undefined) return {};
    return { expiresAtMs: this.#clock() + ttlSeconds * 1000 };
  }
}

function expiryOf(
  { expiresAtMs }: StoredState,
): Pick<StoredState, "expiresAtMs"> {
  return expiresAtMs === undefined ? {} : { expiresAtMs };
}

function encoded(value: number | Uint8Array | undefined): StateValue {
  if (value === undefined) return null;
  return typeof value === "number" ? value : value.toBase64();
}
