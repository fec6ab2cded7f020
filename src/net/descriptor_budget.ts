/**
 * How many connections and look-ups may be open at once, so that files and pipes still find a
 * descriptor: a runtime that has none left can't even tell what went wrong (Deno 2.9.6 panics
 * while it maps an error's stack). How many descriptors there are is for descriptor_limit.ts.
 */

import type { Deadlines } from "./deadlines.ts";

/** What is kept for files, pipes and watchers. */
const RESERVED = 96;
/** However low the limit is, so many connections are served. */
const LEAST = 32;

/** Counts what is open against the descriptors that there are. */
export class DescriptorBudget {
  /** How many descriptors connections to clients and origins and look-ups may take together. */
  readonly max: number;
  readonly #open: Pick<Deadlines, "size">;
  #held = 0;

  /**
   * @param open All connections that are open, and all dials: each stands for one descriptor.
   * @param limit How many descriptors the process may have.
   */
  constructor(open: Pick<Deadlines, "size">, limit: number) {
    this.#open = open;
    this.max = Math.max(LEAST, limit - RESERVED);
  }

  /** Nothing further may be opened. */
  get isSpent(): boolean {
    return this.#open.size + this.#held >= this.max;
  }

  /** Counts descriptors that are no connection's, until {@link release}. */
  hold(count: number): void {
    this.#held += count;
  }

  /** Gives back what {@link hold} has counted. */
  release(count: number): void {
    this.#held -= count;
  }
}
