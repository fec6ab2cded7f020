/**
 * The tier of the cache that is in memory: the variants of each key, least recently used keys
 * dropped first, bounded by the bytes of heads, of bodies that are there, and of what keeping
 * them costs. Looking a key up makes nothing new. Knows nothing of the other tier.
 */

import { LRUCache } from "lru-cache";
import type { Entry } from "./entry.ts";
import { has, NO_ENTRIES, withEntry, withoutEntry } from "./entry_list.ts";
import type { Tier, TierUsage } from "./tier.ts";

/**
 * What objects, arrays, the body's buffer and the place in the list take for each entry: of 90,000 that came
 * from the wire 1,110 bytes of heap beyond head and key, and 225 outside it (Deno 2.9.6, x86-64).
 */
const OVERHEAD_BYTES = 1_340;

/** What a {@link MemoryTier} may take, and who hears of it. */
export interface MemoryTierOptions {
  readonly maxBytes: number;
  /** Told of a key that is here no more, and of its variants where they were dropped for room. */
  readonly onGone?: (key: string, evicted: readonly Entry[]) => void;
}

/** Entries in memory. */
export class MemoryTier implements Tier {
  readonly #lists: LRUCache<string, readonly Entry[]>;
  readonly #maxBytes: number;
  #count = 0;
  #evictions = 0;

  constructor({ maxBytes, onGone }: MemoryTierOptions) {
    this.#maxBytes = maxBytes;
    this.#lists = new LRUCache({
      maxSize: Math.max(1, Math.floor(maxBytes)),
      dispose: (list, key, reason) => {
        this.#count -= list.length;
        if (reason === "set") return;
        const evicted = reason === "evict" ? list : NO_ENTRIES;
        this.#evictions += evicted.length;
        onGone?.(key, evicted);
      },
    });
  }

  get usage(): TierUsage {
    return {
      entries: this.#count,
      bytes: this.#lists.calculatedSize,
      maxBytes: this.#maxBytes,
      evictions: this.#evictions,
    };
  }

  get(key: string): readonly Entry[] {
    return this.#lists.get(key) ?? NO_ENTRIES;
  }

  /** As {@link get}, which does not count as a use. */
  peek(key: string): readonly Entry[] {
    return this.#lists.peek(key) ?? NO_ENTRIES;
  }

  /** True when something is under a key; does not count as a use. */
  has(key: string): boolean {
    return this.#lists.has(key);
  }

  /** True when an entry is here; does not count as a use. */
  holds({ id, response: { key } }: Entry): boolean {
    return has(this.peek(key), id);
  }

  /** The body, where it is in memory. */
  body(entry: Entry): Uint8Array | undefined {
    return entry.body;
  }

  put(entry: Entry, replaced: readonly Entry[]): boolean {
    const { key } = entry.response;
    const list = this.peek(key);
    return this.#set(key, withEntry(list, entry, replaced));
  }

  /** Keeps all that there is under a key. */
  putAll(key: string, list: readonly Entry[]): boolean {
    if (list.length > 0) return this.#set(key, list);
    this.#lists.delete(key);
    return true;
  }

  /** Keeps the body of an entry, where the entry is here and there is room. */
  keepBody(entry: Entry, body: Uint8Array): void {
    const { key } = entry.response;
    const list = this.#lists.peek(key);
    if (list === undefined || !list.includes(entry)) return;
    if (sizeOf(list) + body.buffer.byteLength > this.#maxBytes) return;
    entry.body = body;
    // A list that is set a second time keeps its size: lru-cache compares values.
    this.#set(key, [...list]);
  }

  delete({ id, response: { key } }: Entry): boolean {
    const list = this.#lists.peek(key);
    if (list === undefined || !has(list, id)) return false;
    this.putAll(key, withoutEntry(list, id));
    return true;
  }

  /** An entry must be validated before it is used again. False when it is not here, or had to be before. */
  invalidate({ id, response: { key } }: Entry): boolean {
    const entry = this.#lists.peek(key)?.find((entry) => entry.id === id);
    if (entry === undefined || entry.isInvalidated) return false;
    return entry.isInvalidated = true;
  }

  /** As they are when it is called. */
  entries(): Entry[] {
    return [...this.#lists.values()].flat();
  }

  /** Drops everything. */
  clear(): void {
    this.#lists.clear();
  }

  /** Drops the oldest variants where all would not fit, and everything under the key where the newest would not. */
  #set(key: string, list: readonly Entry[]): boolean {
    let fitting = list;
    let size = sizeOf(fitting);
    while (fitting.length > 0 && size > this.#maxBytes) {
      fitting = fitting.slice(0, -1);
      size = sizeOf(fitting);
    }
    if (fitting.length === 0) {
      this.#lists.delete(key);
      return false;
    }
    this.#count += fitting.length;
    this.#lists.set(key, fitting, { size });
    return true;
  }
}

function sizeOf(list: readonly Entry[]): number {
  let bytes = 0;
  for (const { response, headText, body } of list) {
    const { key, url } = response;
    // The head may be there twice: as the text that every answer begins with, and as fields.
    bytes += OVERHEAD_BYTES + 2 * headText.length + key.length +
      (url === key ? 0 : url.length) +
      (body === undefined ? 0 : body.buffer.byteLength);
  }
  return bytes;
}
