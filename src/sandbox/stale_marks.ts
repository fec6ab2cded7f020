/**
 * Takes away the files of marks that a proxy left behind when it was killed (see mark.ts).
 * A host that runs keeps the file that it has open: all that is taken of it is the name,
 * which nobody needs once both ends have opened it.
 */

import { join } from "@std/path";
import { tmpdir } from "node:os";
import { MARK_BYTES } from "./mark.ts";

const NAME = /^sluice_rules_[0-9a-f]+$/;
/** Longer than a host takes to open its file. */
const MIN_AGE_MS = 60_000;
const MAX_ENTRIES = 20_000;
const MAX_REMOVED = 1_000;

/**
 * Sweeps a folder. What can't be read or removed stays.
 *
 * @param folder Default: the system's for temporary files.
 * @param nowMs Milliseconds since 1970. Default: now.
 * @returns How many files were removed.
 */
export function sweepStaleMarks(
  folder: string = tmpdir(),
  nowMs: number = Date.now(),
): number {
  let seen = 0;
  let removed = 0;
  try {
    for (const { name, isFile } of Deno.readDirSync(folder)) {
      if (++seen > MAX_ENTRIES || removed >= MAX_REMOVED) break;
      if (!isFile || !NAME.test(name)) continue;
      if (removeIfStale(join(folder, name), nowMs)) removed++;
    }
  } catch (error) {
    if (!isOfTheSystem(error)) throw error;
  }
  return removed;
}

function removeIfStale(path: string, nowMs: number): boolean {
  try {
    if (!isStale(Deno.lstatSync(path), nowMs)) return false;
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (isOfTheSystem(error)) return false;
    throw error;
  }
}

function isStale(
  { isFile, size, mtime, uid }: Deno.FileInfo,
  nowMs: number,
): boolean {
  const isOurs = uid === null || uid === Deno.uid();
  // A file that no host has written to is empty.
  const isMark = isFile && (size === MARK_BYTES || size === 0);
  return isOurs && isMark && mtime !== null &&
    nowMs - mtime.getTime() > MIN_AGE_MS;
}

/** Another sweep was faster, or the folder is another's, or the file is open (Windows). */
function isOfTheSystem(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.Busy;
}
