/**
 * Writes one message after another to a connection: heads, runs of body in the framing asked for,
 * trailers. Small pieces leave together, large runs straight from the buffer they lie in.
 */

import { chunkHead } from "../http1/chunked.ts";
import { writeLatin1 } from "../http1/latin1.ts";
import { type Buffers, MEDIUM_BYTES } from "./buffers.ts";
import type { Conn } from "./conn.ts";

/** A run up to this size is copied behind what waits; a larger one is written by itself. */
const MAX_COPY_BYTES = 8 * 1024;
/** Room for a chunk's size line and the CRLF behind its data. */
const CHUNK_OVERHEAD = 20;

/** A writer over one connection. Whoever is done with a message flushes it. */
export class MessageWriter {
  /** How many bytes of body were given to it, since the last head. */
  bodyBytes = 0;

  readonly #conn: Conn;
  readonly #buffers: Buffers;
  #pending: Uint8Array<ArrayBuffer> | undefined;
  #length = 0;
  /** Bytes of the message since the last head have been sent. */
  #hasBegun = false;

  constructor(conn: Conn, buffers: Buffers) {
    this.#conn = conn;
    this.#buffers = buffers;
  }

  /** Puts a head behind what waits. One that does not fit is put into a buffer of its own size. */
  head(text: string): void {
    this.bodyBytes = 0;
    this.#hasBegun = false;
    this.#text(text);
  }

  /** Sends a run of a body that has a length or ends with the connection. */
  data(
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Promise<void> | undefined {
    const size = end - start;
    this.bodyBytes += size;
    if (size <= MAX_COPY_BYTES && this.#fits(size)) {
      this.#copy(bytes, start, end);
      return undefined;
    }
    return this.#writeLarge(bytes, start, end, "");
  }

  /** Sends a run as one chunk. */
  chunk(
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Promise<void> | undefined {
    const size = end - start;
    // RFC 9112 §7.1: a chunk of size 0 is the last one.
    if (size === 0) return undefined;
    this.bodyBytes += size;
    if (size <= MAX_COPY_BYTES && this.#fits(size + CHUNK_OVERHEAD)) {
      this.#text(chunkHead(size));
      this.#copy(bytes, start, end);
      this.#text("\r\n");
      return undefined;
    }
    this.#text(chunkHead(size));
    return this.#writeLarge(bytes, start, end, "\r\n");
  }

  /** Ends a chunked body; `trailers` are ready lines. */
  endChunks(trailers: string): void {
    this.#text("0\r\n" + trailers + "\r\n");
  }

  /**
   * Sends what waits; undefined when nothing does. Wait for it before anything else is given to the writer:
   * until then the bytes are on their way from the buffer.
   *
   * @throws {ConnectionLost}
   */
  flush(): Promise<void> | undefined {
    if (this.#length === 0) return undefined;
    const waiting = this.#pending!.subarray(0, this.#length);
    this.#length = 0;
    this.#hasBegun = true;
    return this.#conn.write(waiting);
  }

  /** Takes back a message of which nothing has been sent. False when something has. */
  discard(): boolean {
    if (this.#hasBegun) return false;
    this.#length = 0;
    this.bodyBytes = 0;
    return true;
  }

  /** Gives the buffer back, for a connection on which all is sent. What was not is dropped. */
  release(): void {
    if (this.#pending === undefined) return;
    // A write that was cut off may still read from the buffer: that one is left to the collector.
    if (!this.#conn.isWriting) this.#buffers.give(this.#pending);
    this.#pending = undefined;
    this.#length = 0;
  }

  async #writeLarge(
    bytes: Uint8Array,
    start: number,
    end: number,
    behind: string,
  ): Promise<void> {
    await this.flush();
    this.#hasBegun = true;
    const isWhole = start === 0 && end === bytes.length;
    await this.#conn.write(isWhole ? bytes : bytes.subarray(start, end));
    if (behind !== "") this.#text(behind);
  }

  #fits(size: number): boolean {
    return this.#length + size <= (this.#pending?.length ?? MEDIUM_BYTES);
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    const pending = this.#pending ??= this.#buffers.take(MEDIUM_BYTES);
    pending.set(bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }

  #text(text: string): void {
    let pending = this.#pending ??= this.#buffers.take(MEDIUM_BYTES);
    if (this.#length + text.length > pending.length) {
      pending = this.#grow(this.#length + text.length);
    }
    this.#length = writeLatin1(text, pending, this.#length);
  }

  /** Pending bytes are bounded by what a head may be: 64 KiB and our additions. */
  #grow(size: number): Uint8Array<ArrayBuffer> {
    const larger = new Uint8Array(size);
    larger.set(this.#pending!.subarray(0, this.#length));
    this.#buffers.give(this.#pending!);
    this.#pending = larger;
    return larger;
  }
}
