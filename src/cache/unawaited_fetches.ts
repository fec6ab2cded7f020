/**
 * How many fetches are under way that nobody waits for: so many of one origin, which may be slow
 * on purpose, and so many in all. Knows how many, not which.
 */

const MAX_FETCHES = 256;
const MAX_OF_ORIGIN = 16;

/** Places for such fetches. */
export class UnawaitedFetches {
  readonly #counts = new Map<string, number>();
  #size = 0;

  /** How many are under way. */
  get size(): number {
    return this.#size;
  }

  /** True when there was a place, which whoever takes it gives back by {@link end}. */
  tryBegin(origin: string): boolean {
    const count = this.#counts.get(origin) ?? 0;
    if (this.#size >= MAX_FETCHES || count >= MAX_OF_ORIGIN) return false;
    this.#counts.set(origin, count + 1);
    this.#size++;
    return true;
  }

  /** Gives one place back. */
  end(origin: string): void {
    const left = this.#counts.get(origin)! - 1;
    if (left === 0) this.#counts.delete(origin);
    else this.#counts.set(origin, left);
    this.#size--;
  }
}
