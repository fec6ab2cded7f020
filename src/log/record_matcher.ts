/**
 * Reads lines of a batch for a query: which of them are records that fit, and
 * how many are damaged.
 */

import { parseRecordLine, type StoredRecord } from "./record_line.ts";
import { neededTexts, type RecordQuery, recordTest } from "./record_query.ts";

/** One query, put to lines. */
export class RecordMatcher {
  /** Lines that looked as if they fitted and are no record. */
  damaged = 0;
  readonly #neededTexts: readonly string[];
  readonly #test: (record: StoredRecord) => boolean;

  constructor(query: RecordQuery) {
    this.#neededTexts = neededTexts(query);
    this.#test = recordTest(query);
  }

  /** The record in a line, if it fits. */
  match(line: string): StoredRecord | undefined {
    if (line === "") return undefined;
    for (const text of this.#neededTexts) {
      if (!line.includes(text)) return undefined;
    }
    const record = parseRecordLine(line);
    if (record === undefined) this.damaged++;
    return record !== undefined && this.#test(record) ? record : undefined;
  }
}
