/**
 * The cache's desk for a command: that of the proxy which has the data folder, or, where none
 * runs, one over the KV store itself, with the folder held meanwhile.
 */

import { AdminTokenError, readAdminToken } from "../admin/admin_token.ts";
import { type CacheDesk, StoreDesk } from "../admin/cache_desk.ts";
import { CacheStore } from "../cache/cache_store.ts";
import type { Settings } from "../config.ts";
import { CacheUnavailable } from "./cache_unavailable.ts";
import { checkStoreFile } from "./check_store_file.ts";
import {
  type DataFolder,
  DataFolderHeld,
  holdDataFolder,
} from "./data_folder.ts";
import { RemoteDesk } from "./remote_desk.ts";

/** Enough to look up one URL; what is in memory is of no use afterwards. */
const MEMORY_BYTES = 16 * 1024 * 1024;
const LOAD_POLL_MS = 10;
/** So long another program may have the store locked. */
const MAX_WAIT_MS = 5_000;

/** What a command has at hand. */
export interface OpenDesk {
  readonly desk: CacheDesk;
  /** @throws {CacheUnavailable} when the store failed meanwhile. */
  close(): Promise<void>;
}

/**
 * Opens the desk.
 *
 * @param isChanging Whether the cache is to be changed: then a proxy wants the token.
 * @throws {CacheUnavailable} when there is no cache, or it can't be reached, opened or changed.
 */
export async function openDesk(
  settings: Settings,
  isChanging: boolean,
): Promise<OpenDesk> {
  const { dataDir } = settings;
  if (!exists(dataDir)) {
    throw new CacheUnavailable(
      `Cannot find a cache: there is no data folder "${dataDir}". Name the proxy's with --data.`,
    );
  }
  let folder: DataFolder;
  try {
    folder = holdDataFolder(dataDir, "sluice cache");
  } catch (error) {
    if (error instanceof DataFolderHeld) {
      return remote(error, dataDir, isChanging);
    }
    throw unavailable(error);
  }
  try {
    return await local(settings, folder);
  } catch (error) {
    folder.release();
    throw error;
  }
}

function remote(
  { holder, address, message }: DataFolderHeld,
  dataDir: string,
  isChanging: boolean,
): OpenDesk {
  if (address === undefined) {
    throw new CacheUnavailable(
      holder.startsWith("process")
        ? `Cannot reach the proxy that has the data folder "${dataDir}" (${holder}): it is not listening yet. Try again.`
        : message,
    );
  }
  const token = tokenIn(dataDir, isChanging);
  return {
    desk: new RemoteDesk({ address, token }),
    close: () => Promise.resolve(),
  };
}

/** Reading does without, where a proxy lets this machine read. */
function tokenIn(dataDir: string, isNeeded: boolean): string | undefined {
  try {
    return readAdminToken(dataDir);
  } catch (error) {
    if (!(error instanceof AdminTokenError)) throw error;
    if (isNeeded) throw unavailable(error);
    return undefined;
  }
}

async function local(
  { kvPath, cacheMaxObjectBytes }: Settings,
  folder: DataFolder,
): Promise<OpenDesk> {
  const kv = await openKv(kvPath);
  const failures: string[] = [];
  try {
    const store = await CacheStore.open({
      memoryBytes: MEMORY_BYTES,
      // Nothing is to be dropped for room by who only looks.
      diskBytes: Number.MAX_SAFE_INTEGER,
      maxObjectBytes: cacheMaxObjectBytes,
      kv,
      onError: (message) => failures.push(message),
    });
    await whenLoaded(store);
    const close = async () => {
      await store.close();
      kv.close();
      folder.release();
      throwFailure(failures);
    };
    if (failures.length === 0) {
      return { desk: new StoreDesk(store), close };
    }
    await store.close();
    throw new CacheUnavailable(failures.join(" "));
  } catch (error) {
    kv.close();
    throw error;
  }
}

function throwFailure([failure]: readonly string[]): void {
  if (failure !== undefined) throw new CacheUnavailable(failure);
}

async function openKv(path: string): Promise<Deno.Kv> {
  const isFile = !/^https?:/i.test(path);
  if (path === ":memory:" || isFile && !exists(path)) {
    throw new CacheUnavailable(
      `Cannot find a cache: no proxy runs, and there is no store "${path}". Name another with --data or --kv.`,
    );
  }
  try {
    if (isFile) checkStoreFile(path, MAX_WAIT_MS);
    return await Deno.openKv(path);
  } catch (error) {
    throw new CacheUnavailable(
      `Cannot open the store "${path}": ${
        messageOf(error)
      }. Repair or remove the file, or choose another with --kv.`,
      { cause: error },
    );
  }
}

async function whenLoaded(store: CacheStore): Promise<void> {
  while (store.usage.kv?.isLoaded === false) {
    await new Promise((resolve) => setTimeout(resolve, LOAD_POLL_MS));
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw unavailable(error);
  }
}

function unavailable(error: unknown): CacheUnavailable {
  return new CacheUnavailable(messageOf(error), { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
