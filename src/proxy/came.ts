/**
 * What came from an origin for the cache, as whoever stores something of it sees it: what was
 * asked for, what of that is stored already, and when the request went out. Judges nothing of the
 * response itself.
 */

import type { CacheRequest } from "../cache/cache_request.ts";
import type { Entry, Judgement, StoredResponse } from "../cache/entry.ts";
import { receivedAge, type TimedResponse } from "../cache/freshness.ts";
import type { Exchanged } from "../cache/refreshed.ts";
import { isSameVariant } from "../cache/variants.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Cache } from "../policy/rule.ts";
import { grantOf, tagsOf } from "./cache_hints.ts";
import type { Caching } from "./caching.ts";

/** What was asked for, and what of it is stored already. */
export interface Asked {
  readonly key: string;
  readonly url: string;
  /** The request as it would go out without a cache. */
  readonly request: CacheRequest;
  /** All that is stored under the key. */
  readonly entries: readonly Entry[];
  /** The one that the request selects. */
  readonly selected: Entry | undefined;
  /** Those of them that the origin is asked to confirm; empty for none. */
  readonly validating: readonly Entry[];
  /** A stored part that the origin is asked to complete. */
  readonly completing: Entry | undefined;
}

/** How the response came. */
export interface Came {
  readonly asked: Asked;
  readonly caching: Caching;
  /** What rules decided about storing it. */
  readonly hints: readonly Cache[] | undefined;
  /** What rules made of the response. Default: nothing. */
  readonly judgement?: Judgement | undefined;
  /** Our member of Via. */
  readonly via: string;
  /** When the request went out. Milliseconds since the epoch. */
  readonly requestTimeMs: number;
  /** How many invalidations there were by then. */
  readonly invalidationCount: number;
}

/** The response as far as its freshness goes. */
export function timedResponse(
  { status, fields }: ResponseHead,
  { hints, caching, requestTimeMs }: Came,
): TimedResponse {
  return {
    status,
    fields,
    grant: grantOf(hints, caching.grant),
    requestTimeMs,
    responseTimeMs: caching.now(),
    receivedAgeSeconds: receivedAge(fields),
  };
}

/** What a stored response takes over from it. */
export function exchangedOf(
  { asked: { request }, hints }: Came,
  { grant, requestTimeMs, responseTimeMs, receivedAgeSeconds }: TimedResponse,
): Exchanged {
  return {
    grant,
    requestTimeMs,
    responseTimeMs,
    receivedAgeSeconds,
    tags: tagsOf(hints),
    requestFields: request.fields,
  };
}

/**
 * True where what was asked for has been invalidated since the request went out (RFC 9111 §4.4): it may
 * be from before, so that it answers who asked, and nothing of it is stored.
 */
export function isOutdated(
  { asked: { key }, caching: { store }, invalidationCount }: Came,
): boolean {
  return store.invalidations.isSince(key, invalidationCount);
}

/**
 * The answer is not stored, and neither is it what is stored for such a request: the origin is asked about
 * that before it is used again (RFC 9111 §4.3.3).
 */
export function supersede(
  { asked: { selected }, caching: { store } }: Pick<Came, "asked" | "caching">,
): void {
  if (selected !== undefined) store.invalidateEntry(selected);
}

/** What is under the key by now: somebody else may have stored the same meanwhile. */
export function storedNow(
  { asked: { key, entries }, caching: { store } }: Came,
): readonly Entry[] {
  const now = store.get(key);
  return now instanceof Promise ? entries : now;
}

/** What a response takes the place of. */
export function variantsLike(
  { selecting }: Pick<StoredResponse, "selecting">,
  came: Came,
): readonly Entry[] {
  const stored = storedNow(came);
  return stored.length === 0
    ? stored
    : stored.filter(({ response }) =>
      isSameVariant(response.selecting, selecting)
    );
}
