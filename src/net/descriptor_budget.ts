/**
 * How many connections may be open at once, so that files, pipes and name look-ups still find
 * a descriptor: a runtime that has none left can't even tell what went wrong (Deno 2.9.6
 * panics while it maps an error's stack).
 */

import type { Deadlines } from "./deadlines.ts";

/** What is kept for files, pipes, watchers and look-ups. */
const RESERVED = 96;
/** However low the limit is, so many connections are served. */
const LEAST = 32;

/** Counts connections against the descriptors that there are. */
export class DescriptorBudget {
  /** How many connections, to clients and origins together. */
  readonly max: number;
  readonly #open: Pick<Deadlines, "size">;

  /**
   * @param open All connections that are open.
   * @param limit How many descriptors the process may have.
   */
  constructor(open: Pick<Deadlines, "size">, limit: number) {
    this.#open = open;
    this.max = Math.max(LEAST, limit - RESERVED);
  }

  /** No further connection may be opened. */
  get isSpent(): boolean {
    return this.#open.size >= this.max;
  }
}

/** How many descriptors this process may have; Infinity where the system does not tell. */
export function descriptorLimit(): number {
  try {
    const limits = Deno.readTextFileSync("/proc/self/limits");
    const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    // No Linux, or no permission to look there.
    return Infinity;
  }
}
