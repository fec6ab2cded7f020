/**
 * Which of two responses of one variant is kept, where one is stored and another one comes:
 * nearly always the one that comes (RFC 9111 §4). Whether that may be stored was decided before.
 */

import type { Entry, StoredResponse } from "./entry.ts";
import { parseHttpDate } from "./http_date.ts";

/**
 * True when what is stored stays, and what comes is not stored.
 *
 * @param nowMs Milliseconds since the epoch.
 */
export function staysInPlace(
  stored: Entry,
  incoming: StoredResponse,
  nowMs: number,
): boolean {
  return isMadeLater(stored.response, incoming) ||
    (isFresh(stored, nowMs) && isPartOf(incoming, stored.response));
}

/**
 * RFC 9111 §4: "a cache MUST use the most recent one (as determined by the Date header field)". What was
 * stored before the other one was asked for is not the more recent one, whatever clocks say.
 */
function isMadeLater(
  stored: StoredResponse,
  incoming: StoredResponse,
): boolean {
  if (stored.responseTimeMs < incoming.requestTimeMs) return false;
  const [storedMs, incomingMs] = [dateMs(stored), dateMs(incoming)];
  return storedMs !== undefined && incomingMs !== undefined &&
    storedMs > incomingMs;
}

function dateMs({ fields, responseTimeMs }: StoredResponse) {
  return parseHttpDate(fields.get("date") ?? "", responseTimeMs);
}

function isFresh(
  { freshness, isInvalidated }: Entry,
  nowMs: number,
): boolean {
  return !isInvalidated && nowMs < freshness.freshUntilMs;
}

/** True for some bytes of what is there in whole, as far as length and validators can tell. */
function isPartOf(part: StoredResponse, whole: StoredResponse): boolean {
  if (part.range === undefined || whole.range !== undefined) return false;
  const { end, total = whole.bodyLength } = part.range;
  return whole.status === 200 && total === whole.bodyLength && end <= total &&
    isSame("etag", part, whole) && isSame("last-modified", part, whole);
}

function isSame(name: string, a: StoredResponse, b: StoredResponse): boolean {
  return a.fields.get(name) === b.fields.get(name);
}
