/**
 * Writes what was taken from the queue together, in an order in which nothing half is ever found:
 * bodies before the entries that need them, and removed only once these are gone.
 */

import type { KvIndex } from "./kv_index.ts";
import { encodeIndexRecord } from "./kv_index_record.ts";
import { recordKey } from "./kv_layout.ts";
import type { KvBatch, KvQueue } from "./kv_queue.ts";
import {
  addBody,
  addBodyRemoval,
  addDelete,
  addPut,
  type KvCommit,
  type KvWrite,
  type PutWrite,
} from "./kv_write.ts";

/** What a batch is written from. */
export interface BatchParts {
  readonly commit: KvCommit;
  readonly index: KvIndex;
  readonly queue: KvQueue;
  /** Told of an entry whose head is too long for a value. */
  readonly onTooLong: (id: number, put: PutWrite) => void;
}

/**
 * Writes a batch. What is written of an entry is what holds at that moment.
 *
 * @throws What KV throws.
 */
export async function writeBatch(
  batch: KvBatch,
  parts: BatchParts,
): Promise<void> {
  const { commit, queue } = parts;
  for (const [id, write] of batch) {
    if (write.kind === "put") await addBodyOf(id, write, parts);
  }
  await commit.run();
  for (const [id, write] of batch) {
    // Something newer may have come while bodies were written: that is written next.
    if (queue.isCurrent(id, write)) add(id, write, parts);
    if (commit.isFull) await commit.run();
  }
  await commit.run();
  for (const [id, write] of batch) {
    if (write.kind !== "delete") continue;
    await addBodyRemoval(commit, id, write.chunks);
  }
  await commit.run();
  for (const [id, write] of batch) queue.finish(id, write);
}

async function addBodyOf(
  id: number,
  { body, hash }: PutWrite,
  { commit, index }: BatchParts,
): Promise<void> {
  const chunks = index.get(hash, id)?.chunks ?? 0;
  if (body !== undefined && chunks > 0) await addBody(commit, id, body);
}

function add(
  id: number,
  write: KvWrite,
  { commit, index, onTooLong }: BatchParts,
): void {
  if (write.kind === "delete") return addDelete(commit, id, write.chunks);
  const indexed = index.get(write.hash, id);
  if (indexed === undefined) return;
  if (write.kind === "mark") {
    commit.set(recordKey("index", id), encodeIndexRecord(indexed));
    return;
  }
  write.isOutdated = false;
  if (!addPut(commit, write, indexed)) onTooLong(id, write);
}
