/**
 * Patterns for paths: text in which `*` is any run of characters, slashes included. Paths
 * are judged in canonical form, without their query and without case; patterns are brought
 * to it, so that `/%7Euser/*` is what it says.
 */

import { normalizeEscapes } from "./canonical.ts";

/** What a pattern may be; ends the sentence "wants …". */
export const PATH_PATTERN_WANTED =
  'a path that begins with "/" or "*", without dot segments, query and fragment';

/** Brings a pattern to canonical form; undefined when no path can ever fit it. */
export function parsePathPattern(pattern: string): string | undefined {
  if (!/^[/*][^?#]*$/s.test(pattern)) return undefined;
  const canonical = normalizeEscapes(pattern).replace(/\/{2,}/g, "/");
  if (/\/\.{1,2}(?:\/|$)/.test(canonical)) return undefined;
  return canonical.toLowerCase();
}
