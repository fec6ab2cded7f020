/** Serial numbers of certificates (RFC 5280 §4.1.2.2). */

const BYTES = 16;

/**
 * Returns a random serial number in hexadecimal: positive, 16 bytes, so that no two of an
 * authority's are the same even when nobody remembers which it gave.
 */
export function randomSerial(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  // The first bit is the sign; with the second one set no leading byte is dropped.
  bytes[0] = bytes[0]! & 0x7f | 0x40;
  return bytes.toHex();
}
