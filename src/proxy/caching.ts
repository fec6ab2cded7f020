/** What the exchanges of a proxy share of its cache. */

import type { CacheStore } from "../cache/cache_store.ts";
import type { Grant } from "../cache/entry.ts";
import type { SharedFetches } from "../cache/shared_fetch.ts";

/** The cache, and what the operator wants of it. */
export interface Caching {
  readonly store: CacheStore;
  readonly fetches: SharedFetches;
  /** What the operator grants where rules say nothing. */
  readonly grant: Grant;
  /** Longer bodies are not stored. */
  readonly maxObjectBytes: number;
  /** Milliseconds since the epoch: `Date.now`. */
  readonly now: () => number;
}
