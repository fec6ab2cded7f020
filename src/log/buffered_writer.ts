/**
 * Collects lines and writes them in batches, so that a record costs its proxy a
 * push and no system call. It decides when to write, how much to hold and what
 * to do when the target takes nothing: it never throws and never waits. It
 * knows neither records nor files.
 */

/** Where bytes go: standard output, or a file. Either may take only a part. */
export interface ByteTarget {
  write(bytes: Uint8Array): Promise<number>;
  writeSync(bytes: Uint8Array): number;
}

/** Options of {@link BufferedWriter}. */
export interface BufferedWriterOptions {
  /**
   * Told of a failure once, until writing works again; and at the end, of lines
   * that could not be written. It must not throw.
   */
  onError: (error: Error) => void;
  /** Makes the line, with its "\n", that stands for lines that were dropped. */
  droppedLine: (dropped: number) => string;
  /** A batch is written when it has this many characters. Default: 65,536. */
  batchCharacters?: number;
  /** A batch is written at the latest after this time. Default: 250. */
  maxDelayMs?: number;
  /** With this many bytes unwritten, lines are dropped. Default: 8 MiB. */
  maxPendingBytes?: number;
  /** How long close() waits for a target that takes nothing. Default: 2,000. */
  closeTimeoutMs?: number;
}

interface Batch {
  bytes: Uint8Array;
  readonly lines: number;
}

/**
 * Writes lines to a target in batches. After a failure it holds what it has,
 * tries again after `maxDelayMs` and drops lines past `maxPendingBytes`; when
 * there is room again, one line says how many. A target whose reader is gone
 * is given up: lines for it cost nothing from then on.
 */
export class BufferedWriter {
  readonly #target: ByteTarget;
  readonly #options: Required<BufferedWriterOptions>;
  readonly #encoder = new TextEncoder();
  /** Lines of the batch that is being filled. */
  #text = "";
  #lines = 0;
  /** Full batches, oldest first. The first is being written if #running is set. */
  readonly #batches: Batch[] = [];
  #pendingBytes = 0;
  #unannouncedDrops = 0;
  #droppedLines = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #isFailing = false;
  #hasReported = false;
  #isGone = false;
  #isClosed = false;

  constructor(target: ByteTarget, options: BufferedWriterOptions) {
    this.#target = target;
    this.#options = {
      batchCharacters: 65_536,
      maxDelayMs: 250,
      maxPendingBytes: 8 * 1024 * 1024,
      closeTimeoutMs: 2_000,
      ...options,
    };
  }

  /** How many lines were dropped so far, for want of room. */
  get droppedLines(): number {
    return this.#droppedLines;
  }

  /** Takes one line that ends in "\n". After close() it does nothing. */
  write(line: string): void {
    if (this.#isGone || this.#isClosed) return;
    if (this.#pendingBytes >= this.#options.maxPendingBytes) {
      this.#unannouncedDrops++;
      this.#droppedLines++;
      return;
    }
    if (this.#unannouncedDrops > 0) this.#announceDrops();
    this.#text += line;
    this.#lines++;
    if (this.#text.length >= this.#options.batchCharacters) {
      this.#sealBatch();
      if (!this.#isFailing) this.#start();
    }
    if (this.#timer === undefined) this.#startTimer();
  }

  /**
   * Writes everything taken so far. It resolves when that is done or has
   * failed, and does not reject.
   */
  async flush(): Promise<void> {
    this.#sealBatch();
    await this.#running;
    await this.#start();
  }

  /**
   * Writes what is left without waiting, for a process about to end. A batch
   * that is on its way to the system at that moment is left to it.
   */
  flushSync(): void {
    this.#sealBatch();
    const isFirstOnItsWay = this.#running !== undefined;
    for (const batch of this.#batches.splice(isFirstOnItsWay ? 1 : 0)) {
      this.#pendingBytes -= batch.bytes.length;
      try {
        writeAllSync(this.#target, batch.bytes);
      } catch (error) {
        this.#reportOnce(error);
      }
    }
  }

  /**
   * Flushes, waits for that at most `closeTimeoutMs`, and takes no more lines.
   * It leaves the target open and does not reject.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    await settledWithin(this.flush(), this.#options.closeTimeoutMs);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lost = this.#batches.reduce((sum, { lines }) => sum + lines, 0);
    this.#discard();
    if (lost > 0) {
      this.#options.onError(
        new Error(`Cannot write the last ${lost} lines of the log: closing`),
      );
    }
  }

  #announceDrops(): void {
    this.#text += this.#options.droppedLine(this.#unannouncedDrops);
    this.#unannouncedDrops = 0;
  }

  #sealBatch(): void {
    if (this.#text === "") return;
    const bytes = this.#encoder.encode(this.#text);
    this.#batches.push({ bytes, lines: this.#lines });
    this.#pendingBytes += bytes.length;
    this.#text = "";
    this.#lines = 0;
  }

  #startTimer(): void {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sealBatch();
      this.#start();
    }, this.#options.maxDelayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }

  #start(): Promise<void> {
    if (this.#batches.length === 0) return Promise.resolve();
    return this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    try {
      while (this.#batches.length > 0) await this.#writeFirst();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#running = undefined;
    }
  }

  async #writeFirst(): Promise<void> {
    const batch = this.#batches[0];
    if (batch === undefined) return;
    const written = await this.#target.write(batch.bytes);
    if (written === 0) throw new Error("Cannot write the log: nothing taken");
    if (this.#batches[0] !== batch) return;
    this.#isFailing = false;
    this.#hasReported = false;
    this.#pendingBytes -= written;
    batch.bytes = batch.bytes.subarray(written);
    if (batch.bytes.length === 0) this.#batches.shift();
    if (this.#batches.length === 0 && this.#unannouncedDrops > 0) {
      this.#announceDrops();
      this.#sealBatch();
    }
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

  #reportOnce(error: unknown): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.#options.onError(
      error instanceof Error ? error : new Error(String(error)),
    );
  }

  #discard(): void {
    this.#text = "";
    this.#lines = 0;
    this.#batches.length = 0;
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
