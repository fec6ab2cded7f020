/**
 * The token that allows changes: a secret in a file of the data folder, which only its owner
 * may read. Who can read the file may change what the proxy does. How a request shows the
 * token is for admin_guard.ts.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { join } from "@std/path";

const FILE_NAME = "admin-token";
const FILE_MODE = 0o600;
const TOKEN_BYTES = 32;
/** What a bearer token may be (RFC 6750 §2.1), at least as long as 32 bytes are in base64url. */
const TOKEN = /^[A-Za-z0-9._~+/-]{43,}=*$/;

/** The token can't be had. The message is for the operator. */
export class AdminTokenError extends Error {
  override readonly name = "AdminTokenError";
}

/**
 * The token of a data folder; one is made where there is none. For whoever holds the folder.
 *
 * @throws {AdminTokenError} when the file can't be read or written, or holds no token.
 */
export function openAdminToken(dataFolder: string): string {
  const path = join(dataFolder, FILE_NAME);
  try {
    const found = tokenIn(path);
    if (found === undefined) return makeToken(path);
    if (Deno.build.os !== "windows") Deno.chmodSync(path, FILE_MODE);
    return found;
  } catch (error) {
    throw asTokenError(error, path);
  }
}

/**
 * The token of a data folder in which a proxy has been.
 *
 * @throws {AdminTokenError} when there is none, or its file can't be read or holds no token.
 */
export function readAdminToken(dataFolder: string): string {
  const path = join(dataFolder, FILE_NAME);
  try {
    const found = tokenIn(path);
    if (found !== undefined) return found;
  } catch (error) {
    throw asTokenError(error, path);
  }
  throw new AdminTokenError(
    `Cannot read the admin token "${path}": there is none. A proxy makes it when it starts.`,
  );
}

/** A token that nobody has yet: 32 random bytes in base64url. */
export function newAdminToken(): string {
  return randomBytes(TOKEN_BYTES).toString("base64url");
}

/** True when a text is the token; takes as long whatever the text is. */
export function isAdminToken(text: string, token: string): boolean {
  return timingSafeEqual(digest(text), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function tokenIn(path: string): string | undefined {
  let text: string;
  try {
    text = Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  if (TOKEN.test(text)) return text;
  throw new AdminTokenError(
    `Cannot use the admin token "${path}": it is no token of at least 43 letters and digits. Remove the file, and the next start of the proxy makes another.`,
  );
}

/** Whole or not there at all, even after a crash. */
function makeToken(path: string): string {
  const token = newAdminToken();
  const draft = `${path}.${randomBytes(4).toString("hex")}`;
  using file = Deno.openSync(draft, {
    write: true,
    createNew: true,
    mode: FILE_MODE,
  });
  file.writeSync(new TextEncoder().encode(`${token}\n`));
  file.syncSync();
  Deno.renameSync(draft, path);
  return token;
}

function asTokenError(error: unknown, path: string): AdminTokenError {
  if (error instanceof AdminTokenError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new AdminTokenError(
    `Cannot use the admin token "${path}": ${why}`,
    { cause: error },
  );
}
