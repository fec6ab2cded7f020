/**
 * Goes through records, newest first: those in memory, then those in the store.
 * It decides where a search stops and from where it can go on; what fits is the
 * matcher's matter. "Newest" is in the order in which exchanges ended, as in
 * the log file.
 */

import { setImmediate } from "node:timers/promises";
import {
  type BatchSummary,
  linesOf,
  type RecordBatch,
} from "./record_batch.ts";
import type { StoredRecord } from "./record_line.ts";
import { RecordMatcher } from "./record_matcher.ts";
import type { RecordQuery } from "./record_query.ts";
import { MAX_READ_BATCHES } from "./record_store.ts";

/** Options of {@link RecordSearch}. */
export interface RecordSearchOptions {
  /** Where an earlier search has stopped. Default: the newest record. */
  readonly cursor?: string | undefined;
  /** It stops when there are more results. Default: 100. */
  readonly limit?: number | undefined;
  /** It stops when it has looked at so many records. Default: 20,000. */
  readonly maxScanned?: number | undefined;
}

/** What a search goes through: batches, newest first. */
export interface RecordSource {
  readonly held: readonly RecordBatch[];
  readonly stored: readonly BatchSummary[];
  /** Reads stored batches; undefined for one that is gone or damaged. */
  read(
    summaries: readonly BatchSummary[],
  ): Promise<(Uint8Array | undefined)[]>;
}

/** A record's place; the lines of a batch count from 0. */
interface Position {
  readonly batch: number;
  readonly line: number;
}

/**
 * A search, to be iterated once. Each look at a batch lets other work run; no
 * more than ten batches are in memory for it.
 */
export class RecordSearch implements AsyncIterable<StoredRecord> {
  /** Where to go on; undefined when there is nothing more to be found. */
  cursor: string | undefined;
  /** It has looked at `maxScanned` records: there may be more to be found. */
  isStoppedEarly = false;
  /** Records that it has looked at. */
  scanned = 0;
  /** Records that were not kept because there were too many, among those. */
  skipped = 0;
  readonly #source: RecordSource;
  readonly #matcher: RecordMatcher;
  readonly #start: Position;
  readonly #limit: number;
  readonly #maxScanned: number;
  readonly #fromMs: number;
  readonly #toMs: number;

  /** @throws {RangeError} For a cursor that no search has given. */
  constructor(
    source: RecordSource,
    query: RecordQuery,
    { cursor, limit = 100, maxScanned = 20_000 }: RecordSearchOptions = {},
  ) {
    this.cursor = cursor;
    this.#source = source;
    this.#matcher = new RecordMatcher(query);
    this.#start = parseCursor(cursor);
    this.#limit = limit;
    this.#maxScanned = maxScanned;
    this.#fromMs = query.fromMs ?? -Infinity;
    this.#toMs = query.toMs ?? Infinity;
  }

  /** Records that are damaged, among those that it has looked at. */
  get damaged(): number {
    return this.#matcher.damaged;
  }

  /** @throws {Error} What the store throws. */
  async *[Symbol.asyncIterator](): AsyncGenerator<StoredRecord> {
    let found = 0;
    for await (const [batch, lines] of this.#batches()) {
      for (let line = this.#lastLine(batch, lines); line >= 0; line--) {
        if (lines[line] === "") continue;
        if (this.scanned >= this.#maxScanned) {
          this.isStoppedEarly = true;
          return;
        }
        const record = this.#matcher.match(lines[line] ?? "");
        if (record !== undefined && found >= this.#limit) return;
        this.scanned++;
        this.cursor = cursorText({ batch: batch.id, line });
        if (record === undefined) continue;
        found++;
        yield record;
      }
    }
    this.cursor = undefined;
  }

  async *#batches(): AsyncGenerator<[BatchSummary, string[]]> {
    for (const batch of this.#source.held.filter(this.#isWanted, this)) {
      this.skipped += batch.skipped;
      yield [batch, linesOf(batch.content())];
      await setImmediate();
    }
    const stored = this.#source.stored.filter(this.#isWanted, this);
    for (let at = 0, size = 1; at < stored.length; at += size) {
      // A page is mostly in the first batch; whoever wants more wants all.
      size = at === 0 ? 1 : MAX_READ_BATCHES;
      yield* this.#read(stored.slice(at, at + size));
    }
  }

  async *#read(
    summaries: readonly BatchSummary[],
  ): AsyncGenerator<[BatchSummary, string[]]> {
    const contents = await this.#source.read(summaries);
    for (const [at, summary] of summaries.entries()) {
      const content = contents[at];
      if (content === undefined) continue;
      this.skipped += summary.skipped;
      yield [summary, linesOf(content)];
      await setImmediate();
    }
  }

  /** A time that is no number tells nothing. */
  #isWanted({ id, fromMs, toMs }: BatchSummary): boolean {
    return id <= this.#start.batch && !(toMs < this.#fromMs) &&
      !(fromMs > this.#toMs);
  }

  #lastLine({ id }: BatchSummary, lines: readonly string[]): number {
    return id === this.#start.batch
      ? Math.min(this.#start.line, lines.length) - 1
      : lines.length - 1;
  }
}

function cursorText({ batch, line }: Position): string {
  return `${batch}-${line}`;
}

function parseCursor(cursor: string | undefined): Position {
  if (cursor === undefined) return { batch: Infinity, line: Infinity };
  const [, batch, line] = /^(\d{1,15})-(\d{1,5})$/.exec(cursor) ?? [];
  if (batch === undefined || line === undefined) {
    throw new RangeError(
      `Cannot search from the cursor "${cursor}": wanted one of an earlier search`,
    );
  }
  return { batch: Number(batch), line: Number(line) };
}
