/**
 * Numbers that look random and are the same for the same seed (mulberry32), so that
 * whatever was found once is found again.
 */

/** A stream of numbers. */
export class Random {
  #state: number;

  /** @param seed A whole number; only its lower 32 bits count. */
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number of 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ this.#state >>> 15, this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return (mixed ^ mixed >>> 14) >>> 0;
  }

  /** A whole number from 0 to before `end`. */
  below(end: number): number {
    return this.next() % end;
  }

  /** True once in so many times. */
  isOneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  /** @throws {RangeError} for an empty list. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Cannot pick: an empty list");
    // The index is within the list.
    return list[this.below(list.length)]!;
  }
}
