/**
 * The tier of the cache that is in Deno KV, and finds its entries again after a restart. An index
 * in memory says what is there, so that a key that is not costs no read; writing happens
 * behind the responses. Whatever is found damaged is dropped, and is a miss. The store's failures
 * are told and never thrown.
 */

import { atMost } from "./at_most.ts";
import type { Entry } from "./entry.ts";
import { NO_ENTRIES } from "./entry_list.ts";
import { keyHash } from "./key_hash.ts";
import { KvBacklog, type Peek } from "./kv_backlog.ts";
import { KvContents, type PutResult } from "./kv_contents.ts";
import { type OpenedFormat, openFormat } from "./kv_format.ts";
import { KvLookup } from "./kv_lookup.ts";
import { KvReader } from "./kv_reader.ts";
import { KvUpkeep } from "./kv_upkeep.ts";
import type { KvUsage, MaybePromise, Tier } from "./tier.ts";
import { Trouble } from "./trouble.ts";

const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Whoever purges a lot waits while more than that are to be removed. */
const MAX_URGENT = 1_000;
/** So long whoever invalidates something waits for the disk. */
const MAX_INVALIDATION_MS = 1_000;
/** So long the end waits for what is still to be written. */
const MAX_CLOSE_MS = 5_000;

/** What a {@link KvTier} works with. */
export interface KvTierOptions {
  /** Stays the caller's to close, after the tier. */
  readonly kv: Deno.Kv;
  readonly maxBytes: number;
  /** Default: 64 MiB. */
  readonly maxQueuedBytes?: number;
  /** Default: 5,000. */
  readonly maxCloseMs?: number;
  /** What memory has, to be written when there is room. Default: nothing. */
  readonly peek?: Peek;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** See CacheStoreOptions. */
  readonly onError: (message: string) => void;
}

/** Entries in KV. */
export class KvTier implements Tier {
  readonly #upkeep: KvUpkeep;
  readonly #reader: KvReader;
  readonly #contents: KvContents;
  readonly #lookup: KvLookup;
  readonly #backlog: KvBacklog;
  readonly #maxCloseMs: number;
  readonly #onError: (message: string) => void;
  #lastId: number;
  #lastKey: string | undefined;
  #lastHash = 0;
  #isClosing = false;
  /** The disk has kept somebody waiting for too long: nobody waits until it has answered. */
  #isSlow = false;

  private constructor(options: KvTierOptions, opened: OpenedFormat) {
    const { kv, onError, peek = () => NO_ENTRIES } = options;
    this.#onError = onError;
    this.#maxCloseMs = options.maxCloseMs ?? MAX_CLOSE_MS;
    this.#backlog = new KvBacklog(peek);
    const trouble = new Trouble(onError, failureText);
    this.#reader = new KvReader(kv, trouble);
    const contents = this.#contents = new KvContents({
      maxQueuedBytes: MAX_QUEUED_BYTES,
      ...options,
      onRoom: () => this.#backlog.refill((entry) => this.#put(entry)),
      onDropped: (entry, reason) => {
        if (reason === "failure") this.#backlog.add(entry);
        else this.#backlog.givenUp++;
      },
    });
    this.#lookup = new KvLookup(contents, this.#reader);
    this.#upkeep = new KvUpkeep({ kv, contents, trouble, opened });
    this.#lastId = opened.lastId;
  }

  /**
   * Opens the cache's part of a store and begins to load its index.
   *
   * @throws What KV throws, when it can't be read, or is new and can't be written.
   */
  static async open(options: KvTierOptions): Promise<KvTier> {
    return new KvTier(options, await openFormat(options.kv));
  }

  get usage(): KvUsage {
    const { index, writer, maxBytes, evictions, damaged } = this.#contents;
    return {
      entries: index.size,
      bytes: index.bytes,
      maxBytes,
      evictions,
      isLoaded: this.#upkeep.isLoaded,
      queuedBytes: writer.queuedBytes,
      maxQueuedBytes: writer.maxQueuedBytes,
      postponed: this.#backlog.size,
      dropped: this.#backlog.givenUp,
      damaged,
      isPaused: writer.isPaused,
    };
  }

  /** Resolves when all that was there at the start is in the index. Never rejects. */
  get loaded(): Promise<void> {
    return this.#upkeep.loaded;
  }

  /** The greatest id that was in the store when it was opened: new entries have greater ones. */
  get lastIdAtStart(): number {
    return this.#upkeep.lastIdAtStart;
  }

  /** Resolves when what nobody needs any more has been removed, after the start or a {@link clear}. Never rejects. */
  get swept(): Promise<void> {
    return this.#upkeep.swept;
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
    for (const { id, response: { key } } of replaced) {
      if (id !== entry.id) this.#contents.drop(this.#hash(key), id);
    }
    this.#contents.writer.offers++;
    // Those that wait for room go first.
    const isLast = this.#backlog.size > 0 || this.#isClosing;
    return !isLast && this.#put(entry) === "kept";
  }

  /**
   * What {@link put} refused is written when there is room, where memory has it; else it is given up. An
   * earlier head of it that is on disk must be validated before it is used again.
   */
  postpone(entry: Entry): void {
    this.#contents.supersede(this.#hash(entry.response.key), entry.id);
    this.#backlog.add(entry);
  }

  /** Memory has nothing more under a key; what it has dropped for room counts as used until now. */
  leftMemory(key: string, evicted: readonly Entry[]): void {
    this.#backlog.left(key, evicted.length);
    this.touch(evicted);
  }

  delete({ id, response: { key } }: Entry): boolean {
    return this.#contents.remove(this.#hash(key), id);
  }

  /** Counts as a use of entries that are here. */
  touch(entries: readonly Entry[]): void {
    for (const { id, response: { key } } of entries) {
      this.#contents.touch(this.#hash(key), id);
    }
  }

  /**
   * What is under a key must be validated before it is used again. A promise where the disk has something
   * of it: resolves when it knows, or after a second. Never rejects.
   */
  invalidate(key: string): Promise<void> | undefined {
    const hash = this.#hash(key);
    this.#upkeep.invalidateEarly(hash);
    const ids = this.#contents.invalidateAll(hash);
    if (this.#upkeep.isLoaded && ids.length === 0) return undefined;
    return this.#isSlow ? undefined : this.#awaitDisk(hash, ids);
  }

  /** One entry must be validated. False when it is not there, or had to be before. */
  invalidateEntry({ id, response: { key } }: Entry): boolean {
    return this.#contents.invalidate(this.#hash(key), id);
  }

  /** Resolves when there is room for more to be removed or invalidated: for those who do it a thousandfold. */
  async writable(): Promise<void> {
    const { writer } = this.#contents;
    while (writer.urgentSize > MAX_URGENT && writer.isAtWork) {
      await writer.round();
    }
  }

  /** Drops everything at once; resolves with how much it was, once that is written. */
  async clear(): Promise<number> {
    const count = this.#contents.index.size;
    this.#contents.clear();
    this.#backlog.clear();
    await this.#upkeep.clear(this.#lastId);
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
    for await (const entry of this.#reader.all(this.#upkeep.since)) {
      if (!ids.has(entry.id) && this.#update(entry)) yield entry;
    }
  }

  /** Resolves when what was removed or invalidated is so on disk too; gives up where that fails. */
  flush(): Promise<void> {
    return this.#contents.writer.flush();
  }

  /** Writes what waits, and when entries were last used, within five seconds; tells how much it could not. */
  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const endMs = performance.now() + this.#maxCloseMs;
    await atMost(this.#maxCloseMs, this.#upkeep.close());
    await this.#contents.close(Math.max(0, endMs - performance.now()));
    const waiting = this.#contents.writer.waitingEntries().length;
    const unwritten = this.#backlog.close(waiting);
    if (unwritten > 0) this.#onError(unwrittenText(unwritten));
    const { urgentSize } = this.#contents.writer;
    if (urgentSize > 0) this.#onError(unremovedText(urgentSize));
  }

  #put(entry: Entry): PutResult {
    const hash = this.#hash(entry.response.key);
    if (this.#upkeep.isOver(entry.id, hash)) return "unfit";
    this.#lastId = Math.max(this.#lastId, entry.id);
    return this.#contents.put(entry, hash);
  }

  async #awaitDisk(hash: number, ids: readonly number[]): Promise<void> {
    const written = this.#invalidated(hash, ids);
    if (await atMost(MAX_INVALIDATION_MS, written)) return;
    this.#isSlow = true;
    written.then(() => this.#isSlow = false);
  }

  /** Resolves when the disk knows. What is found while the index is loaded is invalidated then. */
  async #invalidated(hash: number, ids: readonly number[]): Promise<void> {
    const { index, writer } = this.#contents;
    if (this.#upkeep.isLoaded) return await writer.written(ids);
    await this.loaded;
    await writer.written(writer.hasten(hash, index.idsOf(hash)));
  }

  /** A key is asked about several times in a row. */
  #hash(key: string): number {
    if (key !== this.#lastKey) {
      this.#lastHash = keyHash(key, this.#upkeep.seed);
      this.#lastKey = key;
    }
    return this.#lastHash;
  }

  #update(entry: Entry): boolean {
    return this.#lookup.update(entry, this.#hash(entry.response.key));
  }
}

function unremovedText(count: number): string {
  return `Cannot write that ${count} responses were removed or invalidated: the disk took too long, or failed. ` +
    "They may be used again after the next start: purge the cache then.";
}

function unwrittenText(count: number): string {
  return `Cannot keep ${count} responses for the next start: the disk took too long, or failed. They are fetched anew.`;
}

function failureText(reason: string): string {
  return `Cannot use the cache's part of KV: ${reason}. What can't be read is fetched anew; ` +
    "is the file locked, gone or damaged? Repair or remove it, or choose another by --kv.";
}
