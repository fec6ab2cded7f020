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
 * @throws {RangeError} when there is no room.
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
  const { read, written } = encoder.encodeInto(
    text,
    at === 0 ? into : into.subarray(at),
  );
  if (read !== written || read !== text.length) {
    for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i);
  }
  return end;
}
