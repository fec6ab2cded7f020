/**
 * May a stored response answer a request, and how: as it is, stale, after a validation, or not at all
 * (RFC 9111 §4, §5.2.1; RFC 5861; RFC 8246)? The variant was chosen before. Whether the client's own
 * preconditions then make a 304 of it is decided elsewhere.
 */

import type { CacheRequest } from "./cache_request.ts";
import type { Entry } from "./entry.ts";
import { ageMs } from "./freshness.ts";

/** Why a stored response is not used without asking the origin. */
export type ValidationReason =
  | "stale"
  | "no-cache"
  | "invalidated"
  | "request-no-cache"
  | "request-max-age"
  | "request-min-fresh";

/** What becomes of a stored response. */
export type Reuse =
  | { readonly use: "fresh" }
  | {
    readonly use: "stale";
    readonly reason: "max-stale" | "stale-while-revalidate";
    /** It has to be validated meanwhile. */
    readonly isRevalidating: boolean;
  }
  | { readonly use: "validate"; readonly reason: ValidationReason }
  | {
    readonly use: "none";
    /** `only-if-cached` is answered 504; `request-no-store` goes past the cache. */
    readonly reason: "request-no-store" | "only-if-cached";
  };

/** The origin gave no answer at all, or one with an {@link isErrorStatus error status}. */
export type OriginFailure = "disconnected" | "error";

/** True for what RFC 5861 §4 calls an error: "any situation that would result in a 500, 502, 503, or 504". */
export function isErrorStatus(status: number): boolean {
  return status === 500 || (status >= 502 && status <= 504);
}

const FRESH: Reuse = { use: "fresh" };
const MAX_STALE: Reuse = {
  use: "stale",
  reason: "max-stale",
  isRevalidating: false,
};
const REVALIDATING: Reuse = {
  use: "stale",
  reason: "stale-while-revalidate",
  isRevalidating: true,
};
const STALE: Reuse = { use: "validate", reason: "stale" };
const NO_STORE: Reuse = { use: "none", reason: "request-no-store" };
const ONLY_IF_CACHED: Reuse = { use: "none", reason: "only-if-cached" };

/** How long after its freshness a response serves when the origin can't be reached. */
const DISCONNECTED_MS = 86_400_000;

/**
 * Decides how a stored response may answer a request.
 *
 * @param nowMs Milliseconds since the epoch.
 */
export function judgeReuse(
  entry: Entry,
  request: CacheRequest,
  nowMs: number,
): Reuse {
  const { freshUntilMs, mustValidate } = entry.freshness;
  const isUsable = !mustValidate && !entry.isInvalidated;
  if (request.isPlain && isUsable && nowMs < freshUntilMs) return FRESH;
  const { noStore, onlyIfCached } = request.directives;
  // RFC 9111 §5.2.1.5 forbids storing only; who asks for it wants no answer that lay around either.
  if (noStore) return onlyIfCached ? ONLY_IF_CACHED : NO_STORE;
  const reuse = reasonToValidate(entry, request, nowMs) ??
    byFreshness(entry, request, nowMs);
  // §5.2.1.7: "the client only wishes to obtain a stored response".
  return onlyIfCached && reuse.use === "validate" ? ONLY_IF_CACHED : reuse;
}

/** What asks for a validation however fresh the response is. */
function reasonToValidate(
  entry: Entry,
  { directives }: CacheRequest,
  nowMs: number,
): Reuse | undefined {
  const { freshUntilMs, mustValidate, isImmutable } = entry.freshness;
  if (entry.isInvalidated) return validate("invalidated");
  // §5.2.2.4: "MUST NOT be used to satisfy any other request without forwarding it for validation".
  if (mustValidate) return validate("no-cache");
  // §5.2.1.4: "the client prefers stored response not be used … without successful validation".
  if (directives.noCache) return validate("request-no-cache");
  // RFC 8246 §2: proxies "SHOULD skip conditionally revalidating fresh responses containing the immutable
  // extension unless there is a signal from the client that a validation is necessary (e.g., a no-cache
  // Cache-Control request directive)". A max-age of 0 is what a reload sends.
  const isReload = directives.maxAgeSeconds === 0;
  if (isReload && isImmutable && nowMs < freshUntilMs) return undefined;
  // §5.2.1.1: an age "less than or equal to the specified number of seconds". Of 0 nothing is young enough.
  const maxAgeMs = (directives.maxAgeSeconds ?? Infinity) * 1000;
  if (isReload || ageMs(entry, nowMs) > maxAgeMs) {
    return validate("request-max-age");
  }
  // §5.2.1.3: "a response whose freshness lifetime is no less than its current age plus the specified time in
  // seconds".
  const minFreshMs = (directives.minFreshSeconds ?? 0) * 1000;
  return minFreshMs > 0 && freshUntilMs - nowMs < minFreshMs
    ? validate("request-min-fresh")
    : undefined;
}

function byFreshness(
  { freshness }: Entry,
  { directives }: CacheRequest,
  nowMs: number,
): Reuse {
  const staleMs = nowMs - freshness.freshUntilMs;
  if (staleMs < 0) return FRESH;
  // §5.2.1.2: "a response that has exceeded its freshness lifetime by no more than the specified number of
  // seconds".
  const { maxStaleSeconds, maxAgeSeconds } = directives;
  const isAccepted = maxStaleSeconds !== undefined &&
    staleMs <= maxStaleSeconds * 1000;
  if (isAccepted && !freshness.forbidsStale) return MAX_STALE;
  // §5.2.1.1: "Unless the max-stale request directive is also present, the client does not wish to receive a
  // stale response."
  if (maxAgeSeconds !== undefined) return STALE;
  // RFC 5861 §3: "caches MAY serve the response in which it appears after it becomes stale, up to the
  // indicated number of seconds."
  return staleMs < freshness.staleWhileRevalidateMs ? REVALIDATING : STALE;
}

function validate(reason: ValidationReason): Reuse {
  return { use: "validate", reason };
}

/**
 * May the stored response be sent although the origin failed when it was asked?
 *
 * @param nowMs Milliseconds since the epoch.
 */
export function mayServeOnFailure(
  { freshness, isInvalidated }: Entry,
  { directives }: CacheRequest,
  failure: OriginFailure,
  nowMs: number,
): boolean {
  if (isInvalidated || freshness.mustValidate) return false;
  if (directives.noCache || directives.noStore) return false;
  const staleMs = Math.max(0, nowMs - freshness.freshUntilMs);
  // RFC 5861 §4: stale-if-error of the response or of the request, "regardless of other freshness information".
  if (staleMs < freshness.staleIfErrorMs) return true;
  // RFC 9111 §4.2.4: "A cache MUST NOT generate a stale response if it is prohibited by an explicit
  // in-protocol directive".
  if (freshness.forbidsStale && staleMs > 0) return false;
  if (staleMs < (directives.staleIfErrorSeconds ?? 0) * 1000) return true;
  // "… unless it is disconnected or doing so is explicitly permitted".
  return failure === "disconnected" && staleMs < DISCONNECTED_MS;
}
