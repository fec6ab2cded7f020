/**
 * Writes the KV tier behind the responses: one writer that commits what waits in the queue in
 * batches, no faster than its pace, and asks for more when there is room. While the store fails
 * it tries again, at longer and longer intervals; what was to be stored is given back then, what
 * was to be removed is not, so that nothing comes back after a restart.
 */

import process from "node:process";
import { atMost } from "./at_most.ts";
import type { Entry } from "./entry.ts";
import { type BatchParts, writeBatch } from "./kv_batch.ts";
import type { KvIndex } from "./kv_index.ts";
import { KvQueue } from "./kv_queue.ts";
import { KvCommit, type NewPut, type PutWrite } from "./kv_write.ts";
import { Trouble } from "./trouble.ts";
import { WritePace } from "./write_pace.ts";

/** So long what is to be written is gathered before a commit. */
const GATHER_MS = 50;
/** After that the pace is asked again. */
const MAX_PAUSE_MS = 250;
/** From then on nothing is taken to be stored until the store works again. */
const FAILURES_TO_PAUSE = 3;
const FIRST_RETRY_MS = 250;
const MAX_RETRY_MS = 60_000;
/** A commit that takes longer is one that nobody waits for any more: the file is locked, or the disk hangs. */
const MAX_ROUND_MS = 10_000;

/** Why an entry that was queued is not on disk: the store fails, or its head is too long for a value. */
export type DropReason = "failure" | "length";

/** What a {@link KvWriter} works with. */
export interface KvWriterOptions {
  readonly kv: Deno.Kv;
  /** What is written of an entry's use, size and state comes from here at that moment. */
  readonly index: KvIndex;
  readonly maxQueuedBytes: number;
  readonly onError: (message: string) => void;
  readonly onDropped: (put: PutWrite, reason: DropReason) => void;
  /** Asked for more to be written, before each batch. */
  readonly onRoom: () => void;
  /** Milliseconds of a clock that only goes forward. Default: `performance.now`. */
  readonly clock?: () => number;
  /** Before the first attempt after a failure; doubled each time. Default: 250. */
  readonly firstRetryMs?: number;
}

/** The queue and its writer. */
export class KvWriter {
  /** How often something was to be stored: while it stays as it is, nobody minds if more is written. */
  offers = 0;
  readonly #queue: KvQueue;
  readonly #kv: Deno.Kv;
  readonly #index: KvIndex;
  readonly #parts: Omit<BatchParts, "commit">;
  readonly #onDropped: KvWriterOptions["onDropped"];
  readonly #onRoom: () => void;
  readonly #trouble: Trouble;
  readonly #clock: () => number;
  readonly #pace: WritePace;
  readonly #firstRetryMs: number;
  /** Keeps to the pace between the commits of a batch, but where somebody waits for what comes behind it. */
  readonly #onCommit = (mutations: number, bytes: number) => {
    this.#pace.charge(mutations, bytes);
    return this.#keepPace();
  };
  #running: Promise<void> | undefined;
  #round = Promise.withResolvers<void>();
  #failures = 0;
  #retryAtMs = 0;
  #lastOffers = 0;
  #isQuiet = false;
  #isClosing = false;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(options: KvWriterOptions) {
    const { clock = () => performance.now() } = options;
    this.#queue = new KvQueue(options.maxQueuedBytes);
    this.#kv = options.kv;
    this.#index = options.index;
    this.#parts = {
      index: options.index,
      queue: this.#queue,
      onTooLong: (id, put) => this.#drop(id, put, "length"),
    };
    this.#onDropped = options.onDropped;
    this.#onRoom = options.onRoom;
    this.#trouble = new Trouble(options.onError, failureText);
    this.#clock = clock;
    this.#pace = new WritePace({ now: clock, used: processorMs });
    this.#firstRetryMs = options.firstRetryMs ?? FIRST_RETRY_MS;
  }

  /** How many entries something is to be written of. */
  get size(): number {
    return this.#queue.size;
  }

  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  get maxQueuedBytes(): number {
    return this.#queue.maxBytes;
  }

  /** How many entries somebody waits for. */
  get urgentSize(): number {
    return this.#queue.urgentSize;
  }

  /** True while there is a next {@link round} that may do something. */
  get isAtWork(): boolean {
    return this.#running !== undefined && this.#failures === 0 &&
      !this.#isClosed;
  }

  /** True while nothing is taken to be stored, because the store fails. */
  get isPaused(): boolean {
    return this.#failures >= FAILURES_TO_PAUSE &&
      this.#clock() < this.#retryAtMs;
  }

  /** An entry that waits to be written, as it is to be. */
  waiting(id: number): PutWrite | undefined {
    return this.#queue.put(id);
  }

  /** All entries that wait. */
  waitingEntries(): Entry[] {
    return this.#queue.puts().map(({ entry }) => entry);
  }

  /** False when so much can't be queued now. */
  hasRoom(bytes: number): boolean {
    return this.#queue.hasRoom(bytes) && !this.isPaused && !this.#isClosed;
  }

  /** Queues an entry, for which there {@link hasRoom}. */
  put(put: NewPut): void {
    this.#queue.add(put);
    this.#start();
  }

  /** The index has something new about an entry. */
  mark(id: number, hash: number): void {
    this.#queue.mark(id, hash);
    this.#start();
  }

  /** An entry is to be removed, and the parts of its body. */
  delete(id: number, hash: number, chunks: number): void {
    this.#queue.remove(id, hash, chunks);
    this.#start();
  }

  /**
   * Writes first what is out of date on disk: of the entries with those ids, and whatever else is to be
   * removed under the hash. Returns those that are, to be waited for by {@link written}.
   */
  hasten(hash: number, ids: readonly number[]): number[] {
    const hastened = this.#queue.hasten(hash, ids);
    if (hastened.length > 0 && this.#failures === 0) this.#wake?.();
    return hastened;
  }

  /** Resolves when what was hastened of those entries is on disk; gives up where writing fails. */
  async written(ids: readonly number[]): Promise<void> {
    while (this.isAtWork && ids.some((id) => this.#queue.isUrgent(id))) {
      await this.round();
    }
  }

  /** Resolves when all that was hastened is on disk; gives up where writing fails, or a commit does not end. */
  async flush(): Promise<void> {
    while (this.isAtWork && this.#queue.urgentSize > 0) {
      if (!await atMost(MAX_ROUND_MS, this.round())) return;
    }
  }

  /** Forgets all that waits. */
  clear(): void {
    this.#queue.clear();
  }

  /** Resolves when the commit that is next, or under way, has ended, well or not; at once when nothing waits. */
  round(): Promise<void> {
    return this.#running === undefined
      ? Promise.resolve()
      : this.#round.promise;
  }

  /**
   * Writes what waits, and whatever there is more of, without a pause; gives up at the first failure, and
   * after `maxMs`. Nothing is taken from then on.
   */
  async close(maxMs: number): Promise<void> {
    this.#isClosing = true;
    this.#wake?.();
    this.#start();
    await atMost(maxMs, this.#running ?? Promise.resolve());
    this.#isClosed = true;
  }

  #start(): void {
    if (!this.#isClosed) this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    await this.#pause(GATHER_MS);
    while (!this.#isClosed) {
      this.#onRoom();
      if (this.#queue.size === 0) break;
      const isWritten = await this.#writeNext();
      this.#endRound();
      if (!isWritten && this.#isClosing) break;
      await (isWritten ? this.#keepPace() : this.#pause(this.#retryMs));
      // What is given back by a failure is tried again, though nothing new should come.
      this.#retryAtMs = 0;
    }
    this.#endRound();
    this.#running = undefined;
  }

  #endRound(): void {
    this.#seeOffers();
    this.#round.resolve();
    this.#round = Promise.withResolvers();
  }

  async #writeNext(): Promise<boolean> {
    try {
      const commit = new KvCommit(this.#kv, this.#onCommit);
      const hasTime = this.#pace.wait({ isQuiet: this.#isQuiet }) <= 0;
      await writeBatch(this.#queue.next(hasTime), { ...this.#parts, commit });
      this.#failures = 0;
      this.#trouble.succeeded();
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  #failed(error: unknown): void {
    this.#failures++;
    // Another program that locks the file for a moment is no news.
    if (this.#failures > 1 || this.#isClosing) this.#trouble.failed(error);
    this.#retryAtMs = this.#clock() + this.#retryMs;
    if (this.#failures < FAILURES_TO_PAUSE && !this.#isClosing) return;
    for (const put of this.#queue.puts()) {
      this.#drop(put.entry.id, put, "failure");
    }
  }

  #seeOffers(): void {
    this.#isQuiet = this.offers === this.#lastOffers;
    this.#lastOffers = this.offers;
  }

  /** Waits for as long as the pace says, which may say less when there is less to do. */
  async #keepPace(): Promise<void> {
    while (this.#queue.urgentSize === 0 && !this.#isClosing) {
      const ms = this.#pace.wait({ isQuiet: this.#isQuiet });
      if (ms <= 0) return;
      await this.#pause(Math.min(ms, MAX_PAUSE_MS));
      if (ms > MAX_PAUSE_MS) this.#seeOffers();
    }
  }

  get #retryMs(): number {
    return Math.min(MAX_RETRY_MS, this.#firstRetryMs * 2 ** this.#failures);
  }

  /** What was begun of it may be on disk, and must not come back. */
  #drop(id: number, put: PutWrite, reason: DropReason): void {
    const { hash, isBegun, isOnDisk } = put;
    const chunks = this.#index.get(hash, id)?.chunks ?? 0;
    const isUrgent = this.#queue.isUrgent(id);
    if (isBegun && !isOnDisk) this.#queue.remove(id, hash, chunks);
    else this.#queue.forget(id);
    // That the earlier head was invalidated must not be lost with the newer one.
    if (isOnDisk) this.#queue.mark(id, hash);
    if (isUrgent) this.#queue.hasten(hash, [id]);
    this.#onDropped(put, reason);
  }

  #pause(ms: number): Promise<void> | undefined {
    if (ms <= 0 || this.#isClosing) return undefined;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** How long the process has been on a processor. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function failureText(reason: string): string {
  return `Cannot store responses in KV: ${reason}. The cache goes on in memory and tries again, after a minute at most; ` +
    "is the disk full, the file not writable, or locked by another program?";
}
