/**
 * Finds the end of a head in bytes that arrive piece by piece, and refuses on the
 * way what must not be in one: bare CR or LF, control characters, a line or a head
 * that is too long (RFC 9112 §2.2, RFC 9110 §5.5). Looks at each byte once.
 */

import { WireError } from "../errors.ts";

/** The longest request line or status line, in bytes. RFC 9112 §3 asks for at least 8,000. */
export const MAX_LINE_BYTES = 16 * 1024;
/** The longest head, in bytes, the empty line included. Squid's default is the same. */
export const MAX_HEAD_BYTES = 64 * 1024;

const CR = 13;
const LF = 10;

/** A scanner of one head after another. */
export class HeadScanner {
  #length = 0;
  #lineLength = 0;
  #isInStartLine: boolean;
  readonly #hasStartLine: boolean;

  /** @param hasStartLine False for a trailer section, which is fields only. Default: true. */
  constructor(hasStartLine = true) {
    this.#hasStartLine = hasStartLine;
    this.#isInStartLine = hasStartLine;
  }

  /**
   * Looks at `bytes` from `start` (where the head begins) to `end`.
   *
   * Returns the position behind the empty line that ends the head, or -1 when
   * more bytes are needed; then call again with the same start (the head's
   * bytes may have moved together) and a later end. After a position was
   * returned the scanner is ready for the next head.
   *
   * @throws {WireError} 400 for bad bytes, 414 or 431 for too many.
   */
  scan(bytes: Uint8Array, start: number, end: number): number {
    let lineStart = start + this.#length - this.#lineLength;
    let at = start + this.#length;
    const words = new DataView(bytes.buffer, bytes.byteOffset, end);
    while (at < end) {
      if (at + 4 <= end && isPlainText(words.getInt32(at))) {
        at += 4;
        continue;
      }
      let byte = bytes[at]!;
      while (byte > 31 && byte !== 127 && ++at < end) byte = bytes[at]!;
      if (at === end) break;
      if (byte === CR) {
        if (at + 1 === end) break;
        if (bytes[at + 1] !== LF) throw new WireError("a bare CR in the head");
        if (at === lineStart) return this.#finish(at + 2, start);
        this.#endLine(at - lineStart);
        at += 2;
        lineStart = at;
        continue;
      }
      if (byte !== 9) throw controlCharacter(byte);
      at++;
    }
    this.#length = at - start;
    this.#lineLength = at - lineStart;
    this.#checkLimits();
    return -1;
  }

  /** Forgets what was seen of an unfinished head. */
  reset(): void {
    this.#length = 0;
    this.#lineLength = 0;
    this.#isInStartLine = this.#hasStartLine;
  }

  #finish(headEnd: number, start: number): number {
    this.#length = headEnd - start;
    this.#lineLength = 0;
    this.#checkLimits();
    this.reset();
    return headEnd;
  }

  #endLine(length: number): void {
    if (this.#isInStartLine && length > MAX_LINE_BYTES) throw lineTooLong();
    this.#isInStartLine = false;
  }

  #checkLimits(): void {
    if (this.#isInStartLine && this.#lineLength > MAX_LINE_BYTES) {
      throw lineTooLong();
    }
    if (this.#length > MAX_HEAD_BYTES) {
      throw new WireError(
        `the head is longer than ${MAX_HEAD_BYTES} bytes`,
        431,
        "http_response_header_section_size",
      );
    }
  }
}

/**
 * True when each of the four bytes is from 0x20 to 0x7E. The first term sets the top bit of a byte below 0x20,
 * the second that of 0x7F, the third is that of a byte above; carries only ever set more.
 */
function isPlainText(word: number): boolean {
  return ((word - 0x20202020 | word + 0x01010101 | word) & 0x80808080) === 0;
}

function lineTooLong(): WireError {
  return new WireError(
    `the start line is longer than ${MAX_LINE_BYTES} bytes`,
    414,
    "http_response_header_section_size",
  );
}

function controlCharacter(byte: number): WireError {
  if (byte === LF) return new WireError("a bare LF in the head");
  return new WireError(
    `the control character 0x${byte.toString(16).padStart(2, "0")} in the head`,
  );
}
