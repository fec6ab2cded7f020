/**
 * Which stored response of a URL a request gets: the variants that Vary makes (RFC 9111 §4.1; RFC 9110
 * §12.5.5). Values are compared in a normal form, in which spelling that means the same is the same.
 */

import { isToken } from "../http1/field_names.ts";
import { BLANKS_AROUND, type Fields } from "../http1/fields.ts";
import type { Entry, SelectingField } from "./entry.ts";

/** A response whose Vary names more fields is not stored: it would hardly be chosen again. */
export const MAX_VARY_FIELDS = 16;

const NO_NAMES: readonly string[] = Object.freeze([]);
const NO_FIELDS: readonly SelectingField[] = Object.freeze([]);

/** Fields whose members are without case and of one weight in any order (RFC 9110 §12.5.2-§12.5.4). */
const PREFERENCES: ReadonlySet<string> = new Set([
  "accept-charset",
  "accept-encoding",
  "accept-language",
]);

/** A weight at the end of a member (RFC 9110 §12.4.2). */
const WEIGHT = /(?<=[^ \t])[ \t]*;[ \t]*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i;

/** What browsers and tools send for Accept-Encoding: a look-up stands for the normal form. */
const COMMON_PREFERENCES: ReadonlyMap<string, string> = new Map(
  [
    "gzip, deflate, br, zstd",
    "gzip, deflate, br",
    "gzip, deflate",
    "gzip",
    "identity",
  ].map((value) => [value, normalPreferences(value)]),
);

/**
 * The names in Vary: in lower case, sorted, each once; none without Vary. Undefined when no later request
 * can match: for `*`, for what is no list of names, for more than {@link MAX_VARY_FIELDS}.
 */
export function varyNames(fields: Fields): readonly string[] | undefined {
  if (!fields.has("vary")) return NO_NAMES;
  const names = [...new Set(fields.tokens("vary"))].sort();
  const isUsable = names.length <= MAX_VARY_FIELDS &&
    names.every((name) => name !== "*" && isToken(name));
  return isUsable ? names : undefined;
}

/** What a request has in the fields of those names, for the response to it. */
export function selectingFields(
  names: readonly string[],
  requestFields: Fields,
): readonly SelectingField[] {
  if (names.length === 0) return NO_FIELDS;
  return names.map((name) => ({ name, value: valueOf(name, requestFields) }));
}

/** True when a request may get that stored response, as far as Vary goes. */
export function matches(entry: Entry, requestFields: Fields): boolean {
  const { selecting } = entry.response;
  return selecting.length === 0 ||
    selecting.every((field) =>
      valueOf(field.name, requestFields) === field.value ||
      isInPreferredLanguage(field, entry, requestFields)
    );
}

/**
 * The variant for a request. Of several that match "the cache will need to choose one to use": the one that
 * the origin made last, as RFC 9111 §4.1 has it with Date.
 */
export function selectVariant(
  entries: readonly Entry[],
  requestFields: Fields,
): Entry | undefined {
  let selected: Entry | undefined;
  for (const entry of entries) {
    if (!matches(entry, requestFields)) continue;
    if (selected === undefined || isNewer(entry, selected)) selected = entry;
  }
  return selected;
}

/** True when a response takes the place of another one under the same key. */
export function isSameVariant(
  a: readonly SelectingField[],
  b: readonly SelectingField[],
): boolean {
  return a.length === b.length &&
    a.every(({ name, value }, i) =>
      name === b[i]!.name && value === b[i]!.value
    );
}

function isNewer(a: Entry, b: Entry): boolean {
  const [madeA, madeB] = [madeMs(a), madeMs(b)];
  return madeA === madeB ? a.id > b.id : madeA > madeB;
}

function madeMs({ response, freshness }: Entry): number {
  return response.responseTimeMs - freshness.initialAgeMs;
}

/** The normal form of a request's value; undefined when it has no such field. */
function valueOf(name: string, fields: Fields): string | undefined {
  const first = fields.get(name);
  if (first === undefined) return undefined;
  // RFC 9111 §4.1: "combining multiple header field lines with the same field name".
  const value = fields.count(name) === 1 ? first : fields.all(name).join(",");
  if (PREFERENCES.has(name)) return preferences(value);
  if (name === "accept") return normalAccept(value);
  // Of a field that is not known here, it is assumed to be a list: nearly all of those with commas are, and the
  // public cache tests ask for it.
  return members(value).join(",");
}

/** The members of a list; a value with a quoted string is one member, whose commas may be no list's. */
function members(value: string): string[] {
  if (!value.includes(",") || value.includes('"')) return [value];
  // "adding or removing whitespace, where allowed in the header field's syntax".
  return value.split(",").map((member) => member.replace(BLANKS_AROUND, ""));
}

function preferences(value: string): string {
  return COMMON_PREFERENCES.get(value) ?? normalPreferences(value);
}

/**
 * "normalizing both header field values in a way that is known to have identical semantics, according to the
 * header field's specification (e.g., reordering field values when order is not significant;
 * case-normalization, where values are defined to be case-insensitive)".
 */
function normalPreferences(value: string): string {
  return members(value).filter(isThere)
    .map((member) => withNormalWeight(member).toLowerCase())
    .sort().join(",");
}

/**
 * Media types are without case, and so are the names of parameters (RFC 9110 §8.3.1, §5.6.6); values may have
 * one. The order stays: it means nothing (§12.5.1), but origins are known to take the first of equal weight.
 */
function normalAccept(value: string): string {
  // In quotes, a semicolon may be no parameter's either.
  if (value.includes('"')) return value;
  return members(value).filter(isThere).map(normalMediaRange).join(",");
}

function normalMediaRange(member: string): string {
  const [range, ...parameters] = withNormalWeight(member).split(";")
    .map((part) => part.replace(BLANKS_AROUND, ""));
  const named = parameters.map((parameter) =>
    parameter.replace(/^[^=]*/, (name) => name.toLowerCase())
  );
  return [range!.toLowerCase(), ...named].join(";");
}

/** The same weight in its shortest form: none for 1. */
function withNormalWeight(member: string): string {
  return member.replace(WEIGHT, (_, text: string) => {
    const weight = Number(text);
    return weight === 1 ? "" : `;q=${weight}`;
  });
}

// RFC 9110 §5.6.1.2: "A recipient MUST parse and ignore a reasonable number of empty list elements".
function isThere(member: string): boolean {
  return member !== "";
}

/**
 * The response is in the very language that the client wants most: then the origin would hardly choose
 * another one, whatever else the client would take (RFC 9110 §12.5.4).
 */
function isInPreferredLanguage(
  { name }: SelectingField,
  { response }: Entry,
  requestFields: Fields,
): boolean {
  if (name !== "accept-language") return false;
  const language = response.fields.get("content-language")?.toLowerCase();
  return language !== undefined &&
    language === preferredLanguage(requestFields);
}

/** The language with the greatest weight; undefined when several have it, or none is wanted. */
function preferredLanguage(fields: Fields): string | undefined {
  const weighed = fields.tokens("accept-language").filter(isThere)
    .map((member) => ({
      language: member.replace(WEIGHT, ""),
      weight: Number(WEIGHT.exec(member)?.[1] ?? 1),
    }));
  const most = Math.max(...weighed.map(({ weight }) => weight));
  // RFC 9110 §12.4.2: "a value of 0 means "not acceptable"".
  if (most === 0) return undefined;
  const preferred = weighed.filter(({ weight }) => weight === most);
  return preferred.length === 1 ? preferred[0]?.language : undefined;
}
