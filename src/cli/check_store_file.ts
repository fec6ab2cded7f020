/**
 * Looks at a store's file before the runtime opens it. The runtime's store does its upkeep at the
 * start and every minute, and an error of SQLite in there ends the whole process: it looks for
 * messages in its queues, for the key that expires next, and deletes keys that have expired. So
 * all that it reads there is read here first, and no key keeps an expiry, which leaves it nothing
 * to write. Damage elsewhere costs a read its answer, and no more.
 */

import { DatabaseSync } from "node:sqlite";

const QUEUES = ["queue", "queue_running"] as const;
const EXPIRIES = "kv_expiration_ms_idx";
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE_CODES: readonly number[] = [11, 26];

/** What a store can't be opened for is damage in its file. */
export class DamagedStore extends Error {
  override readonly name = "DamagedStore";
}

/**
 * Checks the file of a store, and takes the expiry from keys that have one.
 *
 * @param path Where there is nothing, there is nothing to check.
 * @param maxWaitMs How long another program may have it locked.
 * @throws {DamagedStore} when it is damaged where the process would end by it, or is no store.
 * @throws {Error} when it is no file, or can't be read.
 */
export function checkStoreFile(path: string, maxWaitMs: number): void {
  if (!isFileWithContent(path)) return;
  try {
    if (!hasExpiries(path, maxWaitMs)) return;
    takeExpiries(path, maxWaitMs);
    if (hasExpiries(path, maxWaitMs)) {
      throw new DamagedStore("its index of expiries does not fit its keys");
    }
  } catch (error) {
    throw asDamage(error);
  }
}

/** To open a FIFO would be to wait for whoever writes to it. */
function isFileWithContent(path: string): boolean {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  if (!info.isFile) throw new Error("it is no file");
  return info.size > 0;
}

function hasExpiries(path: string, timeout: number): boolean {
  using database = new DatabaseSync(path, { readOnly: true, timeout });
  const names = namesIn(database);
  for (const queue of QUEUES.filter((name) => names.has(name))) {
    const [row] = database.prepare(`PRAGMA quick_check(${queue})`).all();
    const [found] = Object.values(row ?? {});
    if (found !== "ok") throw new DamagedStore(String(found));
  }
  if (!names.has(EXPIRIES)) return false;
  // The longest key too, so that what follows of a key on other pages is read.
  const latest = database.prepare(
    `SELECT max(expiration_ms) AS ms, max(k) FROM kv INDEXED BY ${EXPIRIES}`,
  ).get();
  return Number(latest?.ms ?? -1) >= 0;
}

function takeExpiries(path: string, timeout: number): void {
  using database = new DatabaseSync(path, { timeout });
  database.exec("UPDATE kv SET expiration_ms = -1 WHERE expiration_ms >= 0");
}

function namesIn(database: DatabaseSync): ReadonlySet<unknown> {
  const rows = database.prepare("SELECT name FROM sqlite_schema").all();
  return new Set(rows.map(({ name }) => name));
}

function asDamage(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  // The low byte is SQLite's primary result code.
  if (!DAMAGE_CODES.includes(Number(error.errcode) & 0xff)) return error;
  return new DamagedStore(error.message, { cause: error });
}
