/**
 * What the cache has stored: the memory tier, and behind it the KV tier where there is one. What
 * is in memory, or surely nowhere, is answered at once. Joins the two and decides nothing about
 * HTTP: what may be stored and used again is for the files beside this one.
 */

import { atMost } from "./at_most.ts";
import { Entry, EntryIds, type StoredResponse } from "./entry.ts";
import { NO_ENTRIES } from "./entry_list.ts";
import type { Freshness } from "./freshness.ts";
import { InvalidationLog } from "./invalidation_log.ts";
import type { KvTier } from "./kv_tier.ts";
import { MemoryTier } from "./memory_tier.ts";
import { openKvTier } from "./open_kv_tier.ts";
import { type PurgeSelector, selects } from "./purge_selector.ts";
import type { KvUsage, MaybePromise, TierName, TierUsage } from "./tier.ts";

/** What a {@link CacheStore} works with. */
export interface CacheStoreOptions {
  readonly memoryBytes: number;
  /** How much of the KV store it may take; 0 leaves it alone. */
  readonly diskBytes: number;
  /** Stays the caller's to close, after the cache. Undefined: memory alone. */
  readonly kv?: Deno.Kv | undefined;
  /** Longer bodies are not kept. */
  readonly maxObjectBytes: number;
  /** How long its end may take, in ms. Default: 5,000. */
  readonly maxCloseMs?: number;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
  /** Told, in a sentence for the operator, that the KV store fails; once until it has recovered. */
  readonly onError: (message: string) => void;
}

/** How full the cache is. */
export interface CacheUsage {
  readonly memory: TierUsage;
  /** Undefined where there is no KV tier. */
  readonly kv: KvUsage | undefined;
}

/** `soft`: must be validated before it is used again. `hard`: is gone. */
export type PurgeMode = "soft" | "hard";

/** A small cache is warm from the first request on: so long the start waits for it. */
const MAX_LOAD_WAIT_MS = 400;

/** As EntryIds gives them. */
const IDS_A_MILLISECOND = 1_024;

/** Both tiers of the cache. */
export class CacheStore {
  /**
   * What was invalidated and purged: what was asked for before is for whoever {@link put}s or
   * {@link refresh}es to leave.
   */
  readonly invalidations = new InvalidationLog();
  readonly #memory: MemoryTier;
  readonly #kv: KvTier | undefined;
  readonly #maxObjectBytes: number;
  readonly #now: () => number;
  readonly #ids = new EntryIds();
  /** Reads from KV that are under way, which others join. */
  readonly #reads = new Map<string, Promise<readonly Entry[]>>();
  readonly #bodyReads = new Map<number, Promise<Uint8Array | undefined>>();

  private constructor(
    { maxObjectBytes, now = Date.now }: CacheStoreOptions,
    kv: KvTier | undefined,
    memory: MemoryTier,
  ) {
    this.#kv = kv;
    this.#memory = memory;
    this.#maxObjectBytes = maxObjectBytes;
    this.#now = now;
    if (kv !== undefined) {
      this.#ids.next((kv.lastIdAtStart + 1) / IDS_A_MILLISECOND);
    }
  }

  /** Opens it; waits for what KV has, 400 ms at most. A KV store that fails is reported and left alone. */
  static async open(options: CacheStoreOptions): Promise<CacheStore> {
    const memory = new MemoryTier({
      maxBytes: options.memoryBytes,
      onGone: (key, evicted) => kv?.leftMemory(key, evicted),
    });
    const kv = await openKvTier(options, (key) => memory.peek(key));
    if (kv !== undefined) await atMost(MAX_LOAD_WAIT_MS, kv.loaded);
    return new CacheStore(options, kv, memory);
  }

  get usage(): CacheUsage {
    return { memory: this.#memory.usage, kv: this.#kv?.usage };
  }

  /** All that is stored under a key, newest first: a promise only where KV has to be read. Never rejects. */
  get(key: string): MaybePromise<readonly Entry[]> {
    const inMemory = this.#memory.get(key);
    if (inMemory !== NO_ENTRIES || this.#kv === undefined) return inMemory;
    const inKv = this.#reads.get(key) ?? this.#kv.get(key);
    return inKv instanceof Promise ? this.#join(key, inKv) : inKv;
  }

  /**
   * The body of an entry: at once where it is in memory. Undefined when it is lost or damaged: then
   * the entry is gone. Never rejects.
   */
  body(entry: Entry): MaybePromise<Uint8Array | undefined> {
    if (entry.body !== undefined || this.#kv === undefined) return entry.body;
    const body = this.#bodyReads.get(entry.id) ?? this.#kv.body(entry);
    return body instanceof Promise
      ? this.#joinBody(entry, body)
      : this.#withBody(entry, body);
  }

  /**
   * Stores a response in place of `replaced` ones.
   *
   * @param body Stays as it is from now on: it is not copied.
   * @param freshness For who has it already: see Entry.
   * @returns The entry, with its body, whether or not it could be kept.
   */
  put(
    response: StoredResponse,
    body: Uint8Array,
    replaced: readonly Entry[],
    freshness?: Freshness,
  ): Entry {
    const id = this.#ids.next(this.#now());
    const entry = new Entry(id, response, body, freshness);
    if (body.length > this.#maxObjectBytes) {
      for (const old of replaced) this.remove(old);
    } else this.#keep(entry, replaced);
    return entry;
  }

  /**
   * Gives an entry another head, and with it its freshness (RFC 9111 §4.3.4). It keeps its id and body.
   * What was purged, or has gone in another way since it was got, does not come back by that.
   */
  refresh(
    entry: Entry,
    response: StoredResponse,
    freshness?: Freshness,
  ): Entry {
    const refreshed = new Entry(entry.id, response, entry.body, freshness);
    const isThere = this.#memory.holds(entry) || this.#kv?.has(entry) === true;
    if (isThere) this.#keep(refreshed, NO_ENTRIES);
    return refreshed;
  }

  /** Drops one entry; nothing when it is not there. */
  remove(entry: Entry): void {
    this.#memory.delete(entry);
    this.#kv?.delete(entry);
  }

  /**
   * What is under a key must be validated before it is used again (RFC 9111 §4.4). A promise where that has
   * to be written to outlive the process: resolves once it is, or after a second. Never rejects.
   */
  invalidate(key: string): Promise<void> | undefined {
    this.invalidations.add(key);
    for (const entry of this.#memory.peek(key)) entry.isInvalidated = true;
    return this.#kv?.invalidate(key);
  }

  /** One entry must be validated before it is used again. */
  invalidateEntry(entry: Entry): void {
    this.#purge(entry, "soft");
  }

  /** How many entries it concerned: those that were there, and for `soft` not yet invalidated. */
  async purge(selector: PurgeSelector, mode: PurgeMode): Promise<number> {
    // What was asked for before now may be what is to go.
    this.invalidations.addAll();
    try {
      return await this.#purgeAll(selector, mode);
    } finally {
      await this.#kv?.flush();
    }
  }

  async #purgeAll(selector: PurgeSelector, mode: PurgeMode): Promise<number> {
    if (selector === "all" && mode === "hard") return await this.#clear();
    const isSelected = selects(selector);
    let count = 0;
    for await (const entry of this.#everything()) {
      if (!isSelected(entry.response)) continue;
      if (this.#purge(entry, mode)) count++;
      await this.#kv?.writable();
    }
    return count;
  }

  /** All entries that a filter passes, in no order; bodies may not be there. */
  async *entries(
    filter: (entry: Entry) => boolean = () => true,
  ): AsyncGenerator<Entry> {
    for (const entry of this.#memory.entries()) {
      if (!this.#kv?.has(entry) && filter(entry)) yield entry;
    }
    if (this.#kv === undefined) return;
    for await (const entry of this.#kv.entries()) {
      if (filter(entry)) yield entry;
    }
  }

  /** Where an entry is. */
  tiersOf(entry: Entry): readonly TierName[] {
    const tiers: TierName[] = [];
    if (this.#memory.holds(entry)) tiers.push("memory");
    if (this.#kv?.has(entry)) tiers.push("kv");
    return tiers;
  }

  /** Writes what waits to be written, within five seconds. Nothing of it may be used from then on. */
  async close(): Promise<void> {
    this.#kv?.touch(this.#memory.entries());
    await this.#kv?.close();
  }

  /** First what is in memory, then all that is in KV, some of it a second time. */
  async *#everything(): AsyncGenerator<Entry> {
    yield* this.#memory.entries();
    if (this.#kv === undefined) return;
    await this.#kv.loaded;
    yield* this.#kv.entries();
  }

  /** False when nothing was to be done. */
  #purge(entry: Entry, mode: PurgeMode): boolean {
    const [inMemory, inKv] = mode === "hard"
      ? [this.#memory.delete(entry), this.#kv?.delete(entry)]
      : [this.#memory.invalidate(entry), this.#kv?.invalidateEntry(entry)];
    return inMemory || inKv === true;
  }

  async #clear(): Promise<number> {
    const inMemory = this.#memory.entries();
    const apart = inMemory.filter((entry) => !this.#kv?.has(entry)).length;
    this.#memory.clear();
    return apart + (await this.#kv?.clear() ?? 0);
  }

  #keep(entry: Entry, replaced: readonly Entry[]): void {
    const isInKv = this.#kv?.put(entry, replaced) ?? false;
    // A key in memory has all its variants there: with others in KV alone it is read from there.
    const isApart = isInKv && !this.#memory.has(entry.response.key) &&
      this.#kv?.hasOthers(entry);
    if (isApart) return;
    // A head alone is of use while its body is in KV.
    const isBodyThere = entry.body !== undefined || this.#kv?.has(entry);
    if (isBodyThere) this.#memory.put(entry, replaced);
    else this.#memory.delete(entry);
    if (!isInKv) this.#kv?.postpone(entry);
  }

  /** What came from KV, unless memory has something newer by then. */
  async #join(
    key: string,
    read: Promise<readonly Entry[]>,
  ): Promise<readonly Entry[]> {
    this.#reads.set(key, read);
    const inKv = await read;
    if (this.#reads.get(key) === read) this.#reads.delete(key);
    const inMemory = this.#memory.get(key);
    if (inMemory !== NO_ENTRIES) return inMemory;
    const current = this.#kv?.current(key, inKv) ?? inKv;
    if (current.length > 0) this.#memory.putAll(key, current);
    return current;
  }

  async #joinBody(
    entry: Entry,
    read: Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    this.#bodyReads.set(entry.id, read);
    const body = await read;
    if (this.#bodyReads.get(entry.id) === read) {
      this.#bodyReads.delete(entry.id);
    }
    return this.#withBody(entry, body);
  }

  #withBody(
    entry: Entry,
    body: Uint8Array | undefined,
  ): Uint8Array | undefined {
    if (body === undefined) this.#memory.delete(entry);
    else this.#memory.keepBody(entry, body);
    return body;
  }
}
