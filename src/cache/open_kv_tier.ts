/**
 * Opens the KV tier for a cache that does without where it can't be had: the operator is told,
 * and nothing is persisted until the next start.
 */

import type { CacheStoreOptions } from "./cache_store.ts";
import type { Peek } from "./kv_backlog.ts";
import { KvTier } from "./kv_tier.ts";

/** The tier of a cache; undefined where the cache has none, or its store fails. */
export async function openKvTier(
  { kv, diskBytes, now = Date.now, ...options }: CacheStoreOptions,
  peek: Peek,
): Promise<KvTier | undefined> {
  if (kv === undefined || diskBytes <= 0) return undefined;
  try {
    return await KvTier.open({
      ...options,
      kv,
      maxBytes: diskBytes,
      peek,
      now,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    options.onError(
      `Cannot use KV for the cache: ${reason}. It is in memory alone until the next start; ` +
        "repair or remove the file, or choose another by --kv.",
    );
    return undefined;
  }
}
