/**
 * How much time a host has had, counted from sweep to sweep: what passes while the host is
 * busy, or while the event loop or the machine stands still, is not counted. A rule is
 * judged by this clock; who waits for its answer is served by the real one.
 */

/** How much of the time between two sweeps counts, in ms: twice what lies between them on an idle machine. */
const MAX_STEP_MS = 50;

/** A clock that stands still at times. */
export class HookTime {
  #ms = 0;
  #movedMs: number;

  /** @param nowMs On the clock of `performance.now`. */
  constructor(nowMs: number = performance.now()) {
    this.#movedMs = nowMs;
  }

  /** What was counted until the last sweep. */
  get ms(): number {
    return this.#ms;
  }

  /** Called by each sweep. */
  move(nowMs: number, isCounted: boolean): void {
    if (isCounted) this.#ms += Math.min(nowMs - this.#movedMs, MAX_STEP_MS);
    this.#movedMs = nowMs;
  }
}
