/** A cache in memory with entries that a test names, and a clock that stands still. */

import { CacheStore } from "../../src/cache/cache_store.ts";
import type { StoredResponse } from "../../src/cache/entry.ts";
import { RECEIVED_MS, stored } from "../cache/stored_responses.ts";

/** 22 s after the responses came. */
export const NOW_MS = RECEIVED_MS + 22_000;

/** What differs from a plain 200, and its field lines. */
export type Filling = Partial<StoredResponse> & {
  readonly lines?: readonly string[];
};

/** Opens a store with an entry for each URL. */
export async function filledStore(
  ...fillings: readonly (string | Filling)[]
): Promise<CacheStore> {
  const store = await CacheStore.open({
    memoryBytes: 16 * 1024 * 1024,
    diskBytes: 0,
    maxObjectBytes: 1024 * 1024,
    now: () => NOW_MS,
    onError: (message) => {
      throw new Error(message);
    },
  });
  for (const filling of fillings) {
    const { lines = ["Cache-Control: s-maxage=60"], ...overrides } =
      typeof filling === "string" ? { url: filling } : filling;
    const response = stored(lines, { key: overrides.url ?? "", ...overrides });
    store.put(response, new Uint8Array(response.bodyLength), []);
  }
  return store;
}
