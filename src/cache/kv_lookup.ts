/**
 * Finds entries of the KV tier: by the index, in the queue of what is to be written, else on
 * disk. What changes while it reads has the last word; what it finds damaged it drops.
 */

import type { Entry } from "./entry.ts";
import { NO_ENTRIES } from "./entry_list.ts";
import type { KvContents } from "./kv_contents.ts";
import type { IndexedEntry } from "./kv_index.ts";
import type { KvReader } from "./kv_reader.ts";
import type { MaybePromise } from "./tier.ts";

/** Reads what the contents say is there. */
export class KvLookup {
  readonly #contents: KvContents;
  readonly #reader: KvReader;

  constructor(contents: KvContents, reader: KvReader) {
    this.#contents = contents;
    this.#reader = reader;
  }

  /** The entries under a key, newest first; their use is noted. Empty when KV can't be read. */
  async entries(key: string, hash: number): Promise<readonly Entry[]> {
    const { index, writer } = this.#contents;
    const read = new Map<number, Entry>();
    for (;;) {
      const missing = index.idsOf(hash).filter((id) =>
        !read.has(id) && writer.waiting(id) === undefined
      );
      if (missing.length === 0) break;
      if (!await this.#readMissing(missing, hash, read)) break;
    }
    return this.#found(hash, key, read);
  }

  /** The entries under a key, of which some were read before, as they are by now. */
  current(
    entries: readonly Entry[],
    key: string,
    hash: number,
  ): readonly Entry[] {
    const read = new Map(entries.map((entry) => [entry.id, entry]));
    return this.#found(hash, key, read);
  }

  /** The body of an entry; undefined where there is none, or it can't be read. */
  body(entry: Entry, hash: number): MaybePromise<Uint8Array | undefined> {
    const { index, writer } = this.#contents;
    const body = entry.body ?? writer.waiting(entry.id)?.body;
    if (body !== undefined) return body;
    const indexed = index.get(hash, entry.id);
    return indexed && this.#readBody(entry, indexed);
  }

  /** Gives an entry what the index knows of it. False when it is not there any more. */
  update(entry: Entry, hash: number): boolean {
    const indexed = this.#contents.index.get(hash, entry.id);
    if (indexed === undefined) return false;
    entry.isInvalidated = indexed.isInvalidated;
    return true;
  }

  /** False when KV fails. */
  async #readMissing(
    ids: readonly number[],
    hash: number,
    into: Map<number, Entry>,
  ): Promise<boolean> {
    const results = await this.#reader.entries(ids);
    results.forEach((result, i) => {
      const id = ids[i]!;
      if (result.kind === "read") into.set(id, result.value);
      else if (result.kind === "damaged") this.#contents.dropDamaged(hash, id);
    });
    return results.every(({ kind }) => kind !== "failed");
  }

  /** What the index has: as it waits to be written, else as it was read. */
  #found(
    hash: number,
    key: string,
    read: ReadonlyMap<number, Entry>,
  ): readonly Entry[] {
    const { index, writer } = this.#contents;
    const found: Entry[] = [];
    for (const id of index.idsOf(hash)) {
      const entry = writer.waiting(id)?.entry ?? read.get(id);
      if (entry === undefined) continue;
      // Two keys of one hash: there is room for one of them.
      if (entry.response.key !== key) this.#contents.dropDamaged(hash, id);
      else if (this.update(entry, hash)) found.push(entry);
    }
    for (const { id } of found) this.#contents.touch(hash, id);
    return found.length === 0 ? NO_ENTRIES : found.sort(newestFirst);
  }

  async #readBody(
    { id, response: { bodyLength } }: Entry,
    { hash, chunks }: IndexedEntry,
  ): Promise<Uint8Array | undefined> {
    const result = await this.#reader.body(id, bodyLength, chunks);
    if (result.kind === "read") return result.value;
    if (result.kind === "damaged") this.#contents.dropDamaged(hash, id);
    return undefined;
  }
}

function newestFirst(a: Entry, b: Entry): number {
  return b.response.responseTimeMs - a.response.responseTimeMs || b.id - a.id;
}
