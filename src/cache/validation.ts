/**
 * Validation: what a request carries that asks whether stored responses are still good, and
 * which of them a 304 says are (RFC 9111 §4.3.1, §4.3.4). What becomes of those is for
 * refreshed.ts.
 */

import type { Fields } from "../http1/fields.ts";
import type { Entry } from "./entry.ts";
import {
  entityTagOf,
  isStrongMatch,
  isStrongTag,
  isWeakMatch,
} from "./entity_tag.ts";

/**
 * The client's fields that a validating request leaves out: its conditions are about what the
 * client has, ours about what is stored, and a 304 speaks for the whole representation.
 */
export const REPLACED_BY_VALIDATION: readonly string[] = [
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "range",
];

/** Reasons not to store a response that are in the request, or that tell of the request. */
const OF_THE_REQUEST: ReadonlySet<string> = new Set([
  "method",
  "request-no-store",
  "authorization",
  "cookie",
  "status",
  "content-range",
]);

/** Among the client's errors, those that tell of the resource and not of the way that it was asked for. */
const OF_THE_RESOURCE: ReadonlySet<number> = new Set(
  [401, 402, 403, 404, 410, 451],
);

const MAX_TAGS = 8;
const MAX_TAG_CHARACTERS = 1024;

/** True when there is anything to ask with: see {@link validatorFields}. */
export function hasValidator(entry: Entry): boolean {
  const { fields } = entry.response;
  return entityTagOf(fields) !== undefined || fields.has("last-modified");
}

/**
 * The entries that one request asks about: the selected one, if any, then those variants that
 * have an ETag, newest first; no more than fit in one field.
 */
export function validationCandidates(
  selected: Entry | undefined,
  variants: readonly Entry[],
): readonly Entry[] {
  const candidates: Entry[] = [];
  let characters = 0;
  if (selected !== undefined && hasValidator(selected)) {
    candidates.push(selected);
    characters += entityTagOf(selected.response.fields)?.length ?? 0;
  }
  for (const variant of variants) {
    const tag = entityTagOf(variant.response.fields);
    if (tag === undefined || variant === selected) continue;
    // RFC 9110 §8.8.1: a weak validator may be shared by representations of one resource that differ in
    // their coding, so that it can't tell which of them this request would get.
    if (!isStrongTag(tag)) continue;
    // A stored part's tag would have the origin answer 304 to who wants the whole.
    if (variant.response.range !== undefined) continue;
    characters += tag.length;
    const isFull = candidates.length === MAX_TAGS ||
      characters > MAX_TAG_CHARACTERS;
    if (isFull) break;
    candidates.push(variant);
  }
  return candidates;
}

/** The fields that ask about candidates: see {@link validationCandidates}. */
export function validatorFields(
  candidates: readonly Entry[],
): readonly (readonly [name: string, value: string])[] {
  const fields: [string, string][] = [];
  // RFC 9111 §4.3.1: "MUST send the relevant entity tags [...] if the entity tags were provided in
  // the stored response(s) being validated."
  const tags = new Set<string>();
  for (const { response } of candidates) {
    const tag = entityTagOf(response.fields);
    if (tag !== undefined) tags.add(tag);
  }
  if (tags.size > 0) fields.push(["If-None-Match", [...tags].join(", ")]);
  // RFC 9111 §4.3.1: "SHOULD send the Last-Modified value (using If-Modified-Since) if [...] a
  // single stored response is being validated, and that response contains a Last-Modified value."
  const modified = candidates.length === 1
    ? candidates[0]!.response.fields.get("last-modified")
    : undefined;
  if (modified !== undefined) fields.push(["If-Modified-Since", modified]);
  return fields;
}

/**
 * Which of the entries that a request asked about a 304 says are still good, in their order; each
 * of them answers the request. None: the 304 can't be used, and the request has to be made again
 * without validators.
 *
 * @param selected The one that the request selects; of others only a strong validator can tell.
 */
export function selectRefreshed(
  candidates: readonly Entry[],
  update: Fields,
  selected: Entry | undefined,
): readonly Entry[] {
  const tag = entityTagOf(update);
  // Where only what the request selects was asked about, a 304 can mean no other (RFC 9110 §15.4.5). This goes
  // beyond RFC 9111 §4.3.4 where an origin leaves out the validators, or gives another tag than the one that it
  // has just found equal, as servers that compress do; the public cache tests require it too.
  const isAlone = candidates.length === 1 && candidates[0] === selected;
  if (isAlone) return candidates;
  if (tag !== undefined && isStrongTag(tag)) {
    // RFC 9111 §4.3.4: "All the stored responses with one of those same strong validators are
    // identified for update. If none of the stored responses contain at least one of the same
    // strong validators, then the cache MUST NOT use the new response to update any".
    return candidates.filter((entry) =>
      isStrongMatch(entityTagOf(entry.response.fields) ?? "", tag)
    );
  }
  // RFC 9111 §4.3.4: "If the new response contains no strong validators but does contain one or
  // more weak validators, and if those validators correspond to one of the cache's stored
  // responses, then the most recent of those matching stored responses is identified for update."
  // Of several only the selected one can be meant: see validationCandidates.
  const isNamed = selected !== undefined && candidates.includes(selected) &&
    isWeaklyNamed(selected, tag, update.get("last-modified"));
  return isNamed ? [selected] : [];
}

/**
 * True when a response that is not stored says that what is stored for such a request is no longer what the
 * origin has. RFC 9111 §4.3.3: "A full response (i.e., one containing content) indicates that none of the stored
 * responses nominated in the conditional request are suitable"; a 5xx does not.
 *
 * @param reason Why it is not stored, as Cache-Status has it.
 */
export function isSuperseding(status: number, reason: string): boolean {
  const isFull = status !== 206 && status !== 304;
  if (!isFull || OF_THE_REQUEST.has(reason)) return false;
  return status < 400 || OF_THE_RESOURCE.has(status);
}

/** By the tag where there is one; by the date alone where there is none. */
function isWeaklyNamed(
  { response: { fields } }: Entry,
  tag: string | undefined,
  modified: string | undefined,
): boolean {
  if (tag !== undefined) return isWeakMatch(entityTagOf(fields) ?? "", tag);
  return modified !== undefined && fields.get("last-modified") === modified;
}
