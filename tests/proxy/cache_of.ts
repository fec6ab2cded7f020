/** A cache in memory alone, for tests of the parts that work with one. */

import { cacheRequest } from "../../src/cache/cache_request.ts";
import { CacheStore } from "../../src/cache/cache_store.ts";
import type { Entry } from "../../src/cache/entry.ts";
import { SharedFetches } from "../../src/cache/shared_fetch.ts";
import type { Cache } from "../../src/policy/rule.ts";
import { Arrival } from "../../src/proxy/arrival.ts";
import type { Asked, Came } from "../../src/proxy/came.ts";
import type { Caching } from "../../src/proxy/caching.ts";
import { fieldsOf } from "../cache/stored_responses.ts";
import { responseOf } from "./wire_values.ts";

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
    fetches: new SharedFetches(1_000_000, store.invalidations),
    grant: {},
    maxObjectBytes: 100_000,
    now: () => NOW_MS,
  };
}

/** What is asked for. */
export const KEY = "http://a.test/";

/** How a request differs from a plain GET of {@link KEY} of which nothing is stored. */
export interface Differing extends Partial<Asked> {
  readonly lines?: readonly string[];
  readonly method?: string;
  readonly hints?: Cache[];
}

/** A response to a request that went out two seconds ago, and after all invalidations. */
export function cameOf(
  caching: Caching,
  { lines = [], method = "GET", hints, ...asked }: Differing = {},
): Came {
  return {
    asked: {
      key: KEY,
      url: KEY,
      request: cacheRequest(method, fieldsOf(...lines)),
      entries: [],
      selected: undefined,
      validating: [],
      completing: undefined,
      ...asked,
    },
    caching,
    hints,
    via: "1.1 us",
    requestTimeMs: NOW_MS - 2000,
    invalidationCount: caching.store.invalidations.count,
  };
}

/** A response of those lines to {@link cameOf} such a request. */
export function arrivalOf(
  caching: Caching,
  lines: readonly string[],
  differing?: Differing,
): Arrival {
  return new Arrival(responseOf(...lines), cameOf(caching, differing));
}

/** What is stored under the key. */
export async function entriesOf(
  { store }: Caching,
): Promise<readonly Entry[]> {
  return await store.get(KEY);
}
