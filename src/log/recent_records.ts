/**
 * The records of recent exchanges, for people who look for one: the newest in
 * memory, many more in Deno KV, in one order and with one search over both. It
 * decides when records become lines, when lines are stored and what happens
 * while the store fails. On the path of an exchange a record is only copied;
 * all else is done for many at a time. What a page shows is not known here.
 */

import { jsonFormat } from "./json_format.ts";
import type { ExchangeRecord } from "./record.ts";
import { RecordAdmission } from "./record_admission.ts";
import { RecordArchive } from "./record_archive.ts";
import type { BatchSummary } from "./record_batch.ts";
import { cutRecord, RecordCopy } from "./record_copy.ts";
import type { StoredRecord } from "./record_line.ts";
import { type RecordListener, RecordListeners } from "./record_listeners.ts";
import { RecordMatcher } from "./record_matcher.ts";
import type { RecordQuery } from "./record_query.ts";
import { removeRecords } from "./record_removal.ts";
import { RecordRing } from "./record_ring.ts";
import { RecordSearch, type RecordSearchOptions } from "./record_search.ts";
import { RecordWriter } from "./record_writer.ts";

/** How long a record waits to become a line, and live views for an update. */
const ABSORB_MS = 100;

/** Options of {@link RecentRecords}. */
export interface RecentRecordsOptions {
  /** Where records are kept beyond memory. It stays open. Default: nowhere. */
  readonly kv?: Deno.Kv | undefined;
  /** Whether the query of a URL is kept; if not, it is `?…`. */
  readonly logQuery: boolean;
  /** Told of a failure of the store once, until it works again. It must not throw. */
  readonly onError: (message: string) => void;
  /** Milliseconds of a clock that only goes forward. Default: performance.now. */
  readonly now?: () => number;
  /** In memory. Default: 2,000. */
  readonly maxHeldRecords?: number;
  /** In memory. Default: 4 MiB. */
  readonly maxHeldBytes?: number;
  /** In the store. Default: 100,000. */
  readonly maxStoredRecords?: number;
  /** In the store, without what the store itself needs. Default: 64 MiB. */
  readonly maxStoredBytes?: number;
  /** Beyond a burst, so many a second are kept of those that come, and some more: see RecordAdmission. Default: 2,500. */
  readonly maxPerSecond?: number;
  /** A killed process loses the records of so long at most. Default: 2,000. */
  readonly storeDelayMs?: number;
}

/** How much there is, and how much there is not. */
export interface RecordsUsage {
  readonly heldRecords: number;
  readonly heldBytes: number;
  readonly storedRecords: number;
  readonly storedBytes: number;
  /** Not kept because there were too many, since the start. */
  readonly skipped: number;
  /** Gone from memory before the store took them, since the start. */
  readonly lost: number;
  /** Batches in the store that were damaged and are removed, since the start. */
  readonly damagedBatches: number;
  readonly listeners: number;
}

/** Keeps records; whoever opens it closes it, before the store. */
export class RecentRecords {
  readonly #now: () => number;
  readonly #format: (record: ExchangeRecord) => string;
  readonly #admission: RecordAdmission;
  readonly #listeners = new RecordListeners();
  readonly #ring: RecordRing;
  /** Undefined when there is no store, or none that could be read at the start. */
  readonly #archive: RecordArchive | undefined;
  readonly #writer: RecordWriter | undefined;
  /** No more than the bursts and what is admitted in ABSORB_MS. */
  #waiting: RecordCopy[] = [];
  #skipped = 0;
  #absorbTimer: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  private constructor(
    options: RecentRecordsOptions,
    archive: RecordArchive | undefined,
  ) {
    const { now = () => performance.now(), maxPerSecond = 2_500 } = options;
    this.#now = now;
    this.#format = jsonFormat(options.logQuery);
    this.#admission = new RecordAdmission(maxPerSecond, now());
    this.#archive = archive;
    this.#ring = new RecordRing({
      firstId: (archive?.lastId ?? 0) + 1,
      maxRecords: options.maxHeldRecords ?? 2_000,
      maxBytes: options.maxHeldBytes ?? 4 * 1024 * 1024,
      isStored: archive !== undefined,
    });
    this.#writer = archive && new RecordWriter({
      ring: this.#ring,
      archive,
      storeDelayMs: options.storeDelayMs ?? 2_000,
      onError: options.onError,
    });
  }

  /**
   * Finds what an earlier process has kept. When that fails, `onError` is told
   * and records are kept in memory only. It does not reject.
   */
  static async open(options: RecentRecordsOptions): Promise<RecentRecords> {
    const { kv, maxStoredRecords = 100_000 } = options;
    const { maxStoredBytes = 64 * 1024 * 1024 } = options;
    if (kv === undefined) return new this(options, undefined);
    try {
      const bounds = { maxRecords: maxStoredRecords, maxBytes: maxStoredBytes };
      return new this(options, await RecordArchive.open(kv, bounds));
    } catch (error) {
      options.onError(
        `Cannot read the records of recent exchanges: ${
          reasonOf(error)
        }. Until the next start they are in memory only; is the store's file damaged, or locked by another program?`,
      );
      return new this(options, undefined);
    }
  }

  get usage(): RecordsUsage {
    return {
      heldRecords: this.#ring.records + this.#waiting.length,
      heldBytes: this.#ring.bytes,
      storedRecords: this.#archive?.records ?? 0,
      storedBytes: this.#archive?.bytes ?? 0,
      skipped: this.#skipped,
      lost: this.#ring.lost,
      damagedBatches: this.#archive?.damagedBatches ?? 0,
      listeners: this.#listeners.size,
    };
  }

  /** Takes the record of an exchange that has ended. It keeps a copy, not the exchange. */
  add(exchange: ExchangeRecord): void {
    if (this.#isClosed) return;
    if (this.#absorbTimer === undefined) this.#startAbsorbing();
    if (this.#admission.tryTake(exchange.outcome)) {
      this.#waiting.push(new RecordCopy(exchange));
    }
  }

  /**
   * Finds records that fit, newest first.
   *
   * @example All that were blocked, a page of them
   * ```ts ignore
   * const search = records.search({ outcomes: ["blocked"] }, { limit: 50 });
   * for await (const record of search) show(record);
   * if (search.cursor !== undefined) offerMore(search.cursor);
   * ```
   *
   * @throws {RangeError} For a cursor that no search has given.
   */
  search(query: RecordQuery, options?: RecordSearchOptions): RecordSearch {
    this.#absorb();
    const archive = this.#archive;
    const source = {
      held: this.#ring.newestFirst(),
      stored: archive?.newestBelow(this.#ring.oldestId) ?? [],
      read: (summaries: readonly BatchSummary[]) =>
        archive?.read(summaries) ?? Promise.resolve([]),
    };
    return new RecordSearch(source, query, options);
  }

  /**
   * Returns the record of the exchange with that id; undefined when there is
   * none (any more).
   *
   * @throws {Error} What the store throws.
   */
  async get(id: string): Promise<StoredRecord | undefined> {
    const search = this.search({ id }, { maxScanned: Infinity });
    for await (const record of search) return record;
    return undefined;
  }

  /**
   * Deletes the records that fit, or all, from memory and from the store.
   *
   * @returns How many there were.
   * @throws {Error} "Cannot delete records …": the store still has some.
   */
  async delete(which: RecordQuery | "all"): Promise<number> {
    this.#absorb();
    const change = () =>
      which === "all" ? this.#deleteAll() : this.#deleteFitting(which);
    try {
      return await (this.#writer?.change(change) ?? change());
    } catch (error) {
      throw new Error(
        `Cannot delete records from the store: ${reasonOf(error)}; try again`,
        { cause: error },
      );
    }
  }

  /**
   * Lets a listener know of new records that fit, at most ten times a second
   * as long as nobody searches.
   *
   * @returns The function that ends it.
   * @throws {Error} When there are 64 listeners.
   */
  subscribe(listener: RecordListener, query: RecordQuery = {}): () => void {
    // What came before is not for this one.
    this.#absorb();
    return this.#listeners.add(listener, query);
  }

  /** Stores every record taken so far, or fails to. It does not reject. */
  async flush(): Promise<void> {
    this.#absorb();
    await this.#writer?.flush();
  }

  /** Flushes, takes no more records and forgets the listeners. It does not reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopAbsorbing();
    this.#absorb();
    this.#listeners.clear();
    await this.#writer?.close();
  }

  #startAbsorbing(): void {
    this.#admission.refill(this.#now());
    const timer = setInterval(() => {
      if (!this.#absorb()) this.#stopAbsorbing();
    }, ABSORB_MS);
    Deno.unrefTimer(timer);
    this.#absorbTimer = timer;
  }

  #stopAbsorbing(): void {
    clearInterval(this.#absorbTimer);
    this.#absorbTimer = undefined;
  }

  /** Makes lines of what waits; false when there was nothing. */
  #absorb(): boolean {
    const skipped = this.#admission.refill(this.#now());
    const waiting = this.#waiting;
    if (waiting.length + skipped === 0) return false;
    this.#waiting = [];
    this.#skipped += skipped;
    if (skipped > 0) this.#ring.skip(skipped);
    const lines = waiting.map((record) => this.#append(record));
    this.#listeners.publish(lines, skipped);
    this.#writer?.plan();
    return true;
  }

  #append(record: RecordCopy): string {
    const timeMs = Math.floor(record.timeMs);
    const line = this.#format(record);
    if (this.#ring.tryAppend(line, timeMs)) return line;
    const cut = this.#format(cutRecord(record));
    this.#ring.tryAppend(cut, timeMs);
    return cut;
  }

  async #deleteAll(): Promise<number> {
    const { oldestId, records } = this.#ring;
    this.#ring.clear();
    return records + (await this.#archive?.removeAll(oldestId) ?? 0);
  }

  async #deleteFitting(query: RecordQuery): Promise<number> {
    this.#ring.seal();
    const { oldestId } = this.#ring;
    const held = this.#deleteHeld(new RecordMatcher(query));
    const stored = await this.#archive?.removeFitting(query, oldestId) ?? 0;
    await this.#writer?.storeAll();
    return held + stored;
  }

  #deleteHeld(matcher: RecordMatcher): number {
    let deleted = 0;
    for (const batch of this.#ring.newestFirst()) {
      const { content, removed } = removeRecords(batch.content(), matcher);
      if (removed > 0) batch.replace(content, removed);
      deleted += removed;
    }
    return deleted;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
