/**
 * One coarse clock for all deadlines: what can expire holds the time at which it
 * does, and a sweep every 50 ms looks for those that have. Setting a deadline is a
 * store to a field; no request makes a timer of its own.
 */

/** Something that can expire. */
export interface Expiring {
  /** When it expires, on the clock of its {@link Deadlines}; Infinity for never. */
  readonly deadlineMs: number;
  /** Called by each sweep that finds the deadline passed: moves it, or unwatches. */
  expire(nowMs: number): void;
}

/** How often deadlines are looked at, in ms: nothing expires later than this, but for a busy event loop. */
export const SWEEP_MS = 50;

/** The deadlines of all connections. The sweep runs only while there is something to watch. */
export class Deadlines {
  readonly #watched = new Set<Expiring>();
  readonly #clock: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #nowMs: number;

  /** @param clock Milliseconds that never go back; default `performance.now`. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#nowMs = clock();
  }

  /** A deadline that many milliseconds from now, or Infinity. Reads the coarse clock, not the real one. */
  after(ms: number): number {
    return this.#nowMs + ms + SWEEP_MS;
  }

  watch(expiring: Expiring): void {
    if (this.#timer === undefined) {
      this.#nowMs = this.#clock();
      this.#timer = setInterval(() => this.sweep(), SWEEP_MS);
    }
    this.#watched.add(expiring);
  }

  unwatch(expiring: Expiring): void {
    this.#watched.delete(expiring);
    if (this.#watched.size === 0) this.#stop();
  }

  /** How many things are watched. */
  get size(): number {
    return this.#watched.size;
  }

  /** Expires what is due. */
  sweep(): void {
    const now = this.#nowMs = this.#clock();
    for (const expiring of this.#watched) {
      if (expiring.deadlineMs <= now) expiring.expire(now);
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
