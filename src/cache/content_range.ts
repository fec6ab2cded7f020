/**
 * Spans of a representation's bytes, and the field Content-Range that names one (RFC 9110
 * §14.4). Positions are counted here from the first byte to one past the last; on the wire the
 * last byte is named.
 */

import type { StoredRange } from "./entry.ts";

/** Bytes of a representation: from `start` to before `end`. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

// RFC 9110 §14.4: range-unit SP first-pos "-" last-pos "/" ( complete-length / "*" ).
const RANGE_RESP = /^bytes[ \t]+(\d{1,15})-(\d{1,15})\/(?:(\d{1,15})|\*)$/i;

/** The span that a Content-Range names; undefined for another unit, for no span and for an invalid one. */
export function parseContentRange(value: string): StoredRange | undefined {
  const match = RANGE_RESP.exec(value);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]) + 1;
  const total = match[3] === undefined ? undefined : Number(match[3]);
  // RFC 9110 §14.4: "A Content-Range field value is invalid if it contains a range-resp that has a
  // last-pos value less than its first-pos value, or a complete-length value less than or equal to
  // its last-pos value."
  if (end <= start || (total !== undefined && total < end)) return undefined;
  return { start, end, total };
}

/** The value of Content-Range for a span that isn't empty. */
export function contentRange(
  span: ByteSpan,
  total: number | undefined,
): string {
  return `bytes ${span.start}-${span.end - 1}/${total ?? "*"}`;
}

/** The value of Content-Range for a 416 (RFC 9110 §15.5.17). */
export function unsatisfiedRange(total: number): string {
  return `bytes */${total}`;
}
