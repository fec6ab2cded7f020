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
/**
 * How much of the time between two sweeps counts, in ms: while the event loop stood still, what a peer had sent
 * was not looked at, and that is nobody's delay but ours.
 */
const MAX_STEP_MS = 500;
/** How many may expire in one sweep: each is work, for which those that are in time would wait. */
const MAX_EXPIRED = 500;

/** The deadlines of all connections. The sweep runs only while there is something to watch. */
export class Deadlines {
  readonly #watched = new Set<Expiring>();
  readonly #clock: () => number;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The coarse clock, which stands still where the event loop does. */
  #nowMs = 0;
  /** When it was moved. */
  #movedMs: number;

  /** @param clock Milliseconds that never go back; default `performance.now`. */
  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
    this.#movedMs = clock();
  }

  /** A deadline that many milliseconds from now, or Infinity. Reads the coarse clock, not the real one. */
  after(ms: number): number {
    return this.#nowMs + ms + SWEEP_MS;
  }

  watch(expiring: Expiring): void {
    if (this.#timer === undefined) {
      this.#movedMs = this.#clock();
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

  /** Expires what is due; where that is much, a part of it. */
  sweep(): void {
    const now = this.#move();
    let expired = 0;
    for (const expiring of this.#watched) {
      if (expiring.deadlineMs > now) continue;
      expiring.expire(now);
      if (++expired >= MAX_EXPIRED) return;
    }
  }

  #move(): number {
    const clockMs = this.#clock();
    this.#nowMs += Math.min(clockMs - this.#movedMs, MAX_STEP_MS);
    this.#movedMs = clockMs;
    return this.#nowMs;
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
