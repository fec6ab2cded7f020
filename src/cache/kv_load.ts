/**
 * Fills the index from KV at the start, in slices of one read each, and keeps in mind what was
 * invalidated before it was found.
 */

import type { IndexedEntry } from "./kv_index.ts";
import { decodeIndexRecord } from "./kv_index_record.ts";
import { idOf, recordsBetween } from "./kv_layout.ts";
import type { MayGoOn } from "./kv_sweep.ts";
import { TimeSlice } from "./time_slice.ts";

/** What KV reads at once. */
const BATCH = 500;
/** Past so many keys they are not told apart any more: all of them are. */
const MAX_EARLY = 10_000;

/** Keys that were invalidated while the index was being loaded, by their hashes. */
export class EarlyInvalidations {
  readonly #hashes = new Set<number>();

  add(hash: number): void {
    if (this.#hashes.size < MAX_EARLY) this.#hashes.add(hash);
  }

  has(hash: number): boolean {
    return this.#hashes.size === MAX_EARLY || this.#hashes.has(hash);
  }
}

/**
 * Reads the index records with ids from `start` to before `end`.
 *
 * @returns The ids of records that are damaged.
 * @throws What KV throws.
 */
export async function loadIndex(
  kv: Deno.Kv,
  { start, end }: { start: number; end: number },
  mayGoOn: MayGoOn,
  onFound: (entry: IndexedEntry) => void,
): Promise<number[]> {
  const damaged: number[] = [];
  const selector = recordsBetween("index", start, end);
  const slice = new TimeSlice();
  for await (const row of kv.list(selector, { batchSize: BATCH })) {
    if (slice.isOver) await slice.next();
    if (!mayGoOn()) break;
    const id = idOf(row.key);
    const indexed = decodeIndexRecord(id, row.value);
    if (indexed === undefined) damaged.push(id);
    else onFound(indexed);
  }
  return damaged;
}
