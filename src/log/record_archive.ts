/**
 * The records in the store: an index in memory of what is there, kept within
 * bounds, in step with what is written, read and removed. It decides what to
 * remove and what counts as damaged; when to write is not its matter, and calls
 * that write come one after another.
 */

import type { BatchSummary, RecordBatch } from "./record_batch.ts";
import { RecordIndex, type RecordIndexOptions } from "./record_index.ts";
import { RecordMatcher } from "./record_matcher.ts";
import type { RecordQuery } from "./record_query.ts";
import { removeRecords } from "./record_removal.ts";
import {
  MAX_READ_BATCHES,
  RecordStore,
  type StoredBatch,
} from "./record_store.ts";

/** Batches in a store. Methods that return promises throw what the store throws. */
export class RecordArchive {
  /** Batches that were damaged, and are to be removed. */
  damagedBatches = 0;
  readonly #store: RecordStore;
  readonly #index: RecordIndex;
  /** Ids of batches that are not in the index any more, but in the store. */
  #doomed: number[] = [];
  #lastId = 0;

  private constructor(store: RecordStore, bounds: RecordIndexOptions) {
    this.#store = store;
    this.#index = new RecordIndex(bounds);
  }

  /** Finds what is in the store. */
  static async open(
    kv: Deno.Kv,
    bounds: RecordIndexOptions,
  ): Promise<RecordArchive> {
    const archive = new this(new RecordStore(kv), bounds);
    const { summaries, damagedIds } = await archive.#store.load();
    for (const summary of summaries) archive.#index.set(summary);
    archive.#doomed = damagedIds;
    archive.damagedBatches = damagedIds.length;
    archive.#lastId = Math.max(0, summaries.at(-1)?.id ?? 0, ...damagedIds);
    return archive;
  }

  /** The greatest id of a batch that was there when it was opened. */
  get lastId(): number {
    return this.#lastId;
  }

  get records(): number {
    return this.#index.records;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  /** The batches with an id below that, the newest first. */
  newestBelow(id: number): BatchSummary[] {
    return this.#index.newestBelow(id);
  }

  /** Writes at most ten batches; one without records is removed. */
  async write(batches: readonly RecordBatch[]): Promise<void> {
    const revisions = batches.map(({ revision }) => revision);
    const empty = batches.filter(({ records }) => records === 0);
    await this.#put(
      batches.filter(({ records }) => records > 0).map((batch) => ({
        summary: batch.summary(),
        content: batch.content(),
      })),
    );
    for (const { id } of empty) this.#doom(id);
    for (const [at, batch] of batches.entries()) {
      batch.storedRevision = revisions[at] ?? 0;
    }
  }

  /** Removes what is too much, damaged or empty. */
  async tidy(): Promise<void> {
    this.#doomed.push(...this.#index.takeExcess());
    const ids = this.#doomed.slice();
    await this.#store.remove(ids);
    this.#doomed = this.#doomed.slice(ids.length);
  }

  /** Reads at most ten batches; undefined for one that is gone or damaged. */
  async read(
    summaries: readonly BatchSummary[],
  ): Promise<(Uint8Array | undefined)[]> {
    const ids = summaries.map(({ id }) => id);
    const contents = await this.#store.read(ids);
    for (const [at, id] of ids.entries()) {
      // One that was removed meanwhile had left the index before.
      const isGone = this.#index.get(id) === undefined;
      if (contents[at] !== undefined || isGone) continue;
      this.damagedBatches++;
      this.#doom(id);
    }
    return contents;
  }

  /** Removes the records that fit from batches with an id below that; returns how many. */
  async removeFitting(query: RecordQuery, belowId: number): Promise<number> {
    const matcher = new RecordMatcher(query);
    const summaries = this.newestBelow(belowId);
    let removed = 0;
    for (let at = 0; at < summaries.length; at += MAX_READ_BATCHES) {
      const some = summaries.slice(at, at + MAX_READ_BATCHES);
      removed += await this.#removeFrom(some, matcher);
    }
    return removed;
  }

  /** Removes everything; returns how many records had an id below that. */
  async removeAll(belowId: number): Promise<number> {
    const below = this.newestBelow(belowId);
    for (const { id } of this.newestBelow(Infinity)) this.#doom(id);
    await this.tidy();
    return below.reduce((sum, { records }) => sum + records, 0);
  }

  async #removeFrom(
    summaries: readonly BatchSummary[],
    matcher: RecordMatcher,
  ): Promise<number> {
    const contents = await this.read(summaries);
    const changed: StoredBatch[] = [];
    let removed = 0;
    for (const [at, summary] of summaries.entries()) {
      const content = contents[at];
      const rest = content && removeRecords(content, matcher);
      if (rest === undefined || rest.removed === 0) continue;
      removed += rest.removed;
      const records = summary.records - rest.removed;
      const bytes = rest.content.length;
      if (records <= 0) this.#doom(summary.id);
      else {changed.push({
          summary: { ...summary, records, bytes },
          content: rest.content,
        });}
    }
    await this.#put(changed);
    await this.tidy();
    return removed;
  }

  async #put(batches: readonly StoredBatch[]): Promise<void> {
    if (batches.length === 0) return;
    await this.#store.write(batches);
    for (const { summary } of batches) this.#index.set(summary);
  }

  /** What the index does not know is not searched; tidy() removes it. */
  #doom(id: number): void {
    if (this.#index.get(id) === undefined) return;
    this.#index.delete(id);
    this.#doomed.push(id);
  }
}
