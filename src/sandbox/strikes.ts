/**
 * Which rules are set aside: those that hung or ended their host three times within a
 * minute. Kept over reloads, by a key that changes with the rule's code.
 */

const STRIKES = 3;
const WITHIN_MS = 60_000;

/** Counts against rules. */
export class Strikes {
  readonly #clock: () => number;
  readonly #times = new Map<string, number[]>();
  readonly #aside = new Set<string>();

  /** @param clock Milliseconds that never go back. Default: `performance.now`. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** Counts one. Returns true when it is the one that sets the rule aside. */
  add(key: string): boolean {
    const now = this.#clock();
    const recent = (this.#times.get(key) ?? [])
      .filter((time) => now - time < WITHIN_MS);
    recent.push(now);
    this.#times.set(key, recent);
    if (recent.length < STRIKES || this.#aside.has(key)) return false;
    this.#aside.add(key);
    return true;
  }

  isSetAside(key: string): boolean {
    return this.#aside.has(key);
  }

  /** Forgets all keys but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#times.keys()) {
      if (keys.has(key)) continue;
      this.#times.delete(key);
      this.#aside.delete(key);
    }
  }
}
