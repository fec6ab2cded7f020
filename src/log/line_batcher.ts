/**
 * Turns lines into batches of bytes for one or more queues. Lines are encoded
 * once, several at a time, into a buffer that all queues then write from. It
 * decides when a batch is sealed and when its buffer may be filled again; what
 * becomes of the bytes at a target is the queue's matter.
 */

import type { ByteQueue, SealedBatch } from "./byte_queue.ts";

/**
 * How many buffers that nobody writes from are kept for later batches while
 * there is much to write: as many as a queue may hold.
 */
const MAX_SPARE_BUFFERS = 64;
/** So much text is encoded at once: a call of the encoder costs as much as a line. */
const MAX_TEXT_CHARACTERS = 8_192;

/** Options of {@link LineBatcher}. */
export interface LineBatcherOptions {
  /** A batch is sealed before its lines go past it. Default: 128 KiB. */
  batchBytes?: number;
  /** A batch is sealed at the latest so long after its first line. Default: 250. */
  maxDelayMs?: number;
}

/**
 * Collects lines, seals them as a batch and hands each batch to all `queues`.
 * It closes the queues with itself.
 */
export class LineBatcher {
  readonly #queues: readonly ByteQueue[];
  readonly #batchBytes: number;
  readonly #maxTextCharacters: number;
  readonly #maxDelayMs: number;
  readonly #encoder = new TextEncoder();
  readonly #spareBuffers: Uint8Array[] = [];
  /** Lines that are not in the buffer yet. */
  #text = "";
  #textLines = 0;
  #buffer: Uint8Array;
  #usedBytes = 0;
  #lines = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isDone = false;

  constructor(
    queues: readonly ByteQueue[],
    { batchBytes = 131_072, maxDelayMs = 250 }: LineBatcherOptions = {},
  ) {
    this.#queues = queues;
    this.#batchBytes = batchBytes;
    this.#maxTextCharacters = Math.min(MAX_TEXT_CHARACTERS, batchBytes);
    this.#maxDelayMs = maxDelayMs;
    this.#buffer = new Uint8Array(batchBytes);
  }

  /** How many lines the queues dropped so far: one that two dropped is two. */
  get droppedLines(): number {
    return this.#queues.reduce((sum, queue) => sum + queue.droppedLines, 0);
  }

  /** Whether lines are for nothing: closed, or no target will be read again. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Takes one line that ends in "\n". After close() it does nothing. */
  write(line: string): void {
    if (this.#isDone) return;
    const max = this.#maxTextCharacters;
    if (this.#text.length + line.length > max) this.#passOn();
    this.#text += line;
    this.#textLines++;
    if (this.#text.length >= max) this.#passOn();
    if (this.#timer === undefined) this.#startTimer();
  }

  /** Writes everything taken so far, or fails to. It does not reject. */
  async flush(): Promise<void> {
    this.#seal();
    await Promise.all(this.#queues.map((queue) => queue.flush()));
  }

  /** Writes what is left without waiting, for a process about to end. */
  flushSync(): void {
    this.#seal();
    for (const queue of this.#queues) queue.flushSync();
  }

  /** Takes no more lines, and closes the queues. It does not reject. */
  async close(): Promise<void> {
    this.#isDone = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#seal();
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  #passOn(): void {
    this.#encode();
    this.#start();
  }

  /** Moves the text into the buffer, and seals that where it may lack room for more. */
  #encode(): void {
    const [text, lines] = [this.#text, this.#textLines];
    this.#text = "";
    this.#textLines = 0;
    if (!this.#tryAppend(text, lines)) {
      this.#sealBuffer();
      if (!this.#tryAppend(text, lines)) {
        this.#handOn(this.#encoder.encode(text), lines);
      }
    }
    const roomBytes = this.#batchBytes - this.#usedBytes;
    if (roomBytes < this.#maxTextCharacters) this.#sealBuffer();
  }

  /** Returns false, and takes nothing, if the text is too long for the rest. */
  #tryAppend(text: string, lines: number): boolean {
    const rest = this.#buffer.subarray(this.#usedBytes);
    const { read, written } = this.#encoder.encodeInto(text, rest);
    if (read < text.length) return false;
    this.#usedBytes += written;
    this.#lines += lines;
    return true;
  }

  /** Hands the lines taken so far to the queues. */
  #seal(): void {
    this.#encode();
    this.#sealBuffer();
  }

  #sealBuffer(): void {
    if (this.#lines === 0) return;
    const [buffer, usedBytes] = [this.#buffer, this.#usedBytes];
    const lines = this.#lines;
    this.#usedBytes = 0;
    this.#lines = 0;
    // A queue that waits must not hold much more memory than it counts.
    if (usedBytes < buffer.length / 2) {
      this.#spareBuffers.length = 0;
      this.#handOn(buffer.slice(0, usedBytes), lines);
      return;
    }
    this.#buffer = this.#spareBuffers.pop() ?? new Uint8Array(this.#batchBytes);
    this.#handOn(buffer.subarray(0, usedBytes), lines, buffer);
  }

  #start(): void {
    for (const queue of this.#queues) queue.start();
  }

  /** @param buffer To be filled again when every queue is done with `bytes`. */
  #handOn(bytes: Uint8Array, lines: number, buffer?: Uint8Array): void {
    let holders = this.#queues.length;
    const release = () => {
      if (--holders === 0 && buffer !== undefined) this.#keepSpare(buffer);
    };
    const batch: SealedBatch = { bytes, lines, release };
    for (const queue of this.#queues) queue.push(batch);
    this.#isDone ||= this.#queues.every((queue) => queue.isDone);
  }

  #keepSpare(buffer: Uint8Array): void {
    if (this.#spareBuffers.length < MAX_SPARE_BUFFERS) {
      this.#spareBuffers.push(buffer);
    }
  }

  #startTimer(): void {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      this.#seal();
      this.#start();
    }, this.#maxDelayMs);
    Deno.unrefTimer(timer);
    this.#timer = timer;
  }
}
