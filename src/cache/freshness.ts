/**
 * How long a stored response is fresh, how old it is, and what may be done with it when it is stale
 * (RFC 9111 §4.2; RFC 5861; RFC 9213). Follows once and for all from the response, so that a use of it
 * compares two numbers. Whether a request may be answered by it is the business of reuse.ts.
 */

import type { Fields } from "../http1/fields.ts";
import { type CacheControl, deltaSeconds } from "./cache_control.ts";
import { responseDirectives } from "./cdn_cache_control.ts";
import type { Entry, Grant } from "./entry.ts";
import { parseHttpDate } from "./http_date.ts";

/** Where a lifetime comes from, the one that goes before the others first. */
export type LifetimeSource =
  | "grant"
  | "cdn-cache-control"
  | "s-maxage"
  | "max-age"
  | "expires"
  | "default"
  | "heuristic"
  | "none";

/** What follows once and for all from a stored response (RFC 9111 §4.2). Times in milliseconds. */
export interface Freshness {
  readonly lifetimeMs: number;
  readonly source: LifetimeSource;
  /** corrected_initial_age (§4.2.3). Infinity when the Age that came can't be read. */
  readonly initialAgeMs: number;
  /** Since the epoch: fresh before, stale from then on. -Infinity with an infinite age. */
  readonly freshUntilMs: number;
  /** Every use needs a successful validation: `no-cache` without field names. */
  readonly mustValidate: boolean;
  /** Never used stale beyond the two windows below: must-revalidate, proxy-revalidate, s-maxage, no-cache. */
  readonly forbidsStale: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** Not validated while it is fresh because of a reload (RFC 8246). */
  readonly isImmutable: boolean;
}

/** What of a response its freshness depends on. See StoredResponse. */
export interface TimedResponse {
  readonly status: number;
  readonly fields: Fields;
  readonly requestTimeMs: number;
  readonly responseTimeMs: number;
  readonly receivedAgeSeconds: number;
  readonly grant: Grant;
}

// RFC 9110 §15.1: "Responses with status codes that are defined as heuristically cacheable".
const HEURISTICALLY_CACHEABLE: ReadonlySet<number> = new Set(
  [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501],
);

/** RFC 9111 §4.2.2: "A typical setting of this fraction might be 10%". */
const HEURISTIC_FRACTION = 0.1;
const MAX_HEURISTIC_MS = 86_400_000;

/** True for a status whose responses may be given a lifetime that they don't state (RFC 9110 §15.1). */
export function isHeuristicallyCacheable(status: number): boolean {
  return HEURISTICALLY_CACHEABLE.has(status);
}

/**
 * What follows from a response for its later use.
 *
 * The second argument is for who has the directives already.
 */
export function freshnessOf(
  response: TimedResponse,
  { control, isTargeted } = responseDirectives(response.fields),
): Freshness {
  const { fields, grant, responseTimeMs } = response;
  const dateMs = dateOf(fields, responseTimeMs);
  const stated = statedLifetime(fields, control, isTargeted, dateMs);
  const { lifetimeMs, source } = grantedLifetime(grant) ?? stated ??
    assumedLifetime(response, control, dateMs);
  const initialAgeMs = initialAge(response, dateMs);
  const isGranted = source === "grant" || source === "default";
  // RFC 9111 §5.2.2.2: "In all circumstances, a cache MUST NOT ignore the must-revalidate directive". Only what a
  // rule says for itself goes before it.
  const isStrict = control.mustRevalidate || control.proxyRevalidate ||
    control.noCache;
  return {
    lifetimeMs,
    source,
    initialAgeMs,
    // A lifetime that was granted counts from when the response came, however old it was.
    freshUntilMs: responseTimeMs + lifetimeMs - (isGranted ? 0 : initialAgeMs),
    mustValidate: control.noCache && source !== "grant",
    // §5.2.2.10: s-maxage "incorporates the semantics of the proxy-revalidate response directive". A window
    // that the same response grants is nevertheless its author's wish: the pair is in wide use.
    forbidsStale: isStrict || control.sMaxageSeconds !== undefined,
    staleWhileRevalidateMs: windowMs(
      grant.staleWhileRevalidateSeconds,
      isStrict ? undefined : control.staleWhileRevalidateSeconds,
    ),
    staleIfErrorMs: windowMs(
      grant.staleIfErrorSeconds,
      isStrict ? undefined : control.staleIfErrorSeconds,
    ),
    isImmutable: control.isImmutable,
  };
}

interface Lifetime {
  readonly lifetimeMs: number;
  readonly source: LifetimeSource;
}

function windowMs(
  granted: number | undefined,
  stated: number | undefined,
): number {
  return (granted ?? stated ?? 0) * 1000;
}

function grantedLifetime({ ttlSeconds }: Grant): Lifetime | undefined {
  return ttlSeconds === undefined
    ? undefined
    : { lifetimeMs: ttlSeconds * 1000, source: "grant" };
}

/** The explicit lifetime (§4.2.1). Undefined where the response states none. */
function statedLifetime(
  fields: Fields,
  control: CacheControl,
  isTargeted: boolean,
  dateMs: number,
): Lifetime | undefined {
  const { sMaxageSeconds, maxAgeSeconds } = control;
  // "If the cache is shared and the s-maxage response directive is present, use its value, or …"
  if (sMaxageSeconds !== undefined) {
    const source = isTargeted ? "cdn-cache-control" : "s-maxage";
    return { lifetimeMs: sMaxageSeconds * 1000, source };
  }
  // "If the max-age response directive is present, use its value, or …"
  if (maxAgeSeconds !== undefined) {
    const source = isTargeted ? "cdn-cache-control" : "max-age";
    return { lifetimeMs: maxAgeSeconds * 1000, source };
  }
  // "If the Expires response header field is present, use its value minus the value of the Date response
  // header field".
  if (isTargeted || !fields.has("expires")) return undefined;
  const lifetimeMs = Math.max(0, expiresOf(fields, dateMs) - dateMs);
  return { lifetimeMs, source: "expires" };
}

/** -Infinity for a value that is no date: "especially including the value "0"", it is in the past (§5.3). */
function expiresOf(fields: Fields, dateMs: number): number {
  const value = fields.get("expires") ?? "";
  // §4.2.1: of several values the first, or none.
  const isRepeated = fields.count("expires") > 1 &&
    fields.all("expires").some((other) => other !== value);
  if (isRepeated) return -Infinity;
  return parseHttpDate(value, dateMs) ?? -Infinity;
}

/** A lifetime for a response that states none (§4.2.2): the operator's, or one by its Last-Modified. */
function assumedLifetime(
  { status, fields, grant }: TimedResponse,
  control: CacheControl,
  dateMs: number,
): Lifetime {
  if (!isHeuristicallyCacheable(status) && !control.isPublic) return NONE;
  // Before Cache-Control, this was how servers said no-cache.
  const isPragma = fields.has("pragma") &&
    fields.tokens("pragma").includes("no-cache");
  if (isPragma) return NONE;
  const seconds = grant.defaultTtlSeconds ?? 0;
  if (seconds > 0) return { lifetimeMs: seconds * 1000, source: "default" };
  const modified = fields.get("last-modified");
  const modifiedMs = modified && parseHttpDate(modified, dateMs);
  if (typeof modifiedMs !== "number" || modifiedMs >= dateMs) return NONE;
  const lifetimeMs = Math.min(
    (dateMs - modifiedMs) * HEURISTIC_FRACTION,
    MAX_HEURISTIC_MS,
  );
  return { lifetimeMs, source: "heuristic" };
}

const NONE: Lifetime = { lifetimeMs: 0, source: "none" };

/** date_value (§4.2.3). Without a valid Date it is when the response came (RFC 9110 §6.6.1). */
function dateOf(fields: Fields, responseTimeMs: number): number {
  const date = fields.get("date");
  return date === undefined
    ? responseTimeMs
    : parseHttpDate(date, responseTimeMs) ?? responseTimeMs;
}

/** corrected_initial_age, step by step as §4.2.3 has it. */
function initialAge(response: TimedResponse, dateMs: number): number {
  const { requestTimeMs, responseTimeMs, receivedAgeSeconds } = response;
  const apparentAgeMs = Math.max(0, responseTimeMs - dateMs);
  // Date has whole seconds, and so has what is counted from it.
  const wholeSecondsMs = apparentAgeMs - apparentAgeMs % 1000;
  const responseDelayMs = responseTimeMs - requestTimeMs;
  const correctedAgeMs = receivedAgeSeconds * 1000 + responseDelayMs;
  return Math.max(wholeSecondsMs, correctedAgeMs);
}

// One line that is a number, or a list of one sender's, whose first member counts. Stricter than RFC 9111 §5.1,
// which ignores an invalid value: what can't be read is taken for very old. So are several lines, and a list with
// white space, which is what several lines become when they are joined (RFC 9110 §5.3).
const AGE = /^(\d+)(?:,[^ \t].*)?$/;

/** The Age that a response came with, in seconds: 0 without one, Infinity for one that can't be read (§5.1). */
export function receivedAge(fields: Fields): number {
  const age = fields.get("age");
  if (age === undefined) return 0;
  const seconds = fields.count("age") > 1 ? undefined : AGE.exec(age)?.[1];
  return seconds === undefined ? Infinity : deltaSeconds(seconds);
}

/** The greatest Age that is sent (RFC 9111 §1.2.2). */
const MAX_AGE_SECONDS = 2 ** 31;

/** current_age in whole seconds, as it is sent in Age (§4.2.3, §5.1). */
export function ageSeconds(entry: Entry, nowMs: number): number {
  const seconds = Math.floor(ageMs(entry, nowMs) / 1000);
  return Math.min(seconds, MAX_AGE_SECONDS);
}

/** current_age in milliseconds. Infinity when the Age that came could not be read. */
export function ageMs(
  { freshness, response }: Entry,
  nowMs: number,
): number {
  // A clock that was set back makes nothing younger than it came.
  const residentMs = Math.max(0, nowMs - response.responseTimeMs);
  return freshness.initialAgeMs + residentMs;
}
