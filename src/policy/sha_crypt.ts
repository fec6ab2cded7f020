/**
 * The SHA schemes of crypt(3), `$5$` and `$6$`: Ulrich Drepper, "Unix crypt using SHA-256 and
 * SHA-512", version 0.6. It takes as long as its rounds, milliseconds to seconds: see
 * password_worker.ts.
 */

import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { cryptBase64 } from "./crypt_base64.ts";

/** The specification's rounds where a hash names none. */
export const DEFAULT_ROUNDS = 5000;

/** The digest to use: `sha256` for `$5$`, `sha512` for `$6$`. */
export type ShaCryptDigest = "sha256" | "sha512";

/**
 * The digest as it stands behind the last `$`: 43 characters of SHA-256, 86 of SHA-512.
 *
 * @param salt At most 16 characters.
 * @param rounds 1000 to 999,999,999.
 */
export function shaCrypt(
  algorithm: ShaCryptDigest,
  password: string,
  salt: string,
  rounds: number,
): string {
  const sha = (parts: readonly Buffer[]): Buffer =>
    hash(algorithm, Buffer.concat(parts), "buffer");
  const key = Buffer.from(password);
  const saltBytes = Buffer.from(salt);
  let digest = firstDigest(sha, key, saltBytes); // steps 1 to 12
  const keySequence = repeated( // steps 13 to 16
    sha(Array<Buffer>(key.length).fill(key)),
    key.length,
  );
  const saltSequence = repeated( // steps 17 to 20
    sha(Array<Buffer>(16 + digest[0]!).fill(saltBytes)),
    saltBytes.length,
  );
  for (let round = 0; round < rounds; round++) { // step 21
    const isOdd = round % 2 === 1;
    const parts = [isOdd ? keySequence : digest];
    if (round % 3 !== 0) parts.push(saltSequence);
    if (round % 7 !== 0) parts.push(keySequence);
    parts.push(isOdd ? digest : keySequence);
    digest = sha(parts);
  }
  return cryptBase64(digest, ORDERS[algorithm]); // step 22
}

function firstDigest(
  sha: (parts: readonly Buffer[]) => Buffer,
  key: Buffer,
  salt: Buffer,
): Buffer {
  const other = sha([key, salt, key]);
  const parts = [key, salt, repeated(other, key.length)];
  for (let bits = key.length; bits > 0; bits >>>= 1) {
    parts.push(bits % 2 === 1 ? other : key);
  }
  return sha(parts);
}

/** As many bytes, of the digest over and over. */
function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

const ORDERS: Readonly<Record<ShaCryptDigest, readonly number[]>> = {
  sha256: [...byteOrder(10, 2), 31, 30],
  sha512: [...byteOrder(21, 1), 63],
};

/** Step 22: bytes of three thirds of the digest, where each group starts `shift` places further. */
function byteOrder(third: number, shift: number): number[] {
  return Array.from({ length: third }, (_, i) => {
    const group = [i, i + third, i + 2 * third];
    const start = i * shift % 3;
    return [...group.slice(start), ...group.slice(0, start)];
  }).flat();
}
