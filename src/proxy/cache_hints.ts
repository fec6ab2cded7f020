/**
 * What rules decided about storing an answer, over all of them and over both phases: a later
 * decision wins, field by field; tags add up; a bypass stays.
 */

import type { KeyParts } from "../cache/cache_key.ts";
import type { Grant } from "../cache/entry.ts";
import type { Cache } from "../policy/rule.ts";
import { compileGlob } from "../policy/glob.ts";

const NO_TAGS: readonly string[] = [];

/** True when a rule wants the cache left out of it. */
export function isBypassed(hints: readonly Cache[] | undefined): boolean {
  return hints !== undefined && hints.some((hint) => hint.bypass === true);
}

/** What of a rule's decisions, and of the upstream that it chose, makes the key. */
export function keyPartsOf(
  hints: readonly Cache[] | undefined,
  upstream: string | undefined,
): KeyParts | undefined {
  if (hints === undefined) {
    return upstream === undefined ? undefined : { upstream };
  }
  const { key, ignoreQuery } = merged(hints);
  return { key, upstream, ignoreQuery: ignoredBy(ignoreQuery) };
}

function ignoredBy(ignored: Cache["ignoreQuery"]): KeyParts["ignoreQuery"] {
  if (ignored === undefined || ignored === true) return ignored;
  const globs = ignored.map((glob) => compileGlob(glob.toLowerCase()));
  return (name) => globs.some((matches) => matches(name.toLowerCase()));
}

/** What rules grant, else the operator's default. */
export function grantOf(
  hints: readonly Cache[] | undefined,
  operators: Grant,
): Grant {
  if (hints === undefined) return operators;
  const { ttlSeconds, staleWhileRevalidateSeconds, staleIfErrorSeconds } =
    merged(hints);
  return {
    ...operators,
    ttlSeconds,
    staleWhileRevalidateSeconds,
    staleIfErrorSeconds,
  };
}

/** The names under which entries are purged together. */
export function tagsOf(hints: readonly Cache[] | undefined): readonly string[] {
  if (hints === undefined) return NO_TAGS;
  return [...new Set(hints.flatMap(({ tags = NO_TAGS }) => tags))];
}

function merged(hints: readonly Cache[]): Partial<Cache> {
  return Object.assign({}, ...hints);
}
