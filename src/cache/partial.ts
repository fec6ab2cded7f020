/**
 * Stored parts of a representation: which bytes a 206 brought, what to ask for to complete them,
 * and two parts joined (RFC 9111 §3.3, §3.4). A stored part's `range` says what it has; its
 * Content-Range is made anew from that for every answer.
 */

import type { Fields } from "../http1/fields.ts";
import { availableRange, wantedSpan } from "./byte_range.ts";
import { type ByteSpan, parseContentRange } from "./content_range.ts";
import { entityTagOf, isStrongMatch, isStrongTag } from "./entity_tag.ts";
import type { StoredRange, StoredResponse } from "./entry.ts";
import { type Exchanged, refreshed } from "./refreshed.ts";

/** A further part of a representation, as it came. */
export interface IncomingPart extends Exchanged {
  /** End-to-end fields of the 206. */
  readonly fields: Fields;
  readonly range: StoredRange;
  readonly body: Uint8Array;
}

/**
 * Which bytes a 206 with a body of that length has; undefined for several parts, for a
 * Content-Range that is invalid or not of bytes, and for one that its body contradicts: such a
 * response is not stored.
 *
 * @param isFramed The body's end is marked, by Content-Length or chunks, so that its length is no
 * accident of the connection.
 */
export function receivedRange(
  response: Fields,
  bodyLength: number,
  isFramed: boolean,
): StoredRange | undefined {
  if (response.count("content-range") !== 1 || bodyLength === 0) {
    return undefined;
  }
  const range = parseContentRange(response.get("content-range")!);
  if (range === undefined) return undefined;
  const end = range.start + bodyLength;
  if (end === range.end) return range;
  if (end > range.end || !isFramed) return undefined;
  // Some origins count the last byte one too far. What they sent is what there is, and where that
  // was to reach the end, the end is there.
  const total = range.total === range.end ? end : range.total;
  return { start: range.start, end, total };
}

/**
 * The value of Range that asks an origin for what a stored part lacks of what a request wants;
 * undefined when the part is of no help, or lacks nothing.
 *
 * What comes can be joined with the part where {@link ifRangeOf} gives a condition to send with
 * it. Without one a 206 is of no use, and a 200 is as good as ever.
 *
 * @param range The value of the request's Range; undefined for the whole representation.
 */
export function missingRange(
  stored: StoredResponse,
  range: string | undefined,
): string | undefined {
  const has = availableRange(stored);
  const wanted = wantedSpan(range, has.total);
  if (wanted === undefined || !overlaps(wanted, has)) return undefined;
  const lacksStart = wanted.start < has.start;
  const lacksEnd = wanted.end > has.end;
  if (lacksStart === lacksEnd) return undefined;
  if (lacksStart) return `bytes=${wanted.start}-${has.start - 1}`;
  const isOpen = wanted.end === Infinity || wanted.end === has.total;
  return `bytes=${has.end}-${isOpen ? "" : wanted.end - 1}`;
}

function overlaps(a: ByteSpan, b: ByteSpan): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The value of If-Range for a request that completes a stored part: its strong entity tag. */
export function ifRangeOf({ fields }: StoredResponse): string | undefined {
  const tag = entityTagOf(fields);
  return tag !== undefined && isStrongTag(tag) ? tag : undefined;
}

/** True when a 206 with those fields and that range can be joined with a stored part. */
export function canCombine(
  stored: StoredResponse,
  response: Fields,
  range: StoredRange,
): boolean {
  const has = stored.range;
  if (has === undefined) return false;
  // RFC 9111 §3.4: "A cache MAY combine these ranges into a single stored response, and reuse that
  // response to satisfy later requests, if they all share the same strong validator".
  const tag = entityTagOf(response);
  const isSame = tag !== undefined &&
    isStrongMatch(entityTagOf(stored.fields) ?? "", tag);
  const total = range.total ?? has.total ?? Infinity;
  const isSameLength = (has.total ?? total) === total && has.end <= total &&
    range.end <= total;
  // Bytes between the two would have no content.
  const isTouching = range.start <= has.end && has.start <= range.end;
  return isSame && isSameLength && isTouching;
}

/** A stored part and one that {@link canCombine} with it, as one: a 200 when nothing lacks any more. */
export function combined(
  stored: StoredResponse,
  storedBody: Uint8Array,
  incoming: IncomingPart,
): { readonly response: StoredResponse; readonly body: Uint8Array } {
  const has = availableRange(stored);
  const start = Math.min(has.start, incoming.range.start);
  const end = Math.max(has.end, incoming.range.end);
  const total = incoming.range.total ?? has.total;
  const body = new Uint8Array(end - start);
  body.set(storedBody, has.start - start);
  body.set(incoming.body, incoming.range.start - start);
  // RFC 9111 §3.4: "the stored response header fields are updated using the header fields provided
  // in the new response, as per Section 3.2."
  const updated = refreshed(stored, incoming.fields, incoming);
  updated.fields.remove("content-range");
  const isWhole = start === 0 && end === total;
  const response: StoredResponse = {
    ...updated,
    status: isWhole ? 200 : 206,
    reasonPhrase: isWhole ? "OK" : stored.reasonPhrase,
    range: isWhole ? undefined : { start, end, total },
    bodyLength: body.length,
  };
  return { response, body };
}
