/**
 * The MD5 scheme of crypt(3), `$1$`, and that of Apache, `$apr1$`, which differ by that text
 * only: as in Poul-Henning Kamp's md5crypt of FreeBSD (lib/libcrypt) and in apr_md5.c of the
 * Apache Portable Runtime.
 */

import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { cryptBase64 } from "./crypt_base64.ts";

const ROUNDS = 1000;
// deno-fmt-ignore
const ORDER = [0, 6, 12, 1, 7, 13, 2, 8, 14, 3, 9, 15, 4, 10, 5, 11];

/**
 * The digest as it stands behind the last `$`: 22 characters.
 *
 * @param magic `$1$` or `$apr1$`.
 * @param salt At most 8 characters.
 */
export function md5Crypt(
  password: string,
  magic: string,
  salt: string,
): string {
  const key = Buffer.from(password);
  const saltBytes = Buffer.from(salt);
  let digest = md5([
    key,
    Buffer.from(magic),
    saltBytes,
    ...mixedIn(key, md5([key, saltBytes, key])),
  ]);
  for (let round = 0; round < ROUNDS; round++) {
    const isOdd = round % 2 === 1;
    const parts = [isOdd ? key : digest];
    if (round % 3 !== 0) parts.push(saltBytes);
    if (round % 7 !== 0) parts.push(key);
    parts.push(isOdd ? digest : key);
    digest = md5(parts);
  }
  return cryptBase64(digest, ORDER);
}

/** As many bytes of `digest` as the key has, and a byte for each bit of the key's length. */
function mixedIn(key: Buffer, digest: Buffer): Buffer[] {
  const parts: Buffer[] = [Buffer.alloc(key.length, digest)];
  for (let bits = key.length; bits > 0; bits >>>= 1) {
    parts.push(bits % 2 === 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  }
  return parts;
}

function md5(parts: readonly Buffer[]): Buffer {
  return hash("md5", Buffer.concat(parts), "buffer");
}
