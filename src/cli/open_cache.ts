/**
 * Opens the cache of the settings: memory, and the store behind it. What fails there is told to
 * the program's log, and costs no answer.
 */

import { CacheStore } from "../cache/cache_store.ts";
import { SharedFetches } from "../cache/shared_fetch.ts";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import type { Caching } from "../proxy/caching.ts";

/** A cache in use. */
export interface OpenCache {
  /** Undefined with --no-cache. */
  readonly caching: Caching | undefined;
  /** Writes what is still to be written. */
  close(): Promise<void>;
}

/** Opens the cache over `kv`. */
export async function openCache(
  settings: Settings,
  kv: Deno.Kv,
): Promise<OpenCache> {
  if (!settings.cache) {
    return { caching: undefined, close: () => Promise.resolve() };
  }
  const { cacheMemoryBytes, cacheDiskBytes, cacheMaxObjectBytes } = settings;
  const logger = programLogger("cache");
  const store = await CacheStore.open({
    memoryBytes: cacheMemoryBytes,
    diskBytes: cacheDiskBytes,
    maxObjectBytes: cacheMaxObjectBytes,
    kv: cacheDiskBytes === 0 ? undefined : kv,
    onError: (error) => logger.error("{error}", { error }),
  });
  // One object has to fit, also where all is kept on disk.
  const fetches = new SharedFetches(
    Math.max(cacheMemoryBytes, cacheMaxObjectBytes),
    store.invalidations,
  );
  const close = async () => {
    fetches.stop();
    await store.close();
  };
  return {
    caching: {
      store,
      fetches,
      grant: { defaultTtlSeconds: settings.cacheDefaultTtlMs / 1000 },
      maxObjectBytes: cacheMaxObjectBytes,
      now: Date.now,
    },
    close,
  };
}
