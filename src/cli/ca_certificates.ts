/**
 * The authorities of `--upstream-ca`: those that are trusted in origins and parents beside
 * the system's. What TLS could not use is refused at the start, where it can be told.
 */

import { X509Certificate } from "node:crypto";

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const ANY_BEGIN = /-----BEGIN [A-Z ]*CERTIFICATE-----/g;

/**
 * Reads the certificates of a PEM file; text around them is passed over.
 *
 * @throws {Error} when the file can't be read, holds none, or one of them is damaged.
 */
export function readCaCertificates(option: string, path: string): string[] {
  const text = readText(option, path);
  const blocks = text.match(BLOCK) ?? [];
  const begun = text.match(ANY_BEGIN) ?? [];
  if (blocks.length === 0) throw unusable(option, path, "it holds none");
  for (const [at, block] of blocks.entries()) {
    if (isCertificate(block)) continue;
    throw unusable(option, path, `the one in place ${at + 1} is damaged`);
  }
  if (begun.length === blocks.length) return [...blocks];
  throw unusable(option, path, "one of them is cut off");
}

function isCertificate(block: string): boolean {
  try {
    new X509Certificate(block);
    return true;
  } catch {
    // Whatever the parser says: the block is none.
    return false;
  }
}

function readText(option: string, path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Cannot read the PEM file of ${option}, "${path}": ${why}.`,
      { cause: error },
    );
  }
}

function unusable(option: string, path: string, why: string): Error {
  return new Error(
    `Cannot use the certificates of ${option} in "${path}": ${why}. ` +
      "PEM certificates are wanted.",
  );
}
