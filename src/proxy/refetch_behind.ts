/**
 * Fetches anew what is stale, while the stale is served (RFC 5861 §3): on nobody's behalf, so
 * without what this one client asked of caches and without a client to answer.
 */

import { cacheRequest } from "../cache/cache_request.ts";
import type { Entry } from "../cache/entry.ts";
import { SharedFetch } from "../cache/shared_fetch.ts";
import { validationCandidates } from "../cache/validation.ts";
import { CachedFetch } from "./cached_fetch.ts";
import { isConfirmable } from "./judgement.ts";
import { refreshingRequest } from "./validating_request.ts";
import type { WalkParts } from "./walk_parts.ts";

/** Begins a fetch of what `selected` is stale of; nothing when one is under way, or too many of the origin are. */
export function refetchBehind(
  parts: WalkParts,
  selected: Entry,
  entries: readonly Entry[],
): void {
  const { exchange, key, caching, services } = parts;
  const { fetches } = caching;
  if (fetches.get(key) !== undefined) return;
  const behind = exchange.behind(services.self.nextId());
  behind.method = "GET";
  const asking = refreshingRequest(parts.outgoing, []);
  const validating = validationCandidates(selected, entries)
    .filter((entry) => isConfirmable(entry, behind, asking, caching.now()));
  const outgoing = refreshingRequest(parts.outgoing, validating);
  const { fields } = outgoing.request.head;
  const asked = {
    key,
    url: exchange.url,
    request: cacheRequest("GET", fields),
    entries,
    selected,
    validating,
    completing: undefined,
  };
  const fetch = new SharedFetch();
  const call = new CachedFetch(behind, outgoing, services, {
    asked,
    reason: "stale",
    fetch,
    caching,
    connection: undefined,
  });
  const origin = `${behind.targetHost}:${behind.targetPort}`;
  if (!fetches.unawaited.tryBegin(origin)) return;
  fetches.begin(key, fetch);
  // What fails leaves the stale response as it is, and is told to whoever follows this fetch.
  call.start().finally(() => fetches.unawaited.end(origin));
}
