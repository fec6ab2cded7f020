/**
 * Writes the KV tier behind the responses: a queue, bounded by bytes, and one writer that commits
 * it in batches, no faster than its pace. While the store fails it tries again, at longer and
 * longer intervals; what was to be stored is dropped then, what was to be removed is not, so
 * that nothing comes back after a restart.
 */

import type { Entry } from "./entry.ts";
import type { KvIndex } from "./kv_index.ts";
import { encodeIndexRecord } from "./kv_index_record.ts";
import { recordKey } from "./kv_layout.ts";
import {
  addBody,
  addBodyRemoval,
  addDelete,
  addPut,
  KvCommit,
  type KvWrite,
  type PutWrite,
} from "./kv_write.ts";
import { Trouble } from "./trouble.ts";
import { WritePace } from "./write_pace.ts";

/** Past so many writes that wait nothing new is queued: many small ones cost the collector more than their bytes. */
const MAX_QUEUED_WRITES = 4096;
/** What is written together, and waits no more once all of it is. */
const BATCH_BYTES = 512 * 1024;
const BATCH_WRITES = 500;
/** So long what is to be written is gathered before a commit. */
const GATHER_MS = 50;
/** From then on what is to be stored is dropped until the store works again. */
const FAILURES_TO_PAUSE = 3;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;

/** An entry to be queued. */
export type NewPut = Omit<PutWrite, "kind" | "isOutdated">;

/** What a {@link KvWriter} works with. */
export interface KvWriterOptions {
  readonly kv: Deno.Kv;
  /** What is written of an entry's use, size and state comes from here at that moment. */
  readonly index: KvIndex;
  readonly maxQueuedBytes: number;
  readonly onError: (message: string) => void;
  /** Told of an entry that was queued and is not on disk. */
  readonly onDropped: (hash: number, id: number) => void;
  /** Milliseconds of a clock that only goes forward. Default: `performance.now`. */
  readonly clock?: () => number;
  /** Before the first attempt after a failure; doubled each time. Default: 250. */
  readonly firstRetryMs?: number;
}

/** The queue and its writer. */
export class KvWriter {
  readonly maxQueuedBytes: number;
  queuedBytes = 0;
  /** Entries that were to be stored and were not. */
  dropped = 0;
  readonly #kv: Deno.Kv;
  readonly #index: KvIndex;
  readonly #onDropped: (hash: number, id: number) => void;
  readonly #trouble: Trouble;
  readonly #clock: () => number;
  readonly #pace: WritePace;
  readonly #firstRetryMs: number;
  /** Keeps to the pace between the commits of a batch. */
  readonly #onCommit = (mutations: number, bytes: number) => {
    this.#pace.charge(mutations, bytes);
    return this.#pause(this.#pace.waitMs);
  };
  /** By id; no more of them than entries and the bytes of the queue allow. */
  /** Of what waits, removals and marks: they go first, since what they are about must not come back. */
  readonly #urgent = new Set<number>();
  readonly #waiting = new Map<number, KvWrite>();
  #running: Promise<void> | undefined;
  #round = Promise.withResolvers<void>();
  #failures = 0;
  #retryAtMs = 0;
  #isClosing = false;
  #wake: (() => void) | undefined;

  constructor(options: KvWriterOptions) {
    const { clock = () => performance.now() } = options;
    this.#kv = options.kv;
    this.#index = options.index;
    this.maxQueuedBytes = options.maxQueuedBytes;
    this.#onDropped = options.onDropped;
    this.#trouble = new Trouble(options.onError, failureText);
    this.#clock = clock;
    this.#pace = new WritePace(clock);
    this.#firstRetryMs = options.firstRetryMs ?? FIRST_RETRY_MS;
  }

  /** How many entries something is to be written of. */
  get size(): number {
    return this.#waiting.size;
  }

  /** True while nothing is taken to be stored, because the store fails. */
  get isPaused(): boolean {
    return this.#failures >= FAILURES_TO_PAUSE &&
      this.#clock() < this.#retryAtMs;
  }

  /** An entry that waits to be written, as it is to be. */
  waiting(id: number): PutWrite | undefined {
    const write = this.#waiting.get(id);
    return write?.kind === "put" ? write : undefined;
  }

  /** All entries that wait. */
  waitingEntries(): Entry[] {
    const puts = [...this.#waiting.values()].filter((write) =>
      write.kind === "put"
    );
    return puts.map(({ entry }) => entry);
  }

  /** Queues an entry; false, and counted, when there is no room or the store fails. */
  tryPut({ hash, entry, body, bytes, isOnDisk }: NewPut): boolean {
    if (!this.hasRoom(bytes)) return false;
    this.#queue(entry.id, {
      kind: "put",
      hash,
      entry,
      body,
      bytes,
      isOnDisk,
      isOutdated: false,
    });
    return true;
  }

  /** False, and counted, when so much can't be queued now. */
  hasRoom(bytes: number): boolean {
    const isFull = this.queuedBytes > 0 &&
      (this.queuedBytes + bytes > this.maxQueuedBytes ||
        this.#waiting.size >= MAX_QUEUED_WRITES);
    const isRefused = isFull || this.isPaused || this.#isClosing;
    if (isRefused) this.dropped++;
    return !isRefused;
  }

  /** The index has something new about an entry. */
  mark(id: number, hash: number): void {
    const before = this.#waiting.get(id);
    if (before === undefined) this.#queue(id, { kind: "mark", hash });
    else if (before.kind === "put") before.isOutdated = true;
  }

  /** An entry is to be removed, and the parts of its body. */
  delete(id: number, chunks: number): void {
    this.#queue(id, { kind: "delete", chunks });
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#waiting.clear();
    this.#urgent.clear();
    this.queuedBytes = 0;
  }

  /** Resolves when the commit that is next, or under way, has ended, well or not; at once when nothing waits. */
  round(): Promise<void> {
    return this.#running === undefined
      ? Promise.resolve()
      : this.#round.promise;
  }

  /** Resolves when what is to be removed or validated is on disk; gives up where writing fails. */
  async flush(): Promise<void> {
    while (this.#urgent.size > 0 && this.#failures === 0) await this.round();
  }

  /** Writes what waits, without a pause; gives up at the first failure. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#wake?.();
    this.#start();
    await this.#running;
  }

  #queue(id: number, write: KvWrite): void {
    this.#forget(id);
    this.#waiting.set(id, write);
    if (write.kind === "put") this.queuedBytes += write.bytes;
    else this.#urgent.add(id);
    this.#start();
    if (write.kind !== "put" && this.#failures === 0) this.#wake?.();
  }

  #forget(id: number): void {
    const write = this.#waiting.get(id);
    if (write === undefined) return;
    if (write.kind === "put") this.queuedBytes -= write.bytes;
    this.#waiting.delete(id);
    this.#urgent.delete(id);
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    await this.#pause(GATHER_MS);
    while (this.#waiting.size > 0) {
      const isWritten = await this.#writeNext();
      this.#round.resolve();
      this.#round = Promise.withResolvers();
      if (!isWritten && this.#isClosing) break;
      await this.#pause(isWritten ? this.#pace.waitMs : this.#retryMs);
    }
    this.#round.resolve();
    this.#round = Promise.withResolvers();
    this.#running = undefined;
  }

  async #writeNext(): Promise<boolean> {
    try {
      await this.#writeBatch();
      this.#failures = 0;
      this.#trouble.succeeded();
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  async #writeBatch(): Promise<void> {
    const commit = new KvCommit(this.#kv, this.#onCommit);
    const batch = this.#nextBatch();
    for (const [id, write] of batch) {
      if (write.kind === "put") await this.#addBody(commit, id, write);
    }
    await commit.run();
    for (const [id, write] of batch) {
      // Something newer may have come while bodies were written: that is written next.
      if (this.#waiting.get(id) === write) this.#add(commit, id, write);
      if (commit.isFull) await commit.run();
    }
    await commit.run();
    for (const [id, write] of batch) {
      if (write.kind !== "delete") continue;
      await addBodyRemoval(commit, id, write.chunks);
    }
    await commit.run();
    for (const [id, write] of batch) this.#finish(id, write);
  }

  #nextBatch(): [id: number, write: KvWrite][] {
    const batch: [id: number, write: KvWrite][] = [];
    let bytes = 0;
    for (const id of this.#urgent) {
      const write = this.#waiting.get(id);
      if (write !== undefined) batch.push([id, write]);
      if (batch.length === BATCH_WRITES) break;
    }
    if (batch.length > 0) return batch;
    for (const next of this.#waiting) {
      batch.push(next);
      if (next[1].kind === "put") bytes += next[1].bytes;
      if (bytes > BATCH_BYTES || batch.length === BATCH_WRITES) break;
    }
    return batch;
  }

  #add(commit: KvCommit, id: number, write: KvWrite): void {
    if (write.kind === "delete") return addDelete(commit, id, write.chunks);
    const indexed = this.#index.get(write.hash, id);
    if (indexed === undefined) return;
    if (write.kind === "mark") {
      commit.set(recordKey("index", id), encodeIndexRecord(indexed));
      return;
    }
    write.isOutdated = false;
    if (!addPut(commit, write, indexed)) this.#drop(id, write);
  }

  async #addBody(
    commit: KvCommit,
    id: number,
    { body, hash }: PutWrite,
  ): Promise<void> {
    const chunks = this.#index.get(hash, id)?.chunks ?? 0;
    if (body !== undefined && chunks > 0) await addBody(commit, id, body);
  }

  /** What was written waits no more, unless something newer has come. */
  #finish(id: number, write: KvWrite): void {
    if (this.#waiting.get(id) !== write) return;
    this.#forget(id);
    if (write.kind === "put" && write.isOutdated) this.mark(id, write.hash);
  }

  #failed(error: unknown): void {
    this.#failures++;
    // Another program that locks the file for a moment is no news.
    if (this.#failures > 1 || this.#isClosing) this.#trouble.failed(error);
    this.#retryAtMs = this.#clock() + this.#retryMs;
    if (this.#failures < FAILURES_TO_PAUSE && !this.#isClosing) return;
    for (const [id, write] of this.#waiting) {
      if (write.kind === "put") this.#drop(id, write);
    }
  }

  get #retryMs(): number {
    return Math.min(MAX_RETRY_MS, this.#firstRetryMs * 2 ** this.#failures);
  }

  #drop(id: number, { hash, isOnDisk }: PutWrite): void {
    this.dropped++;
    this.#forget(id);
    if (!isOnDisk) this.#onDropped(hash, id);
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0 || this.#isClosing) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function failureText(reason: string): string {
  return `Cannot store responses in KV: ${reason}. The cache goes on in memory and tries again, after a minute at most; ` +
    "is the disk full, the file not writable, or locked by another program?";
}
