/**
 * Batches of records in Deno KV. It decides how they lie there, and believes
 * nothing that it reads; when to write and what to drop is not its matter.
 *
 * | key | value |
 * | --- | --- |
 * | `["records", "batch", id]` | the lines, as bytes |
 * | `["records", "index", id]` | bytes, records, skipped, first time, last time |
 */

import type { BatchSummary } from "./record_batch.ts";

/** A commit takes 800 KiB at most. */
export const MAX_COMMIT_BATCHES = 10;
/** A commit takes 1,000 mutations at most, and a batch has two keys. */
const MAX_COMMIT_REMOVALS = 400;
/** A read takes 10 keys at most. */
export const MAX_READ_BATCHES = 10;

/** A batch as it is to be written. */
export interface StoredBatch {
  readonly summary: BatchSummary;
  readonly content: Uint8Array;
}

/** What the index of the store has. */
export interface LoadedIndex {
  /** In the order of their ids. */
  readonly summaries: BatchSummary[];
  /** The ids of batches whose summary is damaged. */
  readonly damagedIds: number[];
}

/** The records in a KV store. All methods throw what KV throws. */
export class RecordStore {
  readonly #kv: Deno.Kv;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  async load(): Promise<LoadedIndex> {
    const loaded: LoadedIndex = { summaries: [], damagedIds: [] };
    const rows = this.#kv.list({ prefix: ["records", "index"] }, {
      batchSize: 500,
    });
    for await (const { key, value } of rows) {
      const id = key[2];
      if (typeof id !== "number") continue;
      const summary = decodeSummary(id, value);
      if (summary === undefined) loaded.damagedIds.push(id);
      else loaded.summaries.push(summary);
    }
    return loaded;
  }

  /**
   * Reads at most {@linkcode MAX_READ_BATCHES} batches; undefined for one that
   * is not there, or is something else.
   */
  async read(ids: readonly number[]): Promise<(Uint8Array | undefined)[]> {
    const rows = await this.#kv.getMany<unknown[]>(ids.map(batchKey));
    return rows.map(({ value }) =>
      value instanceof Uint8Array && value.length > 0 ? value : undefined
    );
  }

  /** Writes at most {@linkcode MAX_COMMIT_BATCHES} batches, all or none. */
  async write(batches: readonly StoredBatch[]): Promise<void> {
    const commit = this.#kv.atomic();
    for (const { summary, content } of batches) {
      commit.set(batchKey(summary.id), content)
        .set(indexKey(summary.id), encodeSummary(summary));
    }
    await commit.commit();
  }

  /** Removes batches, the first of them first. */
  async remove(ids: readonly number[]): Promise<void> {
    for (let at = 0; at < ids.length; at += MAX_COMMIT_REMOVALS) {
      const commit = this.#kv.atomic();
      for (const id of ids.slice(at, at + MAX_COMMIT_REMOVALS)) {
        commit.delete(batchKey(id)).delete(indexKey(id));
      }
      await commit.commit();
    }
  }
}

function batchKey(id: number): Deno.KvKey {
  return ["records", "batch", id];
}

function indexKey(id: number): Deno.KvKey {
  return ["records", "index", id];
}

function encodeSummary(
  { bytes, records, skipped, fromMs, toMs }: BatchSummary,
): number[] {
  return [bytes, records, skipped, fromMs, toMs];
}

function decodeSummary(id: number, value: unknown): BatchSummary | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  const [bytes, records, skipped, fromMs, toMs]: unknown[] = value;
  const isSound = Number.isSafeInteger(id) && id >= 0 && isCount(bytes) &&
    isCount(records) && isCount(skipped) && typeof fromMs === "number" &&
    typeof toMs === "number";
  return isSound ? { id, bytes, records, skipped, fromMs, toMs } : undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
