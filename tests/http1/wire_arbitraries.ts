/**
 * Arbitraries for property tests of the wire layer: bytes and texts of the kinds
 * that a head may have, and bytes that are nearly a head.
 */

import fc from "fast-check";
import { Fields } from "../../src/http1/fields.ts";
import { latin1Bytes } from "./wire_notation.ts";

const TCHAR = "!#$%&'*+-.^_`|~09azAZ";

/** A token (RFC 9110 §5.6.2). */
export const anyToken = fc.string({
  unit: fc.constantFrom(...TCHAR),
  minLength: 1,
  maxLength: 12,
});

/** A field value as it stands between the white space (RFC 9110 §5.5). */
export const anyFieldValue = fc.string({
  unit: fc.constantFrom(...'\t !,:;="\\az09~\x80\xa0\xff'),
  maxLength: 20,
}).map((text) => text.replace(/^[\t ]+|[\t ]+$/g, ""));

/** Up to eight fields. */
export const anyFields = fc.array(fc.tuple(anyToken, anyFieldValue), {
  maxLength: 8,
}).map(fieldsOf);

/** Any bytes, mostly of those that matter in a head, in pieces of one. */
export const nearlyHeads = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("\r\n", "a", "A: b", " ", ":") },
    { weight: 1, arbitrary: fc.constantFrom("\r", "\n", "\0", "\t", "\x7f") },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }).map(character) },
  ),
  { maxLength: 24 },
).map((parts) => latin1Bytes(parts.join("")));

/** Bytes, and how many of them arrive at a time. */
export const anySteps = fc.array(fc.integer({ min: 1, max: 9 }), {
  minLength: 1,
  maxLength: 8,
});

/** Fields with these names and values. */
export function fieldsOf(
  pairs: readonly (readonly [string, string])[],
): Fields {
  const fields = new Fields();
  for (const [name, value] of pairs) fields.append(name, value);
  return fields;
}

/** The names and values of fields, in order. */
export function pairsOf(fields: Fields): [string, string][] {
  return fields.names.map((name, i) => [name, fields.values[i]!]);
}

/** The ends of the pieces that `length` bytes arrive in, steps taken in turn. */
export function pieceEnds(length: number, steps: readonly number[]): number[] {
  const ends: number[] = [];
  for (let end = 0, i = 0; end < length; i++) {
    end = Math.min(length, end + steps[i % steps.length]!);
    ends.push(end);
  }
  return ends;
}

function character(code: number): string {
  return String.fromCharCode(code);
}
