/**
 * A request's conditions, evaluated against a stored response: whether 304 is the answer, and
 * whether a Range still holds (RFC 9110 §13, RFC 9111 §4.3.2). The response has been selected
 * and may be reused; whether it may is not asked here.
 */

import type { Fields } from "../http1/fields.ts";
import type { StoredResponse } from "./entry.ts";
import {
  entityTagOf,
  entityTags,
  isStrongMatch,
  isWeakMatch,
} from "./entity_tag.ts";
import { parseHttpDate } from "./http_date.ts";

/**
 * True for conditions that the origin alone can evaluate. RFC 9111 §4.3.2: "A cache MUST NOT
 * evaluate conditional header fields that only apply to an origin server", which are If-Match
 * and If-Unmodified-Since (RFC 9110 §13.1.1, §13.1.4).
 */
export function needsOrigin(request: Fields): boolean {
  return request.has("if-match") || request.has("if-unmodified-since");
}

/** True when the client has what is stored: the answer is 304. For GET and HEAD. */
export function answersNotModified(
  request: Fields,
  stored: StoredResponse,
): boolean {
  // RFC 9110 §13.2.1: "MUST ignore all received preconditions if its response to the same request
  // without those conditions [...] would have been a status code other than a 2xx".
  if (stored.status < 200 || stored.status > 299) return false;
  // RFC 9110 §13.1.3: "A recipient MUST ignore If-Modified-Since if the request contains an
  // If-None-Match header field".
  if (request.has("if-none-match")) return hasTag(request, stored);
  const since = request.get("if-modified-since");
  return since !== undefined && request.count("if-modified-since") === 1 &&
    isUnmodified(since, stored);
}

function hasTag(request: Fields, stored: StoredResponse): boolean {
  const list = request.count("if-none-match") === 1
    ? request.get("if-none-match")!
    : request.all("if-none-match").join(",");
  // RFC 9110 §13.1.2: "If the field value is "*", the condition is false if the origin server has
  // a current representation".
  if (list === "*") return true;
  const tag = entityTagOf(stored.fields);
  if (tag === undefined) return false;
  // RFC 9110 §13.1.2: "A recipient MUST use the weak comparison function".
  return list === tag ||
    entityTags(list).some((each) => isWeakMatch(each, tag));
}

function isUnmodified(since: string, stored: StoredResponse): boolean {
  // RFC 9110 §13.1.3: "A recipient MUST ignore the If-Modified-Since header field if the received
  // field value is not a valid HTTP-date".
  const sinceMs = parseHttpDate(since, stored.responseTimeMs);
  if (sinceMs === undefined) return false;
  const modifiedMs = modificationTimeMs(stored);
  // RFC 9110 §13.1.3: "If the selected representation's last modification date is earlier or equal
  // to the date provided in the field value, the condition is false."
  return modifiedMs !== undefined && modifiedMs <= sinceMs;
}

/** Undefined for a Last-Modified that is no date: nothing can be said of it. */
function modificationTimeMs(stored: StoredResponse): number | undefined {
  const modified = stored.fields.get("last-modified");
  const { responseTimeMs } = stored;
  if (modified !== undefined) return parseHttpDate(modified, responseTimeMs);
  // RFC 9111 §4.3.2: "If [...] the Last-Modified header field is not present in a stored response,
  // a cache SHOULD use the stored response's Date field value (or, if no Date field is present, the
  // time that the stored response was received) to evaluate the conditional."
  const date = stored.fields.get("date") ?? "";
  return parseHttpDate(date, responseTimeMs) ?? responseTimeMs;
}

/** True when the request, a GET, asks for ranges and may have them of this very representation. */
export function isRangeWanted(
  request: Fields,
  stored: StoredResponse,
): boolean {
  // RFC 9110 §5.3, §14.2: Range is no list, so several of them are no valid one.
  if (request.count("range") !== 1) return false;
  const condition = request.get("if-range");
  // RFC 9110 §13.1.5: "MUST ignore the Range header field if the If-Range condition evaluates as
  // false."
  return condition === undefined ||
    (request.count("if-range") === 1 && ifRangeHolds(condition, stored));
}

function ifRangeHolds(condition: string, stored: StoredResponse): boolean {
  const { fields } = stored;
  // RFC 9110 §13.1.5: "A valid entity-tag can be distinguished from a valid HTTP-date by examining
  // the first three characters for a DQUOTE."
  if (condition.slice(0, 3).includes('"')) {
    const tag = entityTagOf(fields);
    // "exactly matches the ETag field value [...] using the strong comparison function"
    return tag !== undefined && isStrongMatch(condition, tag);
  }
  // "If the HTTP-date validator provided is not a strong validator in the sense defined by Section
  // 8.8.2.2, the condition is false. If the HTTP-date validator provided exactly matches the
  // Last-Modified field value for the selected representation, the condition is true."
  return condition === fields.get("last-modified") &&
    isStrongDate(condition, stored);
}

/**
 * RFC 9110 §8.8.2.2: strong when the "cache entry includes a Date value which is at least one
 * second after the Last-Modified value", so that no second change can have had the same date.
 */
function isStrongDate(modified: string, stored: StoredResponse): boolean {
  const { fields, responseTimeMs } = stored;
  const modifiedMs = parseHttpDate(modified, responseTimeMs);
  const dateMs = parseHttpDate(fields.get("date") ?? "", responseTimeMs);
  return modifiedMs !== undefined && dateMs !== undefined &&
    dateMs - modifiedMs >= 1000;
}
