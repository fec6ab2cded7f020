/**
 * Lines of text out of chunks of bytes.
 */

import { ProtocolError } from "./json_shape.ts";

const NEWLINE = 10;

/** The longest line. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;
/** The longest with a call: two bodies of 64 MiB as base64, and heads. */
export const MAX_CALL_BYTES = 192 * 1024 * 1024;

/** Collects chunks until a line is whole. */
export class LineReader {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder();
  #parts: Uint8Array[] = [];
  #partBytes = 0;

  /** @param maxBytes The longest line. Default: 64 MiB. */
  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The lines that are whole now, without their ends. The chunk may be filled again
   * after that.
   *
   * @throws {ProtocolError} when a line is too long.
   */
  push(chunk: Uint8Array): string[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.#keep(chunk);
      return [];
    }
    const whole = this.#decoder.decode(this.#joined(chunk.subarray(0, end)));
    this.#parts = [];
    this.#partBytes = 0;
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1));
    return whole.split("\n");
  }

  #keep(part: Uint8Array): void {
    this.#partBytes += part.length;
    if (this.#partBytes > this.#maxBytes) {
      throw new ProtocolError(
        `Cannot read a line of more than ${this.#maxBytes} bytes`,
      );
    }
    this.#parts.push(part.slice());
  }

  #joined(last: Uint8Array): Uint8Array {
    if (this.#parts.length === 0) return last;
    const joined = new Uint8Array(this.#partBytes + last.length);
    let at = 0;
    for (const part of [...this.#parts, last]) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}
