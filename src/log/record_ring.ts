/**
 * The newest records, in memory: batches, of which the last takes lines. It
 * decides when a batch is sealed and when the oldest is let go. A batch that is
 * to be stored stays beyond the wanted number of records until it is, but not
 * beyond the bytes.
 */

import { MAX_BATCH_BYTES, RecordBatch } from "./record_batch.ts";

/** So much is written again and again until more comes; then it is sealed. */
const MIN_STORED_BYTES = 4 * 1024;

/** Options of {@link RecordRing}. */
export interface RecordRingOptions {
  /** The id of the first batch. */
  readonly firstId: number;
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** Whether batches are to be stored before they are let go. */
  readonly isStored: boolean;
}

/** The batches in memory; never none. */
export class RecordRing {
  /** Records that were let go before they were stored. */
  lost = 0;
  readonly #options: RecordRingOptions;
  #open: RecordBatch;
  /** Oldest first; the last is the open one. */
  #batches: RecordBatch[];

  constructor(options: RecordRingOptions) {
    this.#options = options;
    this.#open = new RecordBatch(options.firstId);
    this.#batches = [this.#open];
  }

  get oldestId(): number {
    return (this.#batches[0] ?? this.#open).id;
  }

  get records(): number {
    return this.#sum(({ records }) => records);
  }

  get bytes(): number {
    return this.#sum(({ bytes }) => bytes);
  }

  /** The bytes that the store does not have yet. */
  get unstoredBytes(): number {
    return this.#sum((batch) => batch.isUnstored ? batch.bytes : 0);
  }

  newestFirst(): RecordBatch[] {
    return this.#batches.toReversed();
  }

  /** Batches that are to be stored, oldest first, at most so many. */
  unstored(maxBatches: number): RecordBatch[] {
    return this.#batches.filter(({ isUnstored }) => isUnstored)
      .slice(0, maxBatches);
  }

  /** Adds a line that ends in "\n"; false for one that no batch has room for. */
  tryAppend(line: string, timeMs: number): boolean {
    if (this.#open.tryAppend(line, timeMs)) return true;
    this.seal();
    return this.#open.tryAppend(line, timeMs);
  }

  /** Notes records that were not kept. */
  skip(records: number): void {
    this.#open.skip(records);
  }

  /** Lets the next line begin a batch. */
  seal(): void {
    if (this.#open.revision === 0) return;
    this.#open.seal();
    this.#open = new RecordBatch(this.#open.id + 1);
    this.#batches.push(this.#open);
    this.letGo();
  }

  /** Lets the next line begin a batch if this one is worth a value of its own. */
  sealIfLarge(): void {
    if (this.#open.bytes >= MIN_STORED_BYTES) this.seal();
  }

  /** Lets the oldest go that are too many, or too much; to be called when some were stored. */
  letGo(): void {
    const { maxRecords, maxBytes, isStored } = this.#options;
    let { records, bytes } = this;
    while (this.#batches.length > 1) {
      const [oldest = this.#open] = this.#batches;
      const isNeeded = isStored && oldest.isUnstored;
      const isTooMuch = bytes > maxBytes - MAX_BATCH_BYTES;
      const areTooMany = records - oldest.records >= maxRecords;
      if (!isTooMuch && (isNeeded || !areTooMany)) return;
      if (isNeeded) this.lost += oldest.records;
      records -= oldest.records;
      bytes -= oldest.bytes;
      this.#batches.shift();
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#open = new RecordBatch(this.#open.id + 1);
    this.#batches = [this.#open];
  }

  #sum(part: (batch: RecordBatch) => number): number {
    return this.#batches.reduce((sum, batch) => sum + part(batch), 0);
  }
}
