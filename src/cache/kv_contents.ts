/**
 * What the KV tier has: the index, and the queue of what is to be written, kept in step. A change
 * holds from the moment it is made here, whenever it gets to the disk. Knows hashes, not keys.
 */

import type { Entry } from "./entry.ts";
import { MAX_VARIANTS } from "./entry_list.ts";
import { chunksFor, diskBytes } from "./kv_entry_record.ts";
import { type IndexedEntry, KvIndex } from "./kv_index.ts";
import { KvUses } from "./kv_uses.ts";
import { KvWriter } from "./kv_writer.ts";

/** So much is removed for room in one go; what is too much then goes with the next. */
const MAX_EVICTIONS_AT_ONCE = 500;

/** What {@link KvContents} work with. */
export interface KvContentsOptions {
  readonly kv: Deno.Kv;
  readonly maxBytes: number;
  readonly maxQueuedBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onError: (message: string) => void;
}

/** The entries of the KV tier. */
export class KvContents {
  readonly maxBytes: number;
  readonly index = new KvIndex();
  readonly writer: KvWriter;
  /** Dropped for room. */
  evictions = 0;
  damaged = 0;
  readonly #now: () => number;
  readonly #uses = new KvUses((id, hash) => this.writer.mark(id, hash));

  constructor(options: KvContentsOptions) {
    this.maxBytes = options.maxBytes;
    this.#now = options.now;
    this.writer = new KvWriter({
      kv: options.kv,
      index: this.index,
      maxQueuedBytes: options.maxQueuedBytes,
      onError: options.onError,
      onDropped: (hash, id) => this.index.delete(hash, id),
    });
  }

  /** Keeps an entry. False when it does not fit or can't be written now: then an earlier head of it stays. */
  put(entry: Entry, hash: number): boolean {
    const bytes = diskBytes(entry);
    if (bytes > this.maxBytes || !this.writer.hasRoom(bytes)) return false;
    const before = this.index.get(hash, entry.id);
    const indexed = {
      id: entry.id,
      hash,
      bytes,
      lastUseMs: this.#now(),
      // A body stays where it is when its head gets longer.
      chunks: before === undefined ? chunksFor(entry) : before.chunks,
      isInvalidated: false,
    };
    if (!this.#queue(entry, indexed, before !== undefined)) return false;
    this.index.set(indexed);
    if (!this.index.isAlone(hash, entry.id)) this.#dropOldVariants(hash);
    this.makeRoom(entry.id);
    return true;
  }

  /** Removes an entry; false when it is not there. */
  drop(hash: number, id: number): boolean {
    const indexed = this.index.delete(hash, id);
    if (indexed === undefined) return false;
    this.#uses.delete(id);
    this.writer.delete(id, indexed.chunks);
    return true;
  }

  dropDamaged(hash: number, id: number): void {
    if (this.drop(hash, id)) this.damaged++;
  }

  /** False when it is not there, or was invalidated before. */
  invalidate(hash: number, id: number): boolean {
    const isNews = this.index.invalidate(hash, id);
    if (isNews) this.writer.mark(id, hash);
    return isNews;
  }

  /** Counts as a use, where it is there. */
  touch(hash: number, id: number): void {
    if (this.index.touch(hash, id, this.#now())) this.#uses.add(id, hash);
  }

  /** Drops what was not used for long; not the one with that id. */
  makeRoom(keptId?: number): void {
    for (let i = 0; i < MAX_EVICTIONS_AT_ONCE; i++) {
      if (this.index.bytes <= this.maxBytes) return;
      const oldest = this.index.leastUsed(keptId);
      if (oldest === undefined) return;
      this.drop(oldest.hash, oldest.id);
      this.evictions++;
    }
  }

  /** Forgets everything. What is on disk is for somebody else. */
  clear(): void {
    this.index.clear();
    this.writer.clear();
    this.#uses.clear();
  }

  /** Writes what waits, and when entries were last used. */
  async close(): Promise<void> {
    this.#uses.close();
    await this.writer.close();
  }

  #queue(
    entry: Entry,
    { hash, bytes, chunks }: IndexedEntry,
    isIndexed: boolean,
  ): boolean {
    const waiting = this.writer.waiting(entry.id);
    const isOnDisk = waiting === undefined ? isIndexed : waiting.isOnDisk;
    const body = waiting?.body ??
      (isOnDisk && chunks > 0 ? undefined : entry.body);
    // A head alone is of no use where the body is not on disk.
    if (body === undefined && (!isOnDisk || chunks === 0)) return false;
    return this.writer.tryPut({ hash, entry, body, bytes, isOnDisk });
  }

  #dropOldVariants(hash: number): void {
    const ids = this.index.idsOf(hash);
    if (ids.length <= MAX_VARIANTS) return;
    ids.sort((a, b) => b - a);
    for (const id of ids.slice(MAX_VARIANTS)) this.drop(hash, id);
  }
}
