/**
 * Decides which records are kept when there are more than may cost time: all of
 * a burst, then so many a second, spread evenly over those that come. It takes
 * the time from outside.
 */

/** A budget of records. */
export class RecordSampler {
  readonly #perSecond: number;
  readonly #burst: number;
  /** How many more may be taken. */
  #room: number;
  /** One of so many is taken. */
  #stride = 1;
  #seen = 0;
  #skipped = 0;
  #filledMs: number;

  /** @param nowMs Of a clock that only goes forward. */
  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#room = burst;
    this.#filledMs = nowMs;
  }

  /** Whether to take the record that comes now. */
  tryTake(): boolean {
    if (++this.#seen % this.#stride !== 0 || this.#room < 1) {
      this.#skipped++;
      return false;
    }
    this.#room--;
    return true;
  }

  /**
   * Makes room for as many as the time allows. To be called every 100 ms or so
   * while records come, and once after.
   *
   * @returns How many were not taken since the last call.
   */
  refill(nowMs: number): number {
    const gained = (nowMs - this.#filledMs) / 1000 * this.#perSecond;
    this.#filledMs = nowMs;
    this.#room = Math.min(this.#burst, this.#room + gained);
    this.#stride = this.#seen <= this.#room
      ? 1
      : Math.ceil(this.#seen / Math.max(1, gained));
    const skipped = this.#skipped;
    this.#seen = 0;
    this.#skipped = 0;
    return skipped;
  }
}
