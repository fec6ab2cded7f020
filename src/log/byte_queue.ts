/**
 * Writes sealed batches of lines to one target, in order. It decides when to
 * try again, how much to hold and what to do when the target takes nothing: it
 * never throws and never waits. What one target does is nothing to the others
 * that get the same batches. It knows neither records nor files.
 */

/** Where bytes go: standard output, or a file. Either may take only a part. */
export interface ByteTarget {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** Whole lines as bytes that nobody changes until everyone has let go. */
export interface SealedBatch {
  readonly bytes: Uint8Array;
  readonly lines: number;
  /**
   * A queue that is done with the batch says so, once. One that gives up a
   * batch never says it, for the system may still be reading the bytes.
   */
  release(): void;
}

/** Options of {@link ByteQueue}. */
export interface ByteQueueOptions {
  /**
   * Told of a failure once, until writing works again; and at the end, of lines
   * that could not be written. It must not throw.
   */
  onError: (error: Error) => void;
  /** Makes the line, with its "\n", that stands for lines that were dropped. */
  droppedLine: (dropped: number) => string;
  /** How long after a failure it tries again. Default: 250. */
  retryDelayMs?: number;
  /** With this many bytes unwritten, batches are dropped. Default: 8 MiB. */
  maxPendingBytes?: number;
  /** How long close() waits for a target that takes nothing. Default: 2,000. */
  closeTimeoutMs?: number;
}

interface Pending {
  readonly batch: SealedBatch;
  /** What the target has not yet taken of it. */
  rest: Uint8Array;
}

/**
 * Writes batches to a target. After a failure it holds what it has, tries again
 * after `retryDelayMs` and drops batches past `maxPendingBytes`; when there is
 * room again, a line says how many lines they had. A target whose reader is
 * gone is given up.
 */
export class ByteQueue {
  readonly #target: ByteTarget;
  readonly #options: Required<ByteQueueOptions>;
  /** Oldest first. The first is being written if #running is set. */
  readonly #pending: Pending[] = [];
  #pendingBytes = 0;
  #unannouncedDrops = 0;
  #droppedLines = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isFailing = false;
  #hasReported = false;
  #isGone = false;
  #isClosed = false;

  constructor(target: ByteTarget, options: ByteQueueOptions) {
    this.#target = target;
    this.#options = {
      retryDelayMs: 250,
      maxPendingBytes: 8 * 1024 * 1024,
      closeTimeoutMs: 2_000,
      ...options,
    };
  }

  /** What waits to be written. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** With so much waiting, batches are dropped. */
  get maxPendingBytes(): number {
    return this.#options.maxPendingBytes;
  }

  /** How many lines were dropped so far, for want of room. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Whether it takes no more, because nobody will read it or it is closed. */
  get isDone(): boolean {
    return this.#isGone || this.#isClosed;
  }

  /** Takes a batch, to be written with the next start() or flush. */
  push(batch: SealedBatch): void {
    if (this.isDone) return batch.release();
    if (this.#pendingBytes >= this.#options.maxPendingBytes) {
      this.#unannouncedDrops += batch.lines;
      this.#droppedLines += batch.lines;
      return batch.release();
    }
    this.#announceDrops();
    this.#append(batch);
  }

  /** Begins to write; after a failure, it leaves that to the next attempt. */
  start(): void {
    if (!this.#isFailing) this.#writeAll();
  }

  /**
   * Writes everything taken so far. It resolves when that is done or has
   * failed, and does not reject.
   */
  async flush(): Promise<void> {
    await this.#running;
    await this.#writeAll();
  }

  /**
   * Writes what is left without waiting, for a process about to end. A batch
   * that is on its way to the system at that moment is left to it.
   */
  flushSync(): void {
    const isFirstOnItsWay = this.#running !== undefined;
    for (const { batch, rest } of this.#pending.splice(+isFirstOnItsWay)) {
      this.#pendingBytes -= rest.length;
      try {
        writeAllSync(this.#target, rest);
      } catch (error) {
        this.#reportOnce(error);
      }
      batch.release();
    }
  }

  /**
   * Flushes, waits for that at most `closeTimeoutMs`, and takes no more
   * batches. It leaves the target open and does not reject.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await settledWithin(this.flush(), this.#options.closeTimeoutMs);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lost = this.#pending.reduce((sum, { batch }) => sum + batch.lines, 0);
    this.#discard();
    if (lost > 0) {
      this.#options.onError(
        new Error(`Cannot write the last ${lost} lines of the log: closing`),
      );
    }
  }

  #announceDrops(): void {
    if (this.#unannouncedDrops === 0) return;
    const line = this.#options.droppedLine(this.#unannouncedDrops);
    this.#unannouncedDrops = 0;
    this.#append({
      bytes: new TextEncoder().encode(line),
      lines: 0,
      release: () => {},
    });
  }

  #append(batch: SealedBatch): void {
    this.#pending.push({ batch, rest: batch.bytes });
    this.#pendingBytes += batch.bytes.length;
  }

  #writeAll(): Promise<void> {
    if (this.#pending.length === 0) return Promise.resolve();
    return this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#pending.length > 0) await this.#writeFirst();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running = undefined;
    }
  }

  async #writeFirst(): Promise<void> {
    const first = this.#pending[0];
    if (first === undefined) return;
    const written = await this.#target.write(first.rest);
    if (written === 0) throw new Error("Cannot write the log: nothing taken");
    if (this.#pending[0] !== first) return;
    this.#isFailing = false;
    this.#hasReported = false;
    this.#pendingBytes -= written;
    first.rest = first.rest.subarray(written);
    if (first.rest.length > 0) return;
    this.#pending.shift();
    first.batch.release();
    if (this.#pending.length === 0) this.#announceDrops();
  }

  #fail(error: unknown): void {
    // A pipe that is full and non-blocking: its reader will come.
    if (!(error instanceof Deno.errors.WouldBlock)) this.#reportOnce(error);
    this.#isFailing = true;
    if (isGone(error)) {
      this.#isGone = true;
      this.#discard();
    } else if (this.#timer === undefined && !this.#isClosed) {
      this.#startTimer();
    }
  }

  #startTimer(): void {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writeAll();
    }, this.#options.retryDelayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #reportOnce(error: unknown): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.#options.onError(
      error instanceof Error ? error : new Error(String(error)),
    );
  }

  #discard(): void {
    this.#pending.length = 0;
    this.#pendingBytes = 0;
  }
}

/** Whether nobody will ever read what is written to this target. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource;
}

function writeAllSync(target: ByteTarget, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    const written = target.writeSync(rest);
    if (written === 0) throw new Error("Cannot write the log: nothing taken");
    rest = rest.subarray(written);
  }
}

async function settledWithin(
  promise: Promise<void>,
  timeoutMs: number,
): Promise<void> {
  const { promise: timedOut, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, timeoutMs);
  await Promise.race([promise, timedOut]);
  clearTimeout(timer);
}
