/**
 * Which bytes of a stored body a Range field asks for (RFC 9110 §14.1, §14.2). Decides what is
 * answered, without the bytes: what of the representation is stored is all it knows. If-Range
 * is for precondition.ts.
 */

import { BLANKS_AROUND } from "../http1/fields.ts";
import type { ByteSpan } from "./content_range.ts";
import type { StoredRange, StoredResponse } from "./entry.ts";

/**
 * What a Range field asks of a stored response: spans of the representation (not of the stored
 * body), none overlapping another; or
 *
 * - `whole`: the field is to be ignored;
 * - `unsatisfiable`: 416;
 * - `missing`: it asks for bytes that are not stored.
 */
export type RangeOutcome =
  | readonly ByteSpan[]
  | "whole"
  | "unsatisfiable"
  | "missing";

/** One range as it was sent. */
interface RangeSpec {
  /** Undefined for a suffix range: the last `last` bytes. */
  readonly first: number | undefined;
  /** The last byte's position; Infinity where none is given. */
  readonly last: number;
}

/** Viewers that read a file in pieces ask for fewer at once. Apache's limit is 200. */
const MAX_RANGES = 16;

/** What `range`, the value of a request's Range, asks of a stored response. */
export function evaluateRange(
  range: string | undefined,
  stored: StoredResponse,
): RangeOutcome {
  // RFC 9110 §14.2: "The Range header field is evaluated [...] only if the result in absence of the
  // Range header field would be a 200 (OK) response."
  const isPart = stored.range !== undefined;
  if (!isPart && (range === undefined || stored.status !== 200)) return "whole";
  const available = availableRange(stored);
  const specs = range === undefined ? undefined : parseRange(range);
  // No byte of an empty representation can be named in a Content-Range.
  const isIgnored = specs === undefined || available.total === 0;
  if (isIgnored) return isPart ? "missing" : "whole";
  const spans: ByteSpan[] = [];
  for (const spec of specs) {
    const span = spanOf(spec, available.total);
    if (span === "unknown") return "missing";
    if (span !== undefined) addCoalesced(spans, span);
  }
  // RFC 9110 §14.1.1: "A ranges-specifier is satisfiable if it contains at least one range-spec that
  // is satisfiable".
  if (spans.length === 0) return "unsatisfiable";
  return spans.every((span) => isWithin(span, available)) ? spans : "missing";
}

/**
 * The one span that a Range field asks for, or that no Range field does: the whole. It may end at
 * Infinity where the length is not known. Undefined for several ranges and for what can't be told.
 */
export function wantedSpan(
  range: string | undefined,
  total: number | undefined,
): ByteSpan | undefined {
  const specs = range === undefined ? WHOLE : parseRange(range) ?? WHOLE;
  const [spec] = specs;
  if (spec === undefined || specs.length > 1) return undefined;
  const span = spanOf(spec, total);
  if (span !== "unknown") return span;
  return spec.first === undefined
    ? undefined
    : { start: spec.first, end: Infinity };
}

const WHOLE: readonly RangeSpec[] = [{ first: 0, last: Infinity }];

/** Which bytes of its representation a response has: all of them, unless it says otherwise. */
export function availableRange(stored: StoredResponse): StoredRange {
  const length = stored.bodyLength;
  return stored.range ?? { start: 0, end: length, total: length };
}

/** The ranges of a Range field; undefined when it is none that is understood here. */
function parseRange(value: string): readonly RangeSpec[] | undefined {
  const set = RANGE_SET.exec(value)?.[1];
  // RFC 9110 §14.2: "MUST ignore a Range header field that contains a range unit it does not
  // understand"; "MAY ignore or reject a Range header field that contains an invalid
  // ranges-specifier [...] or a set of many small ranges".
  if (set === undefined) return undefined;
  const specs: RangeSpec[] = [];
  const members = set.split(",");
  if (members.length > MAX_RANGES) return undefined;
  for (const member of members) {
    const text = member.replace(BLANKS_AROUND, "");
    if (text === "") continue;
    const spec = parseSpec(text);
    if (spec === undefined) return undefined;
    specs.push(spec);
  }
  return specs.length === 0 ? undefined : specs;
}

const RANGE_SET = /^bytes=(.+)$/i;
const RANGE_SPEC = /^(\d*)-(\d*)$/;

function parseSpec(text: string): RangeSpec | undefined {
  const match = RANGE_SPEC.exec(text);
  if (match === null || text === "-") return undefined;
  const [, first, last] = match;
  if (first === "") return { first: undefined, last: Number(last) };
  const spec = {
    first: Number(first),
    last: last === "" ? Infinity : Number(last),
  };
  // RFC 9110 §14.1.1: "An int-range is invalid if the last-pos value is present and less than
  // first-pos."
  return spec.last < spec.first ? undefined : spec;
}

/** Undefined: not satisfiable. "unknown": depends on the representation's length. */
function spanOf(
  { first, last }: RangeSpec,
  total: number | undefined,
): ByteSpan | "unknown" | undefined {
  if (total === undefined) {
    if (first === undefined || last === Infinity) return "unknown";
    return { start: first, end: last + 1 };
  }
  // RFC 9110 §14.1.2: "If the selected representation is shorter than the specified suffix-length,
  // the entire representation is used."
  const start = first ?? Math.max(0, total - last);
  // RFC 9110 §14.1.2: "if the value is greater than or equal to the current length of the
  // representation data, the byte range is interpreted as the remainder of the representation".
  const end = first === undefined ? total : Math.min(last + 1, total);
  return start < end ? { start, end } : undefined;
}

/**
 * RFC 9110 §15.3.7.2: "a server MAY coalesce any of the ranges that overlap". So no set of
 * ranges makes an answer longer than the representation. The place is that of the earliest.
 */
function addCoalesced(spans: ByteSpan[], added: ByteSpan): void {
  let { start, end } = added;
  let place = spans.length;
  for (let i = spans.length - 1; i >= 0; i--) {
    const other = spans[i]!;
    if (other.start > end || other.end < start) continue;
    start = Math.min(start, other.start);
    end = Math.max(end, other.end);
    spans.splice(i, 1);
    place = i;
  }
  spans.splice(place, 0, { start, end });
}

function isWithin(span: ByteSpan, available: StoredRange): boolean {
  return span.start >= available.start && span.end <= available.end;
}
