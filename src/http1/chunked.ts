/**
 * The chunked transfer coding, both ways (RFC 9112 §7.1): a decoder that is fed bytes
 * as they come and points at the data in them, and the framing of a chunk to send.
 * Chunk extensions are read, bounded and dropped; trailers are kept.
 */

import { WireError } from "../errors.ts";
import { Fields } from "./fields.ts";
import { parseFields } from "./head.ts";
import { HeadScanner } from "./head_scanner.ts";
import { latin1 } from "./latin1.ts";

/** The longest chunk-size line, in bytes, extensions included. */
const MAX_SIZE_LINE_BYTES = 4096;
/** How many bytes of extensions a whole body may have beyond as many as it has data. */
const MAX_EXTENSION_BYTES = 64 * 1024;
/** 13 hexadecimal digits are the most that a double counts exactly. */
const MAX_SIZE_DIGITS = 13;

const CR = 13;
const LF = 10;
const SEMICOLON = 59;

type State =
  | "size"
  | "extension"
  | "sizeLf"
  | "data"
  | "dataCr"
  | "dataLf"
  | "trailers"
  | "done";

/**
 * Reads one chunked body.
 *
 * ```ts
 * const decoder = new ChunkedDecoder();
 * const bytes = new TextEncoder().encode("3\r\nabc\r\n0\r\n\r\n");
 * let at = decoder.decode(bytes, 0, bytes.length);
 * // decoder.dataStart and decoder.dataEnd now point at "abc"
 * at = decoder.decode(bytes, at, bytes.length);
 * // decoder.isDone
 * ```
 */
export class ChunkedDecoder {
  /** Where the data of the last call begins in the bytes given to it. */
  dataStart = 0;
  /** Where it ends; equal to the start when the call met no data. */
  dataEnd = 0;
  /** The trailer fields; empty until the body is done. */
  trailers: Fields = new Fields();

  #state: State = "size";
  #size = 0;
  #digits = 0;
  #lineBytes = 0;
  /** Bytes of extensions less bytes of data. */
  #extensionExcess = 0;
  readonly #scanner = new HeadScanner(false);

  get isDone(): boolean {
    return this.#state === "done";
  }

  /**
   * Reads from `start` up to `end`, at most one run of data, and returns the
   * position it came to. Bytes behind a body that is done are not touched. A
   * trailer section that is incomplete stays unread: call again from the same
   * start when there is more behind it.
   *
   * @throws {WireError} 400, or 431 for a trailer section that is too long.
   */
  decode(bytes: Uint8Array, start: number, end: number): number {
    this.dataStart = this.dataEnd = start;
    let at = start;
    while (at < end) {
      if (this.#state === "data") return this.#takeData(at, end);
      if (this.#state === "done") return at;
      if (this.#state === "trailers") return this.#takeTrailers(bytes, at, end);
      this.#step(bytes[at]!);
      at++;
    }
    return at;
  }

  #takeData(at: number, end: number): number {
    const taken = Math.min(this.#size, end - at);
    this.dataStart = at;
    this.dataEnd = at + taken;
    this.#size -= taken;
    this.#extensionExcess -= taken;
    if (this.#size === 0) this.#state = "dataCr";
    return this.dataEnd;
  }

  #takeTrailers(bytes: Uint8Array, at: number, end: number): number {
    const sectionEnd = this.#scanner.scan(bytes, at, end);
    if (sectionEnd < 0) return at;
    this.trailers = parseFields(latin1(bytes, at, sectionEnd), 0);
    this.#state = "done";
    return sectionEnd;
  }

  #step(byte: number): void {
    switch (this.#state) {
      case "size":
        return this.#stepSize(byte);
      case "extension":
        return this.#stepExtension(byte);
      case "sizeLf":
        if (byte !== LF) {
          throw new WireError("a bare CR in a chunk's size line");
        }
        return this.#beginChunk();
      case "dataCr":
        if (byte !== CR) throw new WireError("a chunk is longer than its size");
        this.#state = "dataLf";
        return;
      case "dataLf":
        if (byte !== LF) throw new WireError("a bare CR behind a chunk");
        this.#state = "size";
        return;
    }
  }

  #stepSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.#digits > MAX_SIZE_DIGITS) {
        throw new WireError("a chunk size is too long");
      }
      this.#size = this.#size * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw new WireError("a chunk has no size");
    if (byte === CR) this.#state = "sizeLf";
    else if (byte === SEMICOLON) this.#state = "extension";
    else throw new WireError("a chunk size is hexadecimal digits only");
  }

  #stepExtension(byte: number): void {
    if (byte === CR) {
      this.#state = "sizeLf";
      return;
    }
    if ((byte < 32 && byte !== 9) || byte === 127) {
      throw new WireError("a control character in a chunk extension");
    }
    this.#lineBytes++;
    this.#extensionExcess++;
    if (
      this.#lineBytes > MAX_SIZE_LINE_BYTES ||
      this.#extensionExcess > MAX_EXTENSION_BYTES
    ) {
      throw new WireError("the chunk extensions are too long");
    }
  }

  #beginChunk(): void {
    this.#state = this.#size === 0 ? "trailers" : "data";
    this.#digits = 0;
    this.#lineBytes = 0;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The line that goes before a chunk of that many bytes; behind it goes CRLF. */
export function chunkHead(size: number): string {
  return size.toString(16) + "\r\n";
}
