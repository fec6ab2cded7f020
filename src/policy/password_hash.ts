/**
 * A password's hash as `htpasswd` and `mkpasswd` write it: whether it is of a form that can be
 * used here, and whether a password is the one. Most forms are slow on purpose, and nothing
 * else runs meanwhile: see password_worker.ts.
 */

import { compareSync } from "bcryptjs";
import { Buffer } from "node:buffer";
import { hash, timingSafeEqual } from "node:crypto";
import { md5Crypt } from "./md5_crypt.ts";
import { DEFAULT_ROUNDS, shaCrypt } from "./sha_crypt.ts";

// The limits of htpasswd itself; and what takes some seconds.
const BCRYPT_COSTS = { least: 4, most: 17 };
const SHA_ROUNDS = { least: 1000, most: 1_000_000 };

const BCRYPT = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
const MD5 = /^(\$1\$|\$apr1\$)([!-#%-9;-~]{0,8})\$([./A-Za-z0-9]{22})$/;
const SHA_CRYPT =
  /^\$([56])\$(?:rounds=([1-9]\d{0,8})\$)?([!-#%-9;-~]{0,16})\$([./A-Za-z0-9]+)$/;
const SHA1 = /^\{SHA\}([A-Za-z0-9+/]{27}=)$/;

/**
 * Why a hash cannot be used, in words that follow "the password"; undefined for one that can.
 * The text of the hash is not in it.
 *
 * @example
 * ```ts
 * import { passwordHashProblem } from "./password_hash.ts";
 * passwordHashProblem("{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="); // undefined
 * ```
 */
export function passwordHashProblem(hash: string): string | undefined {
  const cost = BCRYPT.exec(hash)?.[1];
  if (cost !== undefined) return rangeProblem(cost, BCRYPT_COSTS, "a cost");
  const sha = SHA_CRYPT.exec(hash);
  if (sha?.[4]?.length === (sha?.[1] === "5" ? 43 : 86)) {
    return sha?.[2] === undefined
      ? undefined
      : rangeProblem(sha[2], SHA_ROUNDS, "rounds");
  }
  if (MD5.test(hash) || SHA1.test(hash)) return undefined;
  return formProblem(hash);
}

function rangeProblem(
  text: string,
  { least, most }: { least: number; most: number },
  what: string,
): string | undefined {
  const value = Number(text);
  if (value >= least && value <= most) return undefined;
  return `is hashed with ${what} of ${value}, wants ${least} to ${most}`;
}

function formProblem(hash: string): string {
  const read = READ_FORM.exec(hash)?.[0];
  if (read !== undefined) return `has a damaged ${read} hash`;
  const other = OTHER_FORM.exec(hash)?.[0];
  if (other !== undefined) {
    return `has a hash of the form ${other}, which is not read here`;
  }
  return /^[./A-Za-z0-9]{13}$/.test(hash)
    ? "is hashed by DES, which reads 8 characters of it only"
    : "is not hashed in a known form, or is plain text";
}

const READ_FORM = /^(?:\$(?:2[aby]|1|apr1|5|6)\$|\{SHA\})/;
// What is named to the operator has to be one of these: anything else may be a password.
const OTHER_FORM =
  /^(?:\$(?:2x|7|y|gy|sha1|md5|argon2(?:i|d|id))\$|\{(?:PLAIN|CRYPT|S?MD5|SSHA|S?SHA(?:256|512))\})/;

/**
 * Whether that is the password. How long it takes depends on the hash, not on whether it is.
 *
 * @param passwordHash One without a `passwordHashProblem`; else nothing matches.
 * @param password In UTF-8 it is what was hashed; of more than 72 bytes bcrypt reads 72.
 */
export function passwordMatches(
  passwordHash: string,
  password: string,
): boolean {
  if (BCRYPT.test(passwordHash)) return compareSync(password, passwordHash);
  const sha = SHA_CRYPT.exec(passwordHash);
  if (sha !== null) {
    const [, id, rounds, salt, digest] = sha;
    const algorithm = id === "5" ? "sha256" : "sha512";
    const count = rounds === undefined ? DEFAULT_ROUNDS : Number(rounds);
    return isSame(shaCrypt(algorithm, password, salt!, count), digest!);
  }
  const md5 = MD5.exec(passwordHash);
  if (md5 !== null) {
    const [, magic, salt, digest] = md5;
    return isSame(md5Crypt(password, magic!, salt!), digest!);
  }
  const sha1 = SHA1.exec(passwordHash)?.[1];
  return sha1 !== undefined && isSame(hash("sha1", password, "base64"), sha1);
}

function isSame(text: string, wanted: string): boolean {
  const [bytes, wantedBytes] = [Buffer.from(text), Buffer.from(wanted)];
  return bytes.length === wantedBytes.length &&
    timingSafeEqual(bytes, wantedBytes);
}
