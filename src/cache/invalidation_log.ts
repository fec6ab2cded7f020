/**
 * Which keys were invalidated lately, in which order (RFC 9111 §4.4): what was asked for before
 * may be from before the change, whoever asked and however it is answered, and must not become
 * what is stored. Nobody has to tell it of requests: each notes a number when it goes out. Keys are
 * known by their hashes: where two share one, at worst a response is not stored in vain.
 */

import { keyHash } from "./key_hash.ts";

/** So many keys are told apart. What was asked for before those counts as invalidated, whatever its key. */
const MAX_KEYS = 10_000;

/** The invalidations of one cache. */
export class InvalidationLog {
  #count = 0;
  /** Up to that one all keys count as invalidated. */
  #ofAll = 0;
  /** Hash of a key → the number of its last one, in their order. */
  readonly #ofKeys = new Map<number, number>();
  readonly #seed = crypto.getRandomValues(new Uint32Array(1))[0]!;

  /** How many there have been: what a request notes when it goes out, for {@link isSince}. */
  get count(): number {
    return this.#count;
  }

  /** A key is invalidated. */
  add(key: string): void {
    const hash = this.#hash(key);
    this.#ofKeys.delete(hash);
    this.#ofKeys.set(hash, ++this.#count);
    if (this.#ofKeys.size <= MAX_KEYS) return;
    const [oldest, number] = this.#ofKeys.entries().next().value!;
    this.#ofKeys.delete(oldest);
    this.#ofAll = number;
  }

  /** Any key may be: something was purged that is chosen in another way. */
  addAll(): void {
    this.#ofKeys.clear();
    this.#ofAll = ++this.#count;
  }

  /** True when a key was invalidated after there had been `count`. */
  isSince(key: string, count: number): boolean {
    if (count >= this.#count) return false;
    return count < this.#ofAll ||
      count < (this.#ofKeys.get(this.#hash(key)) ?? 0);
  }

  #hash(key: string): number {
    return keyHash(key, this.#seed);
  }
}
