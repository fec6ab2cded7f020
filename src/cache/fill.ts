/**
 * A response while it arrives, for whoever asked for it at the same time: one writes what the
 * origin sends, any number read it, each at its own pace (RFC 9111 §4, "collapsed requests").
 * Knows bytes and waiting, not where they come from or go to.
 *
 * The bytes are kept whole up to `maxBytes`, to be stored at the end. One that turns out to be
 * longer is not stored: from then on the buffer is a window, and the writer waits for the
 * slowest reader; one that takes nothing at all while others wait is left behind.
 */

import type { Fields } from "../http1/fields.ts";
import type { FillBudget } from "./fill_budget.ts";

const FIRST_BYTES = 16 * 1024;
/**
 * How many times as long a buffer that is full becomes. The length that a head states is a promise: it bounds
 * the buffer, but memory is taken by what has come. Where no length is stated, the buffer has room left at the
 * end, so that it grows by less.
 */
const GROWTH_TO_LENGTH = 8;
const GROWTH = 2;
/** The most that is read at once: so a reader's progress is seen, and it can be told from one that is stuck. */
const MAX_RUN_BYTES = 256 * 1024;
/** How long a reader may take nothing while others wait for it. */
const MAX_LAG_MS = 10_000;
const NO_BYTES = new Uint8Array(0);

/** How many bytes a body has, and how many of them may be kept. */
export interface FillSize {
  /** Undefined when the body's end tells. */
  readonly length: number | undefined;
  readonly maxBytes: number;
  /** How long a reader may take nothing while others wait for it, in ms. Default: 10 s. */
  readonly maxLagMs?: number;
}

/** One who reads a body while it arrives. */
export class FillReader {
  /** How many bytes were read. */
  position = 0;
  /** What it lacks is gone: others were waiting for it. */
  isLeftBehind = false;
  /** Where it was when it was last looked at. */
  seenPosition = -1;
  readonly #body: FillBody;
  readonly #onLeave: (reader: FillReader) => void;

  constructor(body: FillBody, onLeave: (reader: FillReader) => void) {
    this.#body = body;
    this.#onLeave = onLeave;
  }

  /** The bytes that are there to be read: they stay as they are. Undefined when more must come first. */
  peek(): Uint8Array | undefined {
    return this.#body.peek(this.position);
  }

  /** Moves on, once the bytes are used. */
  advance(count: number): void {
    this.position += count;
    this.#body.progressed();
  }

  /** Reads no more. Leaving twice is fine. */
  leave(): void {
    this.#onLeave(this);
  }
}

/** The body of a response on its way. */
export class FillBody {
  /** The writer has given all of it. */
  isComplete = false;
  /** What ended it early. */
  failure: unknown;
  /** The trailer section that came behind it, for those who read along. */
  trailers: Fields | undefined;
  /** Called when nobody reads any more while it is not complete, or is to read what can't be kept. */
  onAbandoned: (() => void) | undefined;
  /** Called when one begins to read what nobody reads. */
  onJoined: (() => void) | undefined;

  readonly length: number | undefined;
  readonly #budget: FillBudget;
  readonly #maxBytes: number;
  readonly #maxLagMs: number;
  readonly #readers = new Set<FillReader>();
  #bytes: Uint8Array = NO_BYTES;
  /** Where in the body the buffer begins: 0 unless it is a window. */
  #base = 0;
  #count = 0;
  #isWindow = false;
  /** The budget has its bytes back: they are not held, or whoever stores them counts them. */
  #isGiven = false;
  #change: PromiseWithResolvers<void> | undefined;
  #drain: PromiseWithResolvers<void> | undefined;

  private constructor(
    { length, maxBytes, maxLagMs = MAX_LAG_MS }: FillSize,
    budget: FillBudget,
    bytes: Uint8Array,
  ) {
    this.length = length;
    this.#maxBytes = maxBytes;
    this.#maxLagMs = maxLagMs;
    this.#budget = budget;
    this.#bytes = bytes;
  }

  /** A body, or undefined when it may not be kept: too long, or no memory is left for it. */
  static tryBegin(size: FillSize, budget: FillBudget): FillBody | undefined {
    const { length = size.maxBytes, maxBytes } = size;
    if (length > maxBytes) return undefined;
    const bytes = Math.min(FIRST_BYTES, length);
    if (!budget.take(bytes)) return undefined;
    return new FillBody(size, budget, new Uint8Array(bytes));
  }

  /** All of it, once it is complete; undefined when it was too long to be kept. */
  get whole(): Uint8Array | undefined {
    if (!this.isComplete || this.#isWindow) return undefined;
    return this.#count === this.#bytes.length
      ? this.#bytes
      : this.#bytes.slice(0, this.#count);
  }

  /** One who comes now can read it from its start. */
  get isJoinable(): boolean {
    return !this.#isWindow && this.failure === undefined;
  }

  get hasReaders(): boolean {
    return this.#readers.size > 0;
  }

  /** It has turned out to be longer than what may be kept. */
  get isTooLong(): boolean {
    return this.bytesWritten > this.#maxBytes;
  }

  /** Bytes that have come. */
  get bytesWritten(): number {
    return this.#base + this.#count;
  }

  /** A reader at the start of the body. Whoever takes one leaves at the end. */
  join(): FillReader {
    const reader = new FillReader(this, (gone) => this.#left(gone));
    this.#readers.add(reader);
    if (this.#readers.size === 1) this.onJoined?.();
    return reader;
  }

  /** Adds a run, which is copied. A promise where readers have to make room first. */
  append(
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Promise<void> | undefined {
    const size = end - start;
    const isFull = this.#count + size > this.#bytes.length;
    if (this.#isWindow || (isFull && !this.#grow(size))) {
      return this.#appendToWindow(bytes.slice(start, end));
    }
    this.#bytes.set(bytes.subarray(start, end), this.#count);
    this.#count += size;
    return undefined;
  }

  /** Lets those who wait see what has come. */
  notify(): void {
    const change = this.#change;
    this.#change = undefined;
    change?.resolve();
  }

  complete(): void {
    this.isComplete = true;
    this.#end();
  }

  fail(error: unknown): void {
    if (this.isComplete || this.failure !== undefined) return;
    this.failure = error;
    this.#end();
  }

  /** The bytes from `position` on that are there; undefined when there are none yet. */
  peek(position: number): Uint8Array | undefined {
    const from = position - this.#base;
    const end = Math.min(this.#count, from + MAX_RUN_BYTES);
    return from < end ? this.#bytes.subarray(from, end) : undefined;
  }

  /** Resolves when there is more to see: bytes, the end, or a failure. */
  changed(): Promise<void> {
    this.#change ??= Promise.withResolvers<void>();
    return this.#change.promise;
  }

  /** A reader has moved on. */
  progressed(): void {
    if (this.#drain === undefined || !this.#isDrained()) return;
    const drain = this.#drain;
    this.#drain = undefined;
    drain.resolve();
  }

  #grow(size: number): boolean {
    const needed = this.#count + size;
    const most = this.length ?? this.#maxBytes;
    if (needed > most) return false;
    const growth = this.length === undefined ? GROWTH : GROWTH_TO_LENGTH;
    const length = Math.min(
      most,
      Math.max(needed, growth * this.#bytes.length),
    );
    if (!this.#budget.take(length - this.#bytes.length)) return false;
    const larger = new Uint8Array(length);
    larger.set(this.#bytes.subarray(0, this.#count));
    this.#bytes = larger;
    return true;
  }

  /** Too long to be kept: once all readers have what came, only the newest run is held. */
  async #appendToWindow(run: Uint8Array): Promise<void> {
    if (!this.#isWindow) this.#becomeWindow();
    if (!this.hasReaders) this.onAbandoned?.();
    if (!this.#isDrained()) await this.#drained();
    this.#base += this.#count;
    this.#bytes = run;
    this.#count = run.length;
    this.notify();
  }

  async #drained(): Promise<void> {
    const drain = this.#drain = Promise.withResolvers<void>();
    const timer = setInterval(() => this.#leaveBehind(), this.#maxLagMs);
    await drain.promise;
    clearInterval(timer);
  }

  /** Nobody may hold up the others by taking nothing. One who reads alone holds up nobody. */
  #leaveBehind(): void {
    const readers = [...this.#readers];
    if (!readers.some((reader) => this.#hasAll(reader))) return;
    for (const reader of readers) {
      const { position, seenPosition } = reader;
      reader.seenPosition = position;
      if (this.#hasAll(reader) || position !== seenPosition) continue;
      reader.isLeftBehind = true;
      this.#readers.delete(reader);
    }
    this.progressed();
  }

  #hasAll({ position }: FillReader): boolean {
    return position >= this.bytesWritten;
  }

  #becomeWindow(): void {
    this.#isWindow = true;
    this.#give();
    this.notify();
  }

  #isDrained(): boolean {
    for (const reader of this.#readers) {
      if (!this.#hasAll(reader)) return false;
    }
    return true;
  }

  #left(reader: FillReader): void {
    if (!this.#readers.delete(reader)) return;
    this.progressed();
    if (this.hasReaders) return;
    if (this.#isEnded) this.#give();
    else this.onAbandoned?.();
  }

  get #isEnded(): boolean {
    return this.isComplete || this.failure !== undefined;
  }

  #end(): void {
    if (!this.hasReaders) this.#give();
    this.notify();
  }

  /** To the budget, once: who reads slowly holds the bytes until it leaves. */
  #give(): void {
    if (this.#isGiven) return;
    this.#isGiven = true;
    this.#budget.give(this.#bytes.length);
  }
}
