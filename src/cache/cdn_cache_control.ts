/**
 * Which directives of a response count: those of CDN-Cache-Control, where it is there and valid, else
 * those of Cache-Control (RFC 9213 §2.2, §3.1). A shared cache that a proxy runs is what the targeted
 * field is meant for. Decides nothing by them.
 */

import type { Fields } from "../http1/fields.ts";
import {
  type CacheControl,
  cacheControlOf,
  type Directive,
  parseCacheControl,
} from "./cache_control.ts";
import { type Item, parseDictionary } from "./structured_dictionary.ts";

/** The directives that a response is judged by. */
export interface ResponseDirectives {
  readonly control: CacheControl;
  /** They are the targeted field's: Cache-Control and Expires are ignored. */
  readonly isTargeted: boolean;
}

/** The directives that count in a response. */
export function responseDirectives(fields: Fields): ResponseDirectives {
  // RFC 9213 §2.2: a cache with a valid, non-empty targeted field "MUST ignore the Cache-Control and Expires
  // header fields in that response".
  const targeted = parseCdnCacheControl(fields);
  return targeted === undefined
    ? { control: parseCacheControl(fields), isTargeted: false }
    : { control: targeted, isTargeted: true };
}

/** The directives of CDN-Cache-Control; undefined without one, or when it has to be ignored. */
export function parseCdnCacheControl(
  fields: Fields,
): CacheControl | undefined {
  if (!fields.has("cdn-cache-control")) return undefined;
  const members = parseDictionary(fields.all("cdn-cache-control").join(", "));
  // RFC 9213 §2.1: "If a targeted field in a given response is empty, or a parsing error is encountered, that
  // field MUST be ignored by the cache".
  if (members === undefined || members.size === 0) return undefined;
  return cacheControlOf(directivesOf(members));
}

// RFC 9213 §2.1: a directive's argument has the type that is obvious for it: an Integer for seconds, a String
// for names. One of another type is not understood, and the directive is ignored.
const SECONDS: ReadonlySet<string> = new Set([
  "max-age",
  "s-maxage",
  "stale-while-revalidate",
  "stale-if-error",
]);

function isUnderstood(name: string, { type, text }: Item): boolean {
  if (SECONDS.has(name)) return type === "number" && /^-?\d+$/.test(text);
  // `?0` is the same as leaving the directive out.
  return type !== "boolean" || text === "?1";
}

function directivesOf(members: ReadonlyMap<string, Item>): Directive[] {
  return [...members]
    .filter(([name, item]) => isUnderstood(name, item))
    .map(([name, { type, text }]) => ({
      name,
      argument: type === "boolean" ? undefined : text,
    }));
}
