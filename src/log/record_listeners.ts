/**
 * Tells live views of new records, several at a time. When there are no
 * listeners, nothing is read; when there are too many records for a view, it
 * gets the newest and is told how many are left out.
 */

import { parseRecordLine, type StoredRecord } from "./record_line.ts";
import { type RecordQuery, recordTest } from "./record_query.ts";

const MAX_LISTENERS = 64;
const MAX_RECORDS = 100;

/** What has come since the last update. */
export interface RecordUpdate {
  /** Those that fit the listener's query, oldest first, at most the newest 100. */
  readonly records: readonly StoredRecord[];
  /** How many more fitted. */
  readonly omitted: number;
  /** How many were not kept because there were too many, fitting or not. */
  readonly skipped: number;
}

/** Takes an update. It must not throw. */
export type RecordListener = (update: RecordUpdate) => void;

interface Subscription {
  readonly listener: RecordListener;
  readonly test: (record: StoredRecord) => boolean;
}

/** Whoever wants to know of new records. */
export class RecordListeners {
  readonly #subscriptions = new Set<Subscription>();

  get size(): number {
    return this.#subscriptions.size;
  }

  /**
   * @returns The function that ends it.
   * @throws {Error} When there are 64 listeners.
   */
  add(listener: RecordListener, query: RecordQuery): () => void {
    if (this.size >= MAX_LISTENERS) {
      throw new Error(
        `Cannot follow the records: ${MAX_LISTENERS} others do already`,
      );
    }
    const subscription = { listener, test: recordTest(query) };
    this.#subscriptions.add(subscription);
    return () => {
      this.#subscriptions.delete(subscription);
    };
  }

  /** Tells of new lines, and of records that were not kept. */
  publish(lines: readonly string[], skipped: number): void {
    if (this.size === 0 || lines.length + skipped === 0) return;
    const records = lines.map(parseRecordLine)
      .filter((record) => record !== undefined);
    for (const { listener, test } of this.#subscriptions) {
      const fitting = records.filter(test);
      if (fitting.length + skipped === 0) continue;
      const newest = fitting.slice(-MAX_RECORDS);
      const omitted = fitting.length - newest.length;
      listener({ records: newest, omitted, skipped });
    }
  }

  clear(): void {
    this.#subscriptions.clear();
  }
}
