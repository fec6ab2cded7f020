/**
 * Bytes to text and back, one character a byte (ISO 8859-1), which is how a head
 * can be handled as text and still leave as the very bytes that came.
 */

import { Buffer } from "node:buffer";

const encoder = new TextEncoder();

/** The bytes from `start` to `end` as text. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.prototype.toString.call(bytes, "latin1", start, end);
}

/**
 * Writes `text` into `into` at `at` and returns the position behind it. Each
 * character is one byte; `into` must have room for them.
 *
 * @throws {RangeError} when there is no room, or for a character above U+00FF.
 */
export function writeLatin1(
  text: string,
  into: Uint8Array,
  at: number,
): number {
  const end = at + text.length;
  if (end > into.length) {
    throw new RangeError(
      `Cannot write a head: ${text.length} bytes, room for ${into.length - at}`,
    );
  }
  // ASCII, which nearly every head is, takes as many bytes in UTF-8 as it has characters.
  const { read, written } = encoder.encodeInto(text, into.subarray(at, end));
  if (read !== text.length || written !== read) writeSlowly(text, into, at);
  return end;
}

function writeSlowly(text: string, into: Uint8Array, at: number): void {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) {
      throw new RangeError(
        `Cannot write a head: U+${code.toString(16)} is no byte`,
      );
    }
    into[at + i] = code;
  }
}
