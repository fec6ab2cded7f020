/**
 * The Base64 of crypt(3): its own alphabet, and of each three bytes the lowest bits first, in
 * an order of bytes that each scheme has for itself.
 */

const ALPHABET =
  "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * The bytes at those places, each three of them as four characters; one or two that are left
 * as two or three. The first of three is the highest.
 */
export function cryptBase64(
  bytes: Uint8Array,
  order: readonly number[],
): string {
  let text = "";
  for (let i = 0; i < order.length; i += 3) {
    const group = order.slice(i, i + 3);
    let bits = group.reduce((sum, at) => sum << 8 | bytes[at]!, 0);
    for (let n = 0; n <= group.length; n++, bits >>>= 6) {
      text += ALPHABET[bits & 63]!;
    }
  }
  return text;
}
