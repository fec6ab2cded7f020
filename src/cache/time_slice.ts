/**
 * Long work in slices: the turns that KV takes by itself follow one another too fast for timers
 * and sockets to get theirs.
 */

const SLICE_MS = 4;
/** The clock is looked at once in so many steps. */
const STEPS = 32;

/** A slice of work, and those after it. */
export class TimeSlice {
  #startMs = performance.now();
  #steps = 0;

  /** Asked at each step: true when somebody else should have a turn. */
  get isOver(): boolean {
    return ++this.#steps % STEPS === 0 &&
      performance.now() - this.#startMs > SLICE_MS;
  }

  /** Lets whoever waits have a turn, and begins the next slice. */
  async next(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#startMs = performance.now();
  }
}
