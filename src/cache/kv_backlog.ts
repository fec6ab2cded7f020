/**
 * Keys of which memory has what KV has not, because its queue was full or the store failed: they
 * are written when there is room, the oldest first. Those are the next to leave memory, and ids
 * that ascend are what a B-tree takes fastest. What has left memory by then is given up.
 */

import type { Entry } from "./entry.ts";
import { has } from "./entry_list.ts";
import type { PutResult } from "./kv_contents.ts";

/** What memory has under a key, without that counting as a use. */
export type Peek = (key: string) => readonly Entry[];

/** What is to be written later: no more keys than memory has. */
export class KvBacklog {
  /** Entries that are not in KV and won't be. */
  givenUp = 0;
  readonly #peek: Peek;
  readonly #keys = new Set<string>();

  constructor(peek: Peek) {
    this.#peek = peek;
  }

  /** How many keys. */
  get size(): number {
    return this.#keys.size;
  }

  /** An entry is to be written later; it is given up where memory does not have it. */
  add({ id, response: { key } }: Entry): void {
    if (has(this.#peek(key), id)) this.#keys.add(key);
    else this.givenUp++;
  }

  /** A key has left memory, with so many entries that were not meant to go. */
  left(key: string, evicted: number): void {
    if (this.#keys.delete(key)) this.givenUp += evicted;
  }

  /** Puts what there is room for. */
  refill(put: (entry: Entry) => PutResult): void {
    for (const key of this.#keys) {
      for (const entry of this.#peek(key)) {
        const result = put(entry);
        if (result === "full") return;
        if (result === "unfit") this.givenUp++;
      }
      this.#keys.delete(key);
    }
  }

  /** Gives up all of it, and what `waiting` entries are beside it; returns how many that makes. */
  close(waiting: number): number {
    let count = waiting;
    for (const key of this.#keys) count += this.#peek(key).length;
    this.#keys.clear();
    this.givenUp += count;
    return count;
  }

  /** Forgets all of it: it is gone from memory too. */
  clear(): void {
    this.#keys.clear();
  }
}
