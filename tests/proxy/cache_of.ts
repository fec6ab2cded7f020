/** A cache in memory alone, for tests of the parts that work with one. */

import { CacheStore } from "../../src/cache/cache_store.ts";
import { SharedFetches } from "../../src/cache/shared_fetch.ts";
import type { Caching } from "../../src/proxy/caching.ts";

/** Sun, 06 Nov 1994 08:49:37 GMT: what the clock says. */
export const NOW_MS = 784_111_777_000;

/** An empty cache of a megabyte, whose clock stands still. */
export async function emptyCache(): Promise<Caching> {
  const store = await CacheStore.open({
    memoryBytes: 1_000_000,
    diskBytes: 0,
    maxObjectBytes: 100_000,
    now: () => NOW_MS,
    onError: (message) => {
      throw new Error(message);
    },
  });
  return {
    store,
    fetches: new SharedFetches(1_000_000),
    grant: {},
    maxObjectBytes: 100_000,
    now: () => NOW_MS,
  };
}
