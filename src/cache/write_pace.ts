/**
 * How fast may be written behind the responses: a bucket of bytes that fills at a steady rate, so
 * that a flood of misses leaves the processor to those who wait. Takes the time from outside.
 */

const MIB = 1024 * 1024;
/**
 * By what else there is to do, in bytes a second. At 12 MiB a tenth of a core is spent, whatever the sizes:
 * an entry of 1 KiB takes 50 µs, one of 60 KB 550.
 */
const RATES = {
  /** Nothing new is stored: what a burst has left is soon on disk. */
  quiet: 36 * MIB,
  usual: 12 * MIB,
  /** The processor is what clients wait for: what waits here is written when they do no more. */
  busy: 2 * MIB,
} as const;
const BURST_BYTES = 6 * MIB;
/** What one record costs beyond its bytes, in bytes. */
const RECORD_BYTES = 3_000;
/** So much of the time on the processor, all threads together, and it is taken for busy. */
const BUSY_SHARE = 0.8;
/** Over so long, at least. */
const SHARE_MS = 100;

/** What a {@link WritePace} goes by. */
export interface PaceClocks {
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** Milliseconds that the process has been on a processor, all its threads together. */
  readonly used: () => number;
}

/** A budget of writes. */
export class WritePace {
  readonly #clocks: PaceClocks;
  #bytes = BURST_BYTES;
  #filledMs: number;
  #share: { readonly sinceMs: number; readonly usedMs: number };
  #isBusy = false;

  constructor(clocks: PaceClocks) {
    this.#clocks = clocks;
    this.#filledMs = clocks.now();
    this.#share = { sinceMs: this.#filledMs, usedMs: clocks.used() };
  }

  /** Takes what was written. What somebody waited for is not saved up for without end. */
  charge(records: number, bytes: number): void {
    const left = this.#bytes - records * RECORD_BYTES - bytes;
    this.#bytes = Math.max(-BURST_BYTES, left);
  }

  /**
   * For how many milliseconds nothing should be written now.
   *
   * @param isQuiet Nothing new is stored.
   */
  wait({ isQuiet }: { readonly isQuiet: boolean }): number {
    const nowMs = this.#clocks.now();
    const rate = RATES[isQuiet ? "quiet" : this.#load(nowMs)];
    const filled = (nowMs - this.#filledMs) / 1000 * rate;
    this.#bytes = Math.min(BURST_BYTES, this.#bytes + filled);
    this.#filledMs = nowMs;
    return Math.max(0, -this.#bytes / rate * 1000);
  }

  #load(nowMs: number): "usual" | "busy" {
    const elapsedMs = nowMs - this.#share.sinceMs;
    if (elapsedMs >= SHARE_MS) {
      const usedMs = this.#clocks.used();
      this.#isBusy = usedMs - this.#share.usedMs > BUSY_SHARE * elapsedMs;
      this.#share = { sinceMs: nowMs, usedMs };
    }
    return this.#isBusy ? "busy" : "usual";
  }
}
