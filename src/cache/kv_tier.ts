/**
 * The tier of the cache that is in Deno KV, and finds its entries again after a restart. An index
 * in memory says what is there, so that a key that is not costs no read; writing happens
 * behind the responses. Whatever is found damaged is dropped, and is a miss. The store's failures
 * are told and never thrown.
 */

import type { Entry } from "./entry.ts";
import { NO_ENTRIES } from "./entry_list.ts";
import { keyHash } from "./key_hash.ts";
import { KvContents } from "./kv_contents.ts";
import { openFormat, writeFormat } from "./kv_format.ts";
import type { IndexedEntry } from "./kv_index.ts";
import type { KvFormat } from "./kv_layout.ts";
import { EarlyInvalidations, loadIndex } from "./kv_load.ts";
import { KvLookup } from "./kv_lookup.ts";
import { KvReader } from "./kv_reader.ts";
import { sweepBetween, sweepUnfinished } from "./kv_sweep.ts";
import type { KvUsage, MaybePromise, Tier } from "./tier.ts";
import { Trouble } from "./trouble.ts";

const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Whoever writes a lot waits while more than that are queued. */
const MAX_WAITING = 1_000;

/** What a {@link KvTier} works with. */
export interface KvTierOptions {
  /** Stays the caller's to close, after the tier. */
  readonly kv: Deno.Kv;
  readonly maxBytes: number;
  /** Default: 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** See CacheStoreOptions. */
  readonly onError: (message: string) => void;
}

/** Entries in KV. */
export class KvTier implements Tier {
  /** Resolves when all that was there at the start is in the index. Never rejects. */
  readonly loaded: Promise<void>;
  /** The greatest id that was in the store when it was opened: new entries have greater ones. */
  readonly lastIdAtStart: number;
  readonly #kv: Deno.Kv;
  readonly #trouble: Trouble;
  readonly #reader: KvReader;
  readonly #contents: KvContents;
  readonly #lookup: KvLookup;
  readonly #early = new EarlyInvalidations();
  readonly #mayGoOn = () => !this.#isClosed;
  #format: KvFormat;
  #lastId: number;
  #lastKey: string | undefined;
  #lastHash = 0;
  #isLoaded = false;
  #isClosed = false;
  #sweeping: Promise<void> = Promise.resolve();

  private constructor(
    options: KvTierOptions,
    format: KvFormat,
    lastId: number,
  ) {
    this.#kv = options.kv;
    this.#format = format;
    this.#lastId = this.lastIdAtStart = lastId;
    this.#trouble = new Trouble(options.onError, failureText);
    this.#reader = new KvReader(options.kv, this.#trouble);
    this.#contents = new KvContents({
      maxQueuedBytes: MAX_QUEUED_BYTES,
      ...options,
    });
    this.#lookup = new KvLookup(this.#contents, this.#reader);
    this.loaded = this.#load();
  }

  /**
   * Opens the cache's part of a store and begins to load its index.
   *
   * @throws What KV throws, when it can't be read, or is new and can't be written.
   */
  static async open(options: KvTierOptions): Promise<KvTier> {
    const { format, lastId } = await openFormat(options.kv);
    return new KvTier(options, format, lastId);
  }

  get usage(): KvUsage {
    const { index, writer, maxBytes, evictions, damaged } = this.#contents;
    return {
      entries: index.size,
      bytes: index.bytes,
      maxBytes,
      evictions,
      isLoaded: this.#isLoaded,
      queuedBytes: writer.queuedBytes,
      maxQueuedBytes: writer.maxQueuedBytes,
      dropped: writer.dropped,
      damaged,
      isPaused: writer.isPaused,
    };
  }

  /** Resolves when what nobody needs any more has been removed, after the start or a {@link clear}. Never rejects. */
  get swept(): Promise<void> {
    return this.loaded.then(() => this.#sweeping);
  }

  /** Nothing where nothing is, without a promise. Never rejects. */
  get(key: string): MaybePromise<readonly Entry[]> {
    if (this.#contents.index.size === 0) return NO_ENTRIES;
    const hash = this.#hash(key);
    return this.#contents.index.has(hash)
      ? this.#lookup.entries(key, hash)
      : NO_ENTRIES;
  }

  has({ id, response: { key } }: Entry): boolean {
    return this.#contents.index.get(this.#hash(key), id) !== undefined;
  }

  /** True when there are other entries under the key of an entry. */
  hasOthers({ id, response: { key } }: Entry): boolean {
    const { index } = this.#contents;
    return index.size > 0 && !index.isAlone(this.#hash(key), id);
  }

  body(entry: Entry): MaybePromise<Uint8Array | undefined> {
    return entry.body ??
      this.#lookup.body(entry, this.#hash(entry.response.key));
  }

  put(entry: Entry, replaced: readonly Entry[]): boolean {
    for (const old of replaced) if (old.id !== entry.id) this.delete(old);
    const hash = this.#hash(entry.response.key);
    if (this.#isOver(entry.id, hash)) return false;
    this.#lastId = Math.max(this.#lastId, entry.id);
    return this.#contents.put(entry, hash);
  }

  delete({ id, response: { key } }: Entry): boolean {
    return this.#contents.drop(this.#hash(key), id);
  }

  /** Counts as a use of entries that are here. */
  touch(entries: readonly Entry[]): void {
    for (const { id, response: { key } } of entries) {
      this.#contents.touch(this.#hash(key), id);
    }
  }

  /** What is under a key must be validated before it is used again. */
  invalidate(key: string): void {
    const hash = this.#hash(key);
    if (!this.#isLoaded) this.#early.add(hash);
    const { index } = this.#contents;
    if (!index.has(hash)) return;
    for (const id of index.idsOf(hash)) this.#contents.invalidate(hash, id);
  }

  /** One entry must be validated. False when it is not there, or had to be before. */
  invalidateEntry({ id, response: { key } }: Entry): boolean {
    return this.#contents.invalidate(this.#hash(key), id);
  }

  /** Resolves when there is room for more to be removed or invalidated: for those who do it a thousandfold. */
  async writable(): Promise<void> {
    const { writer } = this.#contents;
    while (writer.size > MAX_WAITING && !writer.isPaused) await writer.round();
  }

  /** Drops everything at once; resolves with how much it was, once that is written. */
  async clear(): Promise<number> {
    const count = this.#contents.index.size;
    this.#contents.clear();
    this.#format = { ...this.#format, since: this.#lastId + 1 };
    try {
      await writeFormat(this.#kv, this.#format);
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
    }
    // What is being written at the moment is too old already.
    this.#sweeping = Promise.all([
      this.#sweeping,
      this.#contents.writer.round(),
    ])
      .then(() => this.#sweep());
    return count;
  }

  /** What is under a key by now, where `entries` were got a moment before. */
  current(key: string, entries: readonly Entry[]): readonly Entry[] {
    return this.#lookup.current(entries, key, this.#hash(key));
  }

  async *entries(): AsyncGenerator<Entry> {
    const waiting = this.#contents.writer.waitingEntries();
    yield* waiting;
    const ids = new Set(waiting.map(({ id }) => id));
    for await (const entry of this.#reader.all(this.#format.since)) {
      if (!ids.has(entry.id) && this.#update(entry)) yield entry;
    }
  }

  /** Resolves when what was removed or invalidated is so on disk too. */
  flush(): Promise<void> {
    return this.#contents.writer.flush();
  }

  /** Writes what waits, and when entries were last used. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.loaded;
    await this.#contents.close();
    await this.#sweeping;
  }

  /** A key is asked about several times in a row. */
  #hash(key: string): number {
    if (key !== this.#lastKey) {
      this.#lastHash = keyHash(key, this.#format.seed);
      this.#lastKey = key;
    }
    return this.#lastHash;
  }

  #update(entry: Entry): boolean {
    return this.#lookup.update(entry, this.#hash(entry.response.key));
  }

  /** True for an entry that was purged, or dropped in an earlier life: what is left of it may be swept. */
  #isOver(id: number, hash: number): boolean {
    return id < this.#format.since ||
      id <= this.lastIdAtStart &&
        this.#contents.index.get(hash, id) === undefined;
  }

  async #load(): Promise<void> {
    const range = { start: this.#format.since, end: this.lastIdAtStart + 1 };
    let damaged: number[] = [];
    try {
      damaged = await loadIndex(
        this.#kv,
        range,
        this.#mayGoOn,
        (entry) => this.#indexFound(entry),
      );
    } catch (error) {
      this.#trouble.failed(error);
    }
    this.#isLoaded = true;
    this.#contents.damaged += damaged.length;
    this.#sweeping = this.#sweeping.then(() => this.#sweep(damaged))
      .then(() => this.#shrink());
  }

  #indexFound(entry: IndexedEntry): void {
    if (entry.id < this.#format.since) return;
    this.#contents.index.set(entry);
    if (this.#early.has(entry.hash)) {
      this.#contents.invalidate(entry.hash, entry.id);
    }
  }

  async #sweep(damaged: readonly number[] = []): Promise<void> {
    try {
      for (const id of damaged) {
        await sweepBetween(this.#kv, id, id + 1, this.#mayGoOn);
      }
      const { since } = this.#format;
      await sweepBetween(this.#kv, -Infinity, since, this.#mayGoOn);
      await sweepUnfinished(this.#kv, this.lastIdAtStart + 1, this.#mayGoOn);
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  /** Less room than before the restart. */
  async #shrink(): Promise<void> {
    const { index, maxBytes, writer } = this.#contents;
    while (!this.#isClosed && index.bytes > maxBytes) {
      this.#contents.makeRoom();
      await writer.round();
    }
  }
}

function failureText(reason: string): string {
  return `Cannot use the cache's part of KV: ${reason}. What can't be read is fetched anew; ` +
    "is the file gone or damaged? Repair or remove it, or choose another by --kv.";
}
