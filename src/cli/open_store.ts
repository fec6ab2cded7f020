/**
 * Opens the one store of a proxy: what rules remember, what the cache keeps. A proxy whose
 * store can't be had is worth more than its memory: it serves on with one that forgets.
 */

import { atMost } from "../cache/at_most.ts";
import { programLogger } from "../log/program_log.ts";
import { checkStoreFile, DamagedStore } from "./check_store_file.ts";

/** So long another program may have the file to itself. */
const MAX_WAIT_MS = 5_000;
/** What an operator can do. */
const FOR_DAMAGE =
  'Stop it, and put a copy in the place of the file, or move it away, and the one beside it that ends in -wal, to begin anew; "sqlite3 FILE .recover" saves what can be read of it.';
const FOR_OTHERS =
  "Repair what is wrong there and start it again, or choose another with --kv.";

/**
 * The store at a path or URL; one in memory when that is damaged, can't be opened, or does not
 * answer within `maxWaitMs`. A damaged file is left as it is.
 */
export async function openStore(
  path: string,
  maxWaitMs = MAX_WAIT_MS,
): Promise<Deno.Kv> {
  try {
    if (isFilePath(path)) {
      checkStoreFile(path, maxWaitMs);
      makePrivate(path);
    }
    return await openAnswering(path, maxWaitMs);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const remedy = error instanceof DamagedStore ? FOR_DAMAGE : FOR_OTHERS;
    programLogger("store").error(
      `Cannot open the store {path}: {error}. The proxy serves with an empty one in memory: without its own lists, what rules remember and what was cached, and what is new is lost when it stops. ${remedy}`,
      { path, error: error.message },
    );
    return await Deno.openKv(":memory:");
  }
}

/** Others are opened without a file. */
function isFilePath(path: string): boolean {
  return path !== ":memory:" && !/^https?:/i.test(path);
}

/** Whoever may read the file can read what is in it: only its owner is to. */
function makePrivate(path: string): void {
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
}

/**
 * Opens a store and reads once: it is then that the file is looked at, and who waits for a lock on it waits
 * without end.
 */
async function openAnswering(
  path: string,
  maxWaitMs: number,
): Promise<Deno.Kv> {
  const kv = await Deno.openKv(path);
  const reading = kv.get(["open"]);
  try {
    if (await atMost(maxWaitMs, reading)) return kv;
  } catch (error) {
    kv.close();
    throw error;
  }
  // To close it now would be to wait for it.
  reading.then(() => kv.close(), () => kv.close());
  throw new Error("it does not answer, as when another program has locked it");
}
