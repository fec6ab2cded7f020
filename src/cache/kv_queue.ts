/**
 * What waits to be written to KV, by entry: of what is to become of one, the last counts. What a
 * client or an operator waits for is urgent and goes before the rest, which goes in its order. A
 * removal is remembered by the hash of its key, since what it removes is still on disk.
 */

import type { KvWrite, NewPut, PutWrite } from "./kv_write.ts";

/** Past so many entries that wait nothing new is queued: many small ones cost the collector more than their bytes. */
const MAX_PUTS = 4096;
/** What is written together, and waits no more once all of it is. */
const BATCH_BYTES = 512 * 1024;
const BATCH_WRITES = 500;

/** Writes that are taken together. */
export type KvBatch = readonly (readonly [id: number, write: KvWrite])[];

/** The queue. */
export class KvQueue {
  readonly maxBytes: number;
  /** Of entries that wait to be stored. */
  bytes = 0;
  #putCount = 0;
  #isUrgentNext = true;
  readonly #writes = new Map<number, KvWrite>();
  readonly #urgent = new Set<number>();
  /** Removals that wait: the hashes of their keys, and the ids. */
  readonly #removed = new Map<number, number[]>();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** How many entries something is to be written of. */
  get size(): number {
    return this.#writes.size;
  }

  get urgentSize(): number {
    return this.#urgent.size;
  }

  /** An entry that waits to be stored. */
  put(id: number): PutWrite | undefined {
    const write = this.#writes.get(id);
    return write?.kind === "put" ? write : undefined;
  }

  /** All entries that wait to be stored. */
  puts(): PutWrite[] {
    return [...this.#writes.values()].filter((write) => write.kind === "put");
  }

  /** An empty queue takes whatever comes. */
  hasRoom(bytes: number): boolean {
    return this.bytes === 0 ||
      this.bytes + bytes <= this.maxBytes && this.#putCount < MAX_PUTS;
  }

  /** An entry is to be stored. */
  add(put: NewPut): void {
    const { id } = put.entry;
    const before = this.#writes.get(id);
    const isBegun = before !== undefined && mayBeOnDisk(before);
    this.#set(id, { ...put, kind: "put", isOutdated: false, isBegun });
  }

  /** The index has something new about an entry. */
  mark(id: number, hash: number): void {
    const before = this.#writes.get(id);
    if (before === undefined || before.kind === "mark") {
      this.#set(id, { kind: "mark", hash });
    } else if (before.kind === "put") before.isOutdated = true;
  }

  /** An entry is to be removed, and the parts of its body. Nothing is, of what has never been written. */
  remove(id: number, hash: number, chunks: number): void {
    const before = this.#writes.get(id);
    if (before !== undefined && !mayBeOnDisk(before)) return this.forget(id);
    this.#set(id, { kind: "delete", hash, chunks });
    const ids = this.#removed.get(hash);
    if (ids === undefined) this.#removed.set(hash, [id]);
    else ids.push(id);
  }

  /**
   * Puts first what changes something on disk: of the entries with those ids, and of all that are to be
   * removed under the same hash. Returns their ids; empty where the disk has nothing that is out of date.
   */
  hasten(hash: number, ids: readonly number[]): number[] {
    const removed = this.#removed.get(hash) ?? [];
    const hastened = [...ids, ...removed].filter((id) => {
      const write = this.#writes.get(id);
      return write !== undefined && mayBeOnDisk(write);
    });
    for (const id of hastened) this.#urgent.add(id);
    return hastened;
  }

  /** True until what was hastened is written. */
  isUrgent(id: number): boolean {
    return this.#urgent.has(id);
  }

  /**
   * What is to be written next: whatever is urgent, every other time or while there is no time for the rest. It
   * stays until it is {@link finish}ed.
   */
  next(hasTime = true): KvBatch {
    const batch: [number, KvWrite][] = [];
    let bytes = 0;
    this.#isUrgentNext = this.#urgent.size > 0 &&
      (this.#isUrgentNext || !hasTime);
    const ids = this.#isUrgentNext ? this.#urgent : this.#writes.keys();
    this.#isUrgentNext = !this.#isUrgentNext;
    for (const id of ids) {
      const write = this.#writes.get(id)!;
      batch.push([id, write]);
      if (write.kind === "put") {
        write.isBegun = true;
        bytes += write.bytes;
      }
      if (bytes > BATCH_BYTES || batch.length === BATCH_WRITES) break;
    }
    return batch;
  }

  /** True while nothing newer has come than what was taken. */
  isCurrent(id: number, write: KvWrite): boolean {
    return this.#writes.get(id) === write;
  }

  /** What was written waits no more, unless something newer has come. */
  finish(id: number, write: KvWrite): void {
    if (!this.isCurrent(id, write)) return;
    const isUrgent = this.#urgent.has(id);
    this.forget(id);
    if (write.kind !== "put" || !write.isOutdated) return;
    this.mark(id, write.hash);
    if (isUrgent) this.#urgent.add(id);
  }

  forget(id: number): void {
    const write = this.#writes.get(id);
    if (write === undefined) return;
    this.#takeOut(id, write);
    this.#writes.delete(id);
    this.#urgent.delete(id);
  }

  clear(): void {
    this.#writes.clear();
    this.#urgent.clear();
    this.#removed.clear();
    this.bytes = this.#putCount = 0;
  }

  /** In the place of what was to be written before; urgent where that was. */
  #set(id: number, write: KvWrite): void {
    const before = this.#writes.get(id);
    if (before !== undefined) {
      this.#takeOut(id, before);
      this.#writes.delete(id);
    }
    this.#writes.set(id, write);
    if (write.kind !== "put") return;
    this.bytes += write.bytes;
    this.#putCount++;
  }

  #takeOut(id: number, write: KvWrite): void {
    if (write.kind === "put") {
      this.bytes -= write.bytes;
      this.#putCount--;
    } else if (write.kind === "delete") {
      const others = this.#removed.get(write.hash)?.filter((it) => it !== id);
      if (others?.length) this.#removed.set(write.hash, others);
      else this.#removed.delete(write.hash);
    }
  }
}

/** False for an entry of which nothing has been written, nor is being written. */
function mayBeOnDisk(write: KvWrite): boolean {
  return write.kind !== "put" || write.isOnDisk || write.isBegun;
}
