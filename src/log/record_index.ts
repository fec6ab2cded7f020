/**
 * What is in the store, batch by batch, in memory: so that a search reads only
 * what it needs, and the store stays within its bounds.
 */

import type { BatchSummary } from "./record_batch.ts";

/** Options of {@link RecordIndex}. */
export interface RecordIndexOptions {
  readonly maxRecords: number;
  readonly maxBytes: number;
}

/** The summaries of all stored batches. */
export class RecordIndex {
  readonly #options: RecordIndexOptions;
  /** In the order of their ids. */
  readonly #summaries = new Map<number, BatchSummary>();
  #records = 0;
  #bytes = 0;

  constructor(options: RecordIndexOptions) {
    this.#options = options;
  }

  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a batch with the greatest id so far, or changes one that is there. */
  set(summary: BatchSummary): void {
    this.#count(this.#summaries.get(summary.id), -1);
    this.#count(summary, 1);
    this.#summaries.set(summary.id, summary);
  }

  delete(id: number): void {
    this.#count(this.#summaries.get(id), -1);
    this.#summaries.delete(id);
  }

  get(id: number): BatchSummary | undefined {
    return this.#summaries.get(id);
  }

  /** The batches with an id below that, the newest first. */
  newestBelow(id: number): BatchSummary[] {
    return [...this.#summaries.values()].filter((summary) => summary.id < id)
      .reverse();
  }

  /** Forgets the oldest batches that are too many, and returns their ids. */
  takeExcess(): number[] {
    const { maxRecords, maxBytes } = this.#options;
    const excess: number[] = [];
    for (const id of this.#summaries.keys()) {
      if (this.#records <= maxRecords && this.#bytes <= maxBytes) break;
      this.delete(id);
      excess.push(id);
    }
    return excess;
  }

  #count(summary: BatchSummary | undefined, sign: 1 | -1): void {
    if (summary === undefined) return;
    this.#records += sign * summary.records;
    this.#bytes += sign * summary.bytes;
  }
}
