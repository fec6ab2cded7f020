/**
 * The memory that bodies take while they arrive for the cache, all of them together: taken as they
 * grow, and given back once they have ended and nobody reads them. Knows how much, not what for.
 */

/** Memory that all fills together may take. */
export class FillBudget {
  #free: number;

  /** @param maxBytes Default of the option: as much as the memory tier has. */
  constructor(readonly maxBytes: number) {
    this.#free = maxBytes;
  }

  get bytes(): number {
    return this.maxBytes - this.#free;
  }

  /** True when that much was there to be taken. */
  take(bytes: number): boolean {
    if (bytes > this.#free) return false;
    this.#free -= bytes;
    return true;
  }

  give(bytes: number): void {
    this.#free += bytes;
  }
}
