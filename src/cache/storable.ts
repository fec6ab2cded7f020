/**
 * May a response be stored, and is it worth it (RFC 9111 §3, for a shared cache)? Asked when its head is
 * there: whether the body comes whole is seen later. Gives the reason as a word for Cache-Status and the
 * log. A rule's lifetime goes before what the response says against storing it; nothing goes before what
 * the request says, nor before Authorization.
 */

import { CACHING } from "../http1/field_names.ts";
import type { Fields } from "../http1/fields.ts";
import type { CacheControl } from "./cache_control.ts";
import type { CacheRequest } from "./cache_request.ts";
import { responseDirectives } from "./cdn_cache_control.ts";
import { parseContentRange } from "./content_range.ts";
import type { Grant } from "./entry.ts";
import {
  type Freshness,
  freshnessOf,
  isHeuristicallyCacheable,
  type TimedResponse,
} from "./freshness.ts";
import { varyNames } from "./variants.ts";

/** Why a response is not stored. */
export type NotStoredReason =
  | "method"
  | "request-no-store"
  | "status"
  | "content-range"
  | "must-understand"
  | "vary"
  | "no-store"
  | "private"
  | "authorization"
  | "set-cookie"
  | "cookie"
  | "no-freshness"
  | "expired"
  | "no-validator";

/** Whether a response is stored, and what was found out about it by the way. */
export type Storing =
  | {
    readonly isStorable: true;
    readonly control: CacheControl;
    readonly freshness: Freshness;
  }
  | { readonly isStorable: false; readonly reason: NotStoredReason };

/**
 * Responses that answer more than the URL and the fields in Vary: a precondition (304, 412), a range (416), a
 * proxy's own demand (407). The others "MUST NOT be stored by a cache" (RFC 6585 §3-§6).
 */
const NEVER_STORED: ReadonlySet<number> = new Set(
  [304, 407, 412, 416, 428, 429, 431, 511],
);

/** Status codes whose requirements on caches are known here (RFC 9110 §15, RFC 7725). */
const UNDERSTOOD: ReadonlySet<number> = new Set([
  ...[200, 201, 202, 203, 204, 205, 206],
  ...[300, 301, 302, 303, 307, 308],
  ...[400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 414, 415],
  ...[417, 421, 422, 426, 451],
  ...[500, 501, 502, 503, 504, 505],
]);

const NO_FRESHNESS: Storing = { isStorable: false, reason: "no-freshness" };

/** Decides whether a response to a request is stored. */
export function judgeStoring(
  request: CacheRequest,
  response: TimedResponse,
): Storing {
  if (isSilent(request, response)) return NO_FRESHNESS;
  const directives = responseDirectives(response.fields);
  const { control } = directives;
  const before = reasonInRequest(request) ??
    reasonInStatus(response, control) ??
    reasonInDirectives(request, response, control);
  if (before !== undefined) return { isStorable: false, reason: before };
  const freshness = freshnessOf(response, directives);
  const reason = reasonInFreshness(request, response, control, freshness);
  return reason === undefined
    ? { isStorable: true, control, freshness }
    : { isStorable: false, reason };
}

/**
 * The commonest of those that are not stored: a plain 200 to a plain GET that says nothing of caching, and that
 * nobody grants anything.
 */
function isSilent(
  { method, isPlain }: CacheRequest,
  { status, fields, grant }: TimedResponse,
): boolean {
  return (fields.bits & CACHING) === 0 && status === 200 && isPlain &&
    method === "GET" && !isGenerous(grant) && !fields.has("vary") &&
    !fields.has("set-cookie");
}

function isGenerous(grant: Grant): boolean {
  return grant.ttlSeconds !== undefined ||
    (grant.defaultTtlSeconds ?? 0) > 0 ||
    grant.staleWhileRevalidateSeconds !== undefined ||
    grant.staleIfErrorSeconds !== undefined;
}

function reasonInRequest(
  { method, directives }: CacheRequest,
): NotStoredReason | undefined {
  // A HEAD's answer has no body to store; nothing else that is understood here is cacheable (RFC 9110 §9.2.3).
  if (method !== "GET") return "method";
  // RFC 9111 §5.2.1.5: "a cache MUST NOT store any part of either this request or any response to it."
  return directives.noStore ? "request-no-store" : undefined;
}

function reasonInStatus(
  { status, fields }: TimedResponse,
  control: CacheControl,
): NotStoredReason | undefined {
  // RFC 9111 §3: "the response status code is final".
  if (status < 200 || NEVER_STORED.has(status)) return "status";
  // RFC 9111 §3.3: an incomplete response is stored only where it says what it has.
  if (status === 206 && !hasRange(fields)) return "content-range";
  // RFC 9111 §3: "if … the must-understand cache directive is present: the cache understands the response
  // status code".
  return control.mustUnderstand && !UNDERSTOOD.has(status)
    ? "must-understand"
    : undefined;
}

function hasRange(fields: Fields): boolean {
  const value = fields.get("content-range");
  return value !== undefined && fields.count("content-range") === 1 &&
    parseContentRange(value) !== undefined;
}

function reasonInDirectives(
  { hasAuthorization }: CacheRequest,
  { fields, grant }: TimedResponse,
  control: CacheControl,
): NotStoredReason | undefined {
  // RFC 9111 §4.1: "A stored response with a Vary header field value containing a member "*" always fails to
  // match." One whose Vary is no list, or an endless one, is no better.
  if (varyNames(fields) === undefined) return "vary";
  // RFC 9111 §3.5: "A shared cache MUST NOT use a cached response to a request with an Authorization header
  // field … unless the response contains a Cache-Control field with a response directive … that allows it":
  // must-revalidate, public and s-maxage do.
  const isShared = control.mustRevalidate || control.isPublic ||
    control.sMaxageSeconds !== undefined;
  if (hasAuthorization && !isShared) return "authorization";
  // Whoever wrote the rule knows that the response is the same for all.
  if ((grant.ttlSeconds ?? 0) > 0) return undefined;
  // RFC 9111 §5.2.2.3: a cache that understands the status code "SHOULD ignore the no-store directive" beside
  // must-understand.
  if (control.noStore && !control.mustUnderstand) return "no-store";
  return control.isPrivate ? "private" : undefined;
}

function reasonInFreshness(
  request: CacheRequest,
  { status, fields }: TimedResponse,
  control: CacheControl,
  freshness: Freshness,
): NotStoredReason | undefined {
  // RFC 9111 §3: at least one of "a public response directive", Expires, max-age, s-maxage, "a status code
  // that is defined as heuristically cacheable".
  const isCacheable = isExplicit(freshness) || control.isPublic ||
    isHeuristicallyCacheable(status);
  if (!isCacheable) return "no-freshness";
  return personalReason(request, fields, control, freshness) ??
    uselessReason(fields, freshness);
}

function isExplicit({ source }: Freshness): boolean {
  return source !== "none" && source !== "heuristic" && source !== "default";
}

/**
 * A lifetime is assumed only for what looks the same for all. The RFC has no such rule (§7.3 warns of it), yet
 * a page with somebody's cookie costs more than a hit is worth.
 */
function personalReason(
  { fields: requestFields }: CacheRequest,
  fields: Fields,
  { noCacheFields, privateFields }: CacheControl,
  freshness: Freshness,
): NotStoredReason | undefined {
  if (isExplicit(freshness)) return undefined;
  const setsCookie = fields.has("set-cookie") &&
    !noCacheFields.includes("set-cookie") &&
    !privateFields.includes("set-cookie");
  if (setsCookie) return "set-cookie";
  return freshness.source === "default" && requestFields.has("cookie")
    ? "cookie"
    : undefined;
}

/** What can neither be used as it is nor be validated is not worth its room. */
function uselessReason(
  fields: Fields,
  freshness: Freshness,
): NotStoredReason | undefined {
  if (fields.has("etag") || fields.has("last-modified")) return undefined;
  if (freshness.mustValidate) return "no-validator";
  const usableMs = freshness.lifetimeMs + freshness.staleWhileRevalidateMs +
    freshness.staleIfErrorMs;
  if (usableMs > 0) return undefined;
  return freshness.source === "none" ? "no-freshness" : "expired";
}
