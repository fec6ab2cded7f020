/**
 * Stores batches behind the exchanges. It decides when: some time after the
 * first line, earlier when much has come, again after a failure. Whatever
 * changes the store passes through it, one after another.
 */

import type { RecordArchive } from "./record_archive.ts";
import type { RecordBatch } from "./record_batch.ts";
import type { RecordRing } from "./record_ring.ts";
import { MAX_COMMIT_BATCHES } from "./record_store.ts";

/** With so much unwritten, it is written at once. */
const MAX_UNSTORED_BYTES = 1024 * 1024;

/** What a {@link RecordWriter} works with. */
export interface RecordWriterOptions {
  readonly ring: RecordRing;
  readonly archive: RecordArchive;
  readonly storeDelayMs: number;
  /** Told of a failure once, until the store works again. It must not throw. */
  readonly onError: (message: string) => void;
}

/** Writes what is new in a ring to an archive; whoever makes it closes it. */
export class RecordWriter {
  readonly #options: RecordWriterOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends when everything has ended that was to change the store. */
  #turn: Promise<unknown> = Promise.resolve();
  #isFlushing = false;
  #isTroubled = false;
  #isClosed = false;

  constructor(options: RecordWriterOptions) {
    this.#options = options;
  }

  /** There is something new: it will be stored. */
  plan(): void {
    if (this.#isClosed) return;
    const isMuch = this.#options.ring.unstoredBytes >= MAX_UNSTORED_BYTES;
    if (isMuch && !this.#isFlushing && !this.#isTroubled) this.flush();
    else if (this.#timer === undefined) this.#startTimer();
  }

  /** Stores all there is, or fails to. It does not reject. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isFlushing = true;
    try {
      await this.change(() => this.storeAll());
      this.#isTroubled = false;
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isFlushing = false;
    }
  }

  /** Does what changes the store, after what does already. */
  change<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => {
      // Whoever asked for it is told.
    });
    return turn;
  }

  /**
   * Stores all there is; for use in {@linkcode change}.
   *
   * @throws What KV throws.
   */
  async storeAll(): Promise<void> {
    const { ring, archive } = this.#options;
    ring.sealIfLarge();
    let batches: RecordBatch[];
    do {
      batches = ring.unstored(MAX_COMMIT_BATCHES);
      await archive.write(batches);
      await archive.tidy();
      ring.letGo();
    } while (batches.length === MAX_COMMIT_BATCHES);
  }

  /** Stores all there is, and nothing more. It does not reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.flush();
  }

  #startTimer(): void {
    const timer = setTimeout(() => this.flush(), this.#options.storeDelayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #fail(error: unknown): void {
    if (!this.#isTroubled) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#options.onError(
        `Cannot store the records of recent exchanges: ${reason}. The newest are in memory, and storing them is tried again; is the disk full, the file not writable, or locked by another program?`,
      );
    }
    this.#isTroubled = true;
    this.plan();
  }
}
