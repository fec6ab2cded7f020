/**
 * Opens the one store of a proxy: what rules remember, what the cache keeps. A proxy whose
 * store can't be had is worth more than its memory: it serves on with one that forgets.
 */

import { programLogger } from "../log/program_log.ts";

/** The store at a path or URL; one in memory when that can't be opened. */
export async function openStore(path: string): Promise<Deno.Kv> {
  try {
    makePrivate(path);
    return await Deno.openKv(path);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    programLogger("store").error(
      "Cannot open the store {path}: {error}. What rules remember and what is cached is lost when the proxy stops; repair or remove the file, or choose another with --kv.",
      { path, error: error.message },
    );
    return await Deno.openKv(":memory:");
  }
}

/** Whoever may read the file can read what is in it: only its owner is to. */
function makePrivate(path: string): void {
  if (path === ":memory:" || /^https?:/i.test(path)) return;
  Deno.openSync(path, { write: true, create: true, mode: 0o600 }).close();
}
