/**
 * An authority's two files, read: the proxy's own or an operator's. What is wrong with
 * them is said with their paths and with what to do.
 */

import { type Authority, readAuthority } from "./authority.ts";
import { AuthorityError } from "./authority_error.ts";

/** Where an authority is. Both may be one file. */
export interface AuthorityFiles {
  /** PEM; certificates that lead to a root may follow in order. */
  readonly certPath: string;
  /** PEM, not encrypted. */
  readonly keyPath: string;
  /** What an operator can do about files that can't be used; a whole sentence. */
  readonly advice: string;
}

/** An operator's own files. */
export function operatorsFiles(
  certPath: string,
  keyPath: string,
): AuthorityFiles {
  const advice =
    "Give the PEM files of a certificate authority and of its key.";
  return { certPath, keyPath, advice };
}

/**
 * Reads and judges the files.
 *
 * @throws {AuthorityError} when they can't be read, or are no authority in force at `nowMs`.
 */
export async function loadAuthority(
  { certPath, keyPath, advice }: AuthorityFiles,
  nowMs: number,
): Promise<Authority> {
  const certPem = await readText(certPath, advice);
  const keyPem = await readText(keyPath, advice);
  try {
    return await readAuthority({ certPem, keyPem }, nowMs);
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error;
    throw new AuthorityError(
      `Cannot use the certificate authority in "${certPath}" with the key ` +
        `in "${keyPath}": ${error.message}. ${advice}`,
      { cause: error },
    );
  }
}

async function readText(path: string, advice: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "it is missing"
      : error instanceof Error
      ? error.message
      : String(error);
    throw new AuthorityError(
      `Cannot read the certificate authority's file "${path}": ${why}. ${advice}`,
      { cause: error },
    );
  }
}
