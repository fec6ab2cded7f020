/**
 * A body as it arrives: points at the runs of data in a connection's read buffer,
 * whatever the framing, and knows when the body is whole (RFC 9112 §6, §8).
 */

import { ChunkedDecoder } from "../http1/chunked.ts";
import type { Fields } from "../http1/fields.ts";
import { type BodyLength, CHUNKED, UNTIL_CLOSE } from "../http1/framing.ts";
import type { Conn } from "./conn.ts";

/**
 * Reads one body from a connection.
 *
 * ```ts
 * while (true) {
 *   if (body.take()) await use(conn.bytes.subarray(body.start, body.end));
 *   else if (body.isDone) break;
 *   else if (!await conn.fill() && !body.endWithConnection()) throw cutShort();
 * }
 * ```
 */
export class BodyReader {
  /** The run that the last {@link take} found, as positions in the connection's buffer. */
  start = 0;
  end = 0;
  /** The whole body has been taken. */
  isDone: boolean;
  /** How many bytes of data were taken. */
  bytesTaken = 0;

  readonly #conn: Conn;
  readonly #length: BodyLength;
  readonly #chunked: ChunkedDecoder | undefined;

  constructor(conn: Conn, length: BodyLength) {
    this.#conn = conn;
    this.#length = length;
    this.isDone = length === 0;
    this.#chunked = length === CHUNKED ? new ChunkedDecoder() : undefined;
  }

  /** The trailer fields of a chunked body that is done. */
  get trailers(): Fields | undefined {
    return this.#chunked?.trailers;
  }

  /**
   * Takes the next run of data that is in the buffer. False when there is none: the body is done, or
   * the connection has to be filled. The run is valid until then.
   *
   * @throws {WireError} for bad chunks.
   */
  take(): boolean {
    if (this.isDone) return false;
    if (this.#chunked !== undefined) return this.#takeChunked(this.#chunked);
    const conn = this.#conn;
    const wanted = this.#length === UNTIL_CLOSE
      ? Infinity
      : this.#length - this.bytesTaken;
    const count = Math.min(conn.end - conn.start, wanted);
    this.start = conn.start;
    this.end = conn.start += count;
    this.bytesTaken += count;
    this.isDone = count === wanted;
    return count > 0;
  }

  /** The connection has ended: true when that is how this body ends. */
  endWithConnection(): boolean {
    if (
      this.#length !== UNTIL_CLOSE || this.#conn.failure !== undefined ||
      this.#conn.isClosed
    ) {
      return this.isDone;
    }
    this.isDone = true;
    return true;
  }

  #takeChunked(decoder: ChunkedDecoder): boolean {
    const conn = this.#conn;
    while (!decoder.isDone) {
      const from = conn.start;
      conn.start = decoder.decode(conn.bytes, from, conn.end);
      if (decoder.dataEnd > decoder.dataStart) break;
      if (conn.start === from) return false;
    }
    this.isDone = decoder.isDone;
    this.start = decoder.dataStart;
    this.end = decoder.dataEnd;
    this.bytesTaken += this.end - this.start;
    return this.end > this.start;
  }
}
