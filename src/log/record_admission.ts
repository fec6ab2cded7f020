/**
 * Decides which records are kept when there are too many: some of all, and before the others
 * those of exchanges whose id the client was told, since somebody may come and ask for them.
 */

import type { Outcome } from "./record.ts";
import { RecordSampler } from "./record_sampler.ts";

/** What may be kept beyond what comes at its rate. */
const BURST_RECORDS = 2_000;
/** For those whose client was told their id, beyond what is kept of all. */
const RESERVED_BURST = 1_000;
const RESERVED_PER_SECOND = 500;

/** The outcomes whose answers name the exchange. */
const TOLD: ReadonlySet<Outcome> = new Set([
  "blocked",
  "limited",
  "denied",
  "error",
]);

/** The budget of all records, and the reserve of some. */
export class RecordAdmission {
  readonly #all: RecordSampler;
  readonly #reserve: RecordSampler;

  /** @param nowMs Of a clock that only goes forward, here and everywhere. */
  constructor(perSecond: number, nowMs: number) {
    this.#all = new RecordSampler(perSecond, BURST_RECORDS, nowMs);
    this.#reserve = new RecordSampler(
      RESERVED_PER_SECOND,
      RESERVED_BURST,
      nowMs,
    );
  }

  /** Whether to take the record that comes now. */
  tryTake(outcome: Outcome): boolean {
    if (TOLD.has(outcome) && this.#reserve.tryTake()) return true;
    return this.#all.tryTake();
  }

  /** Makes room: see `RecordSampler.refill`. Returns how many were not taken since the last call. */
  refill(nowMs: number): number {
    // For what the reserve did not take, the other was asked.
    this.#reserve.refill(nowMs);
    return this.#all.refill(nowMs);
  }
}
