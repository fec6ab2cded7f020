/**
 * How fast may be written behind the responses: a bucket of bytes that fills at a steady rate, so
 * that a flood of misses leaves the processor to those who wait. Takes the time from outside.
 */

/** So that a flood costs a tenth of a core, whatever the sizes: an entry of 1 KiB takes 50 µs, one of 60 KB 550. */
const BYTES_PER_SECOND = 12 * 1024 * 1024;
const BURST_BYTES = BYTES_PER_SECOND / 2;
/** What one record costs beyond its bytes, in bytes. */
const RECORD_BYTES = 3_000;

/** A budget of writes. */
export class WritePace {
  readonly #now: () => number;
  #bytes = BURST_BYTES;
  #filledMs: number;

  /** @param now Milliseconds of a clock that only goes forward. */
  constructor(now: () => number) {
    this.#now = now;
    this.#filledMs = now();
  }

  /** Takes what was written. */
  charge(records: number, bytes: number): void {
    this.#bytes -= records * RECORD_BYTES + bytes;
  }

  /** For how long nothing should be written now. */
  get waitMs(): number {
    const nowMs = this.#now();
    const filled = (nowMs - this.#filledMs) / 1000 * BYTES_PER_SECOND;
    this.#bytes = Math.min(BURST_BYTES, this.#bytes + filled);
    this.#filledMs = nowMs;
    return Math.max(0, -this.#bytes / BYTES_PER_SECOND * 1000);
  }
}
