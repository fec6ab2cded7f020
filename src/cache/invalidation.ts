/**
 * Which stored responses a request that changes things makes invalid (RFC 9111 §4.4), by their
 * keys. Under which further keys rules had the same URL stored can't be told from one request.
 */

import type { Fields } from "../http1/fields.ts";
import type { AbsoluteTarget } from "../http1/target.ts";
import { cacheKey, type KeyParts } from "./cache_key.ts";

/** The methods that IANA's registry calls safe. What isn't there isn't known to be (RFC 9111 §4.4). */
const SAFE_METHODS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "PRI",
  "PROPFIND",
  "QUERY",
  "REPORT",
  "SEARCH",
  "TRACE",
]);

/** True for a method of which RFC 9110 §9.2.1 has nothing change at the origin. */
export function isSafeMethod(method: string): boolean {
  return method === "GET" || SAFE_METHODS.has(method);
}

const NONE: readonly string[] = [];

/**
 * The keys under which an exchange makes everything invalid; each once.
 *
 * @param parts What rules say about the request's own key: what is stored under that goes too.
 */
export function keysInvalidated(
  method: string,
  target: AbsoluteTarget,
  status: number,
  response: Fields,
  parts?: KeyParts,
): readonly string[] {
  // RFC 9111 §4.4: "A cache MUST invalidate the target URI [...] when it receives a non-error
  // status code in response to an unsafe request method (including methods whose safety is
  // unknown)"; "A 'non-error response' is one with a 2xx (Successful) or 3xx (Redirection) status
  // code."
  if (isSafeMethod(method) || status < 200 || status > 399) return NONE;
  const keys = new Set([cacheKey(target), cacheKey(target, parts)]);
  // RFC 9111 §4.4: "A cache MAY invalidate other URIs [...]. In particular, the URI(s) in the
  // Location and Content-Location response header fields (if present) are candidates".
  for (const name of ["location", "content-location"]) {
    const other = referred(target, response.get(name));
    if (other === undefined) continue;
    keys.add(cacheKey(other));
    keys.add(cacheKey(other, { ...parts, key: undefined }));
  }
  return [...keys];
}

/** What a reference, relative to the target, leads to; undefined where that is another origin. */
function referred(
  target: AbsoluteTarget,
  reference: string | undefined,
): AbsoluteTarget | undefined {
  if (reference === undefined) return undefined;
  const base = URL.parse(cacheKey(target));
  const url = base && URL.parse(escaped(reference), base.href);
  // RFC 9111 §4.4: "However, a cache MUST NOT trigger an invalidation under these conditions if the
  // origin (see Section 4.3.1 of [HTTP]) of the URI to be invalidated differs from that of the
  // target URI [...]. This helps prevent denial-of-service attacks."
  if (!url || url.origin !== base.origin || url.username || url.password) {
    return undefined;
  }
  url.hash = "";
  return { ...target, path: url.href.slice(url.origin.length) };
}

/** The bytes of a field that no URL may hold as a client that follows it sends them. */
function escaped(reference: string): string {
  return reference.replace(
    /[\x80-\xff]/g,
    (byte) => "%" + byte.charCodeAt(0).toString(16).toUpperCase(),
  );
}
