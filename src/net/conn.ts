/**
 * A connection: a read buffer over a byte stream, with at most one read under way,
 * which may run ahead of whoever wants the bytes, so that the end of a peer is
 * noticed while nobody reads. Knows bytes, not messages.
 */

import { ConnectionLost } from "../errors.ts";
import type { Buffers } from "./buffers.ts";
import { LARGE_BYTES, largerSize, SMALL_BYTES } from "./buffers.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";

/** What a connection runs over: a Deno.Conn, or anything that reads and writes like one. */
export interface ByteStream {
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/**
 * By how much a deadline is longer for a write than for a read. A peer that reads slowly but steadily seems to
 * stand still for a while: the system says that there is room only once a third of its buffer is free, which
 * may be a megabyte.
 */
export const WRITE_PATIENCE = 4;

const NO_BYTES = new Uint8Array(0);
const ENDED = Promise.resolve(false);

/** What connections share. */
export interface ConnContext {
  readonly buffers: Buffers;
  readonly deadlines: Deadlines;
}

/** A connection to a client, an origin or a parent. */
export class Conn implements Expiring {
  /** The read buffer; the bytes from `start` to `end` are there and not yet used. */
  bytes: Uint8Array<ArrayBuffer>;
  start = 0;
  end = 0;
  /** The peer has ended its side, or the connection failed. */
  isEnded = false;
  /** What the connection failed of; undefined when the peer ended it in order. */
  failure: unknown;
  /** The deadline has passed. */
  isExpired = false;
  /** A write is under way: the peer is slow to take bytes. */
  isWriting = false;
  isClosed = false;
  bytesRead = 0;
  bytesWritten = 0;
  /** How long the peer may take no byte of what is written, in ms; past it the connection is closed. */
  writeTimeoutMs = Infinity;
  /** Called when the deadline of a wait has passed, in place of closing the connection. */
  onExpire: (() => void) | undefined;
  /** Called when a read finds the stream ended or failed. */
  onEnd: (() => void) | undefined;
  /** Called after each part of a long write that the peer has taken. */
  onWriteProgress: (() => void) | undefined;

  readonly #stream: ByteStream;
  readonly #context: ConnContext;
  #isReading = false;
  #current: Promise<boolean> | undefined;
  #ahead: Promise<boolean> | undefined;
  #lastReadFilled = false;
  /** How many bytes the read under way may bring. */
  #room = 0;
  /** What is being written. */
  #outgoing: Uint8Array = NO_BYTES;
  #waitUntilMs = Infinity;
  #writeUntilMs = Infinity;

  constructor(
    stream: ByteStream,
    context: ConnContext,
    bufferBytes: number = SMALL_BYTES,
  ) {
    this.#stream = stream;
    this.#context = context;
    this.bytes = context.buffers.take(bufferBytes);
    context.deadlines.watch(this);
  }

  /** How many unused bytes are in the buffer. */
  get available(): number {
    return this.end - this.start;
  }

  /** The nearer of two: what somebody waits for, and what the peer has to take. */
  get deadlineMs(): number {
    return Math.min(this.#waitUntilMs, this.#writeUntilMs);
  }

  /** Sets the deadline of a wait that many milliseconds from now. Writes have one of their own. */
  expireAfter(ms: number): void {
    this.#waitUntilMs = this.#context.deadlines.after(ms);
  }

  /** Takes the deadline of the wait away. */
  expireNever(): void {
    this.#waitUntilMs = Infinity;
  }

  /**
   * Waits for more bytes behind those in the buffer.
   *
   * True when there may be more (look again), false when the stream has ended or failed: see
   * `failure`. Never rejects. Who asks while a read is under way waits for the same one. Full buffers
   * grow, so the caller bounds what it leaves unused.
   */
  fill(): Promise<boolean> {
    const ahead = this.#ahead;
    if (ahead !== undefined) {
      this.#ahead = undefined;
      return ahead;
    }
    if (!this.#isReading) this.#current = this.#read();
    return this.#current!;
  }

  /**
   * Starts a read that nobody waits for yet; the next {@link fill} is that read. Notices the
   * end of the stream meanwhile (`isEnded`, `onEnd`). Does nothing where unused bytes wait
   * already, so it stays bounded.
   */
  readAhead(): void {
    if (this.#isReading || this.isEnded || this.available > 0) return;
    this.#ahead = this.#current = this.#read();
  }

  /**
   * Writes all the bytes.
   *
   * @throws {ConnectionLost} when the peer takes no more.
   */
  write(bytes: Uint8Array): Promise<void> {
    this.isWriting = true;
    this.#outgoing = bytes;
    this.#writeUntilMs = this.#context.deadlines.after(this.writeTimeoutMs);
    return this.#stream.write(bytes).then(this.#onWritten, this.#onWriteFailed);
  }

  // Reads and writes go by `then` and functions made once: each is on the path of every request, where an
  // async function would make a generator and two closures more.
  readonly #onWritten = (written: number): void | Promise<void> => {
    const bytes = this.#outgoing;
    this.bytesWritten += written;
    if (written < bytes.length) return this.#writeRest(bytes.subarray(written));
    this.#endWrite();
  };

  readonly #onWriteFailed = (error: unknown): never => {
    this.#endWrite();
    throw new ConnectionLost(this, error);
  };

  /** The peer has taken a part. */
  #writeRest(bytes: Uint8Array): Promise<void> {
    this.onWriteProgress?.();
    return this.write(bytes);
  }

  #endWrite(): void {
    this.isWriting = false;
    this.#writeUntilMs = Infinity;
    this.#outgoing = NO_BYTES;
  }

  /** Ends our side; the peer may still send. */
  async closeWrite(): Promise<void> {
    try {
      await this.#stream.closeWrite();
    } catch {
      // The peer has reset the connection: there is no side left to end.
    }
  }

  /**
   * Reads past the buffer, for a layer above that has its own; null at the end. What the deadlines mean is
   * for that layer too. Rejects as the stream does.
   *
   * @throws {Error} while the buffer has bytes, or a read into it is under way.
   */
  readInto(into: Uint8Array): Promise<number | null> {
    if (this.#isReading || this.available > 0) {
      throw new Error("Cannot read past the buffer: it is in use");
    }
    return this.#stream.read(into).then(this.#onReadInto);
  }

  readonly #onReadInto = (count: number | null): number | null => {
    this.bytesRead += count ?? 0;
    return count;
  };

  /** Writes a part of the bytes, and returns how many. Rejects as the stream does. */
  writeSome(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes).then(this.#onWrittenSome);
  }

  readonly #onWrittenSome = (count: number): number => {
    this.bytesWritten += count;
    return count;
  };

  /**
   * Gives up the stream without closing it, for another layer to go on with.
   *
   * @throws {Error} when bytes were read that the other layer would miss.
   */
  detach(): void {
    if (this.#isReading || this.available > 0) {
      throw new Error("Cannot detach a connection: bytes were read from it");
    }
    this.isClosed = true;
    this.isEnded = true;
    this.#context.deadlines.unwatch(this);
  }

  /**
   * Closes both sides. A read or write under way ends. Closing twice is fine.
   * The buffer is left to the collector: a write elsewhere may still read from it.
   */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.isEnded = true;
    this.#context.deadlines.unwatch(this);
    try {
      this.#stream.close();
    } catch (error) {
      // The runtime may have closed it by itself after an error.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  /**
   * Closes, and gives the buffer to the next connection. Only where nobody writes from the buffer any more;
   * one that a read is still under way into is left to the collector.
   */
  dispose(): void {
    this.close();
    if (this.#isReading || this.bytes.length === 0) return;
    this.#context.buffers.give(this.bytes);
    this.bytes = NO_BYTES;
    this.start = this.end = 0;
  }

  expire(nowMs: number): void {
    const isWriteStalled = this.#writeUntilMs <= nowMs;
    this.isExpired = true;
    this.#waitUntilMs = Infinity;
    if (this.onExpire !== undefined && !isWriteStalled) this.onExpire();
    else this.close();
  }

  /** Gives a large buffer back when no bytes are in it: for a connection that goes idle. */
  shrink(): void {
    const isIdle = !this.#isReading && this.start === this.end;
    if (isIdle && this.bytes.length > SMALL_BYTES) {
      this.#replaceBuffer(SMALL_BYTES);
    }
  }

  #read(): Promise<boolean> {
    if (this.isEnded) return ENDED;
    this.#makeRoom();
    const room = this.end === 0 ? this.bytes : this.bytes.subarray(this.end);
    this.#isReading = true;
    this.#room = room.length;
    return this.#stream.read(room).then(this.#onRead, this.#onReadFailed);
  }

  readonly #onRead = (count: number | null): boolean => {
    this.#isReading = false;
    if (count === null) return this.#finish();
    this.#lastReadFilled = count === this.#room;
    this.end += count;
    this.bytesRead += count;
    return true;
  };

  readonly #onReadFailed = (error: unknown): boolean => {
    this.#isReading = false;
    this.failure = error;
    return this.#finish();
  };

  #finish(): false {
    this.isEnded = true;
    this.onEnd?.();
    return false;
  }

  /** Makes the buffer ready for a read: at its start when it is empty, larger when bytes keep filling it. */
  #makeRoom(): void {
    if (this.start === this.end) {
      this.start = this.end = 0;
      if (this.#lastReadFilled && this.bytes.length < LARGE_BYTES) {
        this.#replaceBuffer(largerSize(this.bytes.length));
      }
    } else if (this.end === this.bytes.length) {
      this.#compactOrGrow();
    }
  }

  #compactOrGrow(): void {
    if (this.start > 0) {
      this.bytes.copyWithin(0, this.start, this.end);
    } else {
      const old = this.bytes;
      this.bytes = old.length < LARGE_BYTES
        ? this.#context.buffers.take(largerSize(old.length))
        : new Uint8Array(old.length * 2);
      this.bytes.set(old);
      this.#context.buffers.give(old);
    }
    this.end -= this.start;
    this.start = 0;
  }

  #replaceBuffer(size: number): void {
    this.#context.buffers.give(this.bytes);
    this.bytes = this.#context.buffers.take(size);
    this.start = this.end = 0;
    this.#lastReadFilled = false;
  }
}
