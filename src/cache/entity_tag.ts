/**
 * Entity tags: what in a field is one, and which two are equal (RFC 9110 §8.8.3). Malformed
 * ones are opaque text like all others: an origin that sends them has to get back what it sent,
 * and equal text is as good a sign of an equal representation as before.
 */

import { BLANKS_AROUND, type Fields } from "../http1/fields.ts";

const COMMA = 44;
const QUOTE = 34;

/** The entity tag of a response; undefined without, and for an empty ETag, which names nothing. */
export function entityTagOf(response: Fields): string | undefined {
  return response.get("etag") || undefined;
}

/** True for a tag that is not marked weak (RFC 9110 §8.8.3: the mark is case-sensitive). */
export function isStrongTag(tag: string): boolean {
  return !tag.startsWith("W/");
}

/** RFC 9110 §8.8.3.2: "two entity tags are equivalent if both are not weak and their opaque-tags match". */
export function isStrongMatch(a: string, b: string): boolean {
  return a === b && isStrongTag(a);
}

/** RFC 9110 §8.8.3.2: "equivalent if their opaque-tags match [...] regardless of either or both being tagged as weak". */
export function isWeakMatch(a: string, b: string): boolean {
  return a === b || opaqueTag(a) === opaqueTag(b);
}

function opaqueTag(tag: string): string {
  return isStrongTag(tag) ? tag : tag.slice(2);
}

/** The members of a list of entity tags, in their order; commas within quotes are part of a tag. */
export function entityTags(list: string): string[] {
  const tags: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at <= list.length; at++) {
    const code = list.charCodeAt(at);
    // RFC 9110 §8.8.3: an opaque-tag has no escapes, a backslash is a character like others.
    if (code === QUOTE) isQuoted = !isQuoted;
    const isEnd = at === list.length || (code === COMMA && !isQuoted);
    if (!isEnd) continue;
    const tag = list.slice(start, at).replace(BLANKS_AROUND, "");
    if (tag !== "") tags.push(tag);
    start = at + 1;
  }
  return tags;
}
