/**
 * One thing that is to be written for an entry, as it waits in the queue, and how it goes into a
 * commit. What it becomes in bytes is made when it is written, from what holds then.
 */

import type { Entry } from "./entry.ts";
import { chunkCount, encodeChunk } from "./kv_body_chunk.ts";
import { encodeEntry } from "./kv_entry_record.ts";
import type { IndexedEntry } from "./kv_index.ts";
import { encodeIndexRecord } from "./kv_index_record.ts";
import { chunkKey, recordKey } from "./kv_layout.ts";
import type { MaybePromise } from "./tier.ts";

/** An entry to write: new, or with another head. */
export interface PutWrite {
  readonly kind: "put";
  readonly hash: number;
  readonly entry: Entry;
  /** Undefined while it is on disk already, and the head alone is to be written. */
  readonly body: Uint8Array | undefined;
  readonly bytes: number;
  /** An earlier head of it is on disk. */
  readonly isOnDisk: boolean;
  /** Its index record has changed after this was begun. */
  isOutdated: boolean;
  /** Some of it may be on disk. */
  isBegun: boolean;
}

/** An entry to be queued. */
export type NewPut = Omit<PutWrite, "kind" | "isOutdated" | "isBegun">;

/** What is to be written for one entry, under the hash of its key. */
export type KvWrite =
  | PutWrite
  /** Its index record is to be written again. */
  | { readonly kind: "mark"; readonly hash: number }
  | {
    readonly kind: "delete";
    readonly hash: number;
    readonly chunks: number;
  };

/** Deno KV takes 800 KiB and 1,000 mutations in one commit. */
const MAX_BYTES = 512 * 1024;
const MAX_MUTATIONS = 600;

/** Commits one after another: what is added goes into the next. */
export class KvCommit {
  readonly #kv: Deno.Kv;
  readonly #onRun: (mutations: number, bytes: number) => MaybePromise<void>;
  #operation: Deno.AtomicOperation | undefined;
  #mutations = 0;
  #bytes = 0;

  /** @param onRun Told what a commit was, once it is done; the next waits for it. */
  constructor(
    kv: Deno.Kv,
    onRun: (mutations: number, bytes: number) => MaybePromise<void>,
  ) {
    this.#kv = kv;
    this.#onRun = onRun;
  }

  /** It has to be run before more than three further records are added. */
  get isFull(): boolean {
    return this.#mutations >= MAX_MUTATIONS || this.#bytes >= MAX_BYTES;
  }

  set(key: Deno.KvKey, value: Uint8Array): void {
    this.#operation ??= this.#kv.atomic();
    this.#operation.set(key, value);
    this.#mutations++;
    this.#bytes += value.length;
  }

  delete(key: Deno.KvKey): void {
    this.#operation ??= this.#kv.atomic();
    this.#operation.delete(key);
    this.#mutations++;
  }

  /** @throws What KV throws. */
  async run(): Promise<void> {
    if (this.#operation === undefined) return;
    const [operation, mutations, bytes] = [
      this.#operation,
      this.#mutations,
      this.#bytes,
    ];
    this.#operation = undefined;
    this.#mutations = this.#bytes = 0;
    await operation.commit();
    await this.#onRun(mutations, bytes);
  }
}

const NOTHING = new Uint8Array(0);

/** Adds the parts of a body, before its entry is written; runs the commit whenever it is full. */
export async function addBody(
  commit: KvCommit,
  id: number,
  body: Uint8Array,
): Promise<void> {
  commit.set(recordKey("unfinished", id), NOTHING);
  const parts = chunkCount(body.length);
  for (let part = 0; part < parts; part++) {
    commit.set(chunkKey(id, part), encodeChunk(body, part));
    if (commit.isFull) await commit.run();
  }
}

/** Adds what removes the parts of a body whose entry is gone; runs the commit whenever it is full. */
export async function addBodyRemoval(
  commit: KvCommit,
  id: number,
  chunks: number,
): Promise<void> {
  for (let part = 0; part < chunks; part++) {
    commit.delete(chunkKey(id, part));
    if (commit.isFull) await commit.run();
  }
  if (chunks > 0) commit.delete(recordKey("unfinished", id));
}

/** Adds an entry whose body, where it has parts, is on disk. False when its head is too long for a value. */
export function addPut(
  commit: KvCommit,
  { entry, body }: PutWrite,
  indexed: IndexedEntry,
): boolean {
  const { id } = entry;
  const isInline = indexed.chunks === 0;
  const value = encodeEntry(entry, isInline ? body : undefined);
  if (value === undefined) return false;
  commit.set(recordKey("entry", id), value);
  commit.set(recordKey("index", id), encodeIndexRecord(indexed));
  if (!isInline) commit.delete(recordKey("unfinished", id));
  return true;
}

/** Adds what removes an entry. The parts of its body are removed afterwards. */
export function addDelete(commit: KvCommit, id: number, chunks: number): void {
  commit.delete(recordKey("entry", id));
  commit.delete(recordKey("index", id));
  if (chunks > 0) commit.set(recordKey("unfinished", id), NOTHING);
}
