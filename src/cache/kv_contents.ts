/**
 * What the KV tier has: the index, and the queue of what is to be written, kept in step. A change
 * holds from the moment it is made here, whenever it gets to the disk. Knows hashes, not keys.
 */

import type { Entry } from "./entry.ts";
import { MAX_VARIANTS } from "./entry_list.ts";
import { chunksFor, diskBytes } from "./kv_entry_record.ts";
import { type IndexedEntry, KvIndex } from "./kv_index.ts";
import { KvUses } from "./kv_uses.ts";
import type { NewPut } from "./kv_write.ts";
import { type DropReason, KvWriter } from "./kv_writer.ts";

/** So much is removed for room in one go; what is too much then goes with the next. */
const MAX_EVICTIONS_AT_ONCE = 500;

/** What became of an entry that was to be kept: `full` for now, `unfit` for good. */
export type PutResult = "kept" | "full" | "unfit";

/** What {@link KvContents} work with. */
export interface KvContentsOptions {
  readonly kv: Deno.Kv;
  readonly maxBytes: number;
  readonly maxQueuedBytes: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly onError: (message: string) => void;
  /** Told of an entry that was kept, and is not after all. */
  readonly onDropped: (entry: Entry, reason: DropReason) => void;
  /** Asked for more to be kept when the queue has room. */
  readonly onRoom: () => void;
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
    const { kv, maxQueuedBytes, onError, onDropped, onRoom } = options;
    this.maxBytes = options.maxBytes;
    this.#now = options.now;
    this.writer = new KvWriter({
      kv,
      index: this.index,
      maxQueuedBytes,
      onError,
      onRoom,
      onDropped: ({ hash, entry, isOnDisk }, reason) => {
        if (!isOnDisk) this.index.delete(hash, entry.id);
        onDropped(entry, reason);
      },
    });
  }

  /** Keeps an entry. Where that can't be, an earlier head of it stays. */
  put(entry: Entry, hash: number): PutResult {
    const bytes = diskBytes(entry);
    if (bytes > this.maxBytes) return "unfit";
    if (!this.writer.hasRoom(bytes)) return "full";
    const before = this.index.get(hash, entry.id);
    const indexed = {
      id: entry.id,
      hash,
      bytes,
      lastUseMs: this.#now(),
      // A body stays where it is when its head gets longer.
      chunks: before === undefined ? chunksFor(entry) : before.chunks,
      isInvalidated: entry.isInvalidated,
    };
    const put = this.#newPut(entry, indexed, before !== undefined);
    if (put === undefined) return "unfit";
    this.writer.put(put);
    this.index.set(indexed);
    if (!this.index.isAlone(hash, entry.id)) this.#dropOldVariants(hash);
    this.makeRoom(entry.id);
    return "kept";
  }

  /** Removes an entry, when it is its turn; false when it is not there. */
  drop(hash: number, id: number): boolean {
    const indexed = this.index.delete(hash, id);
    if (indexed === undefined) return false;
    this.#uses.delete(id);
    this.writer.delete(id, hash, indexed.chunks);
    return true;
  }

  /** Removes an entry that must not come back, before all else is written. False when it is not there. */
  remove(hash: number, id: number): boolean {
    const isThere = this.drop(hash, id);
    if (isThere) this.writer.hasten(hash, []);
    return isThere;
  }

  dropDamaged(hash: number, id: number): void {
    if (this.drop(hash, id)) this.damaged++;
  }

  /** An entry must be validated before it is used again. False when it is not there, or had to be before. */
  invalidate(hash: number, id: number): boolean {
    const isNews = this.index.invalidate(hash, id);
    if (isNews) {
      this.writer.mark(id, hash);
      this.writer.hasten(hash, [id]);
    }
    return isNews;
  }

  /** An entry has another head, which is not kept: what is kept must be validated. Nobody waits for that. */
  supersede(hash: number, id: number): void {
    if (this.index.invalidate(hash, id)) this.writer.mark(id, hash);
  }

  /**
   * {@link invalidate} for all that keys with a hash have. Returns the ids of those of which the disk does not know
   * yet, or which it still has though they are gone: see {@link KvWriter.written}.
   */
  invalidateAll(hash: number): readonly number[] {
    const ids = this.index.idsOf(hash);
    for (const id of ids) {
      if (this.index.invalidate(hash, id)) this.writer.mark(id, hash);
    }
    return this.writer.hasten(hash, ids);
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

  /** Writes what waits, and when entries were last used, for so long at most. */
  async close(maxMs: number): Promise<void> {
    this.#uses.close();
    await this.writer.close(maxMs);
  }

  /** Undefined where its body is not to be had: a head alone is of no use. */
  #newPut(
    entry: Entry,
    { hash, bytes, chunks }: IndexedEntry,
    isIndexed: boolean,
  ): NewPut | undefined {
    const waiting = this.writer.waiting(entry.id);
    const isOnDisk = waiting === undefined ? isIndexed : waiting.isOnDisk;
    const body = waiting?.body ??
      (isOnDisk && chunks > 0 ? undefined : entry.body);
    if (body === undefined && (!isOnDisk || chunks === 0)) return undefined;
    return { hash, entry, body, bytes, isOnDisk };
  }

  #dropOldVariants(hash: number): void {
    const ids = this.index.idsOf(hash);
    if (ids.length <= MAX_VARIANTS) return;
    ids.sort((a, b) => b - a);
    for (const id of ids.slice(MAX_VARIANTS)) this.drop(hash, id);
  }
}
