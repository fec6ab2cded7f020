/**
 * What people write for a URL, its beginning or a host, in the spelling in which the cache has
 * it: scheme and host in lower case, no default port, no fragment, an IDN in Punycode; path
 * and query as they are, in which a client would escape what can't be sent.
 */

import { cacheKey } from "../cache/cache_key.ts";
import { WireError } from "../errors.ts";
import {
  type AbsoluteTarget,
  parseAuthority,
  parseTarget,
} from "../http1/target.ts";

/** The URL, which is its key too where no rule gives another; undefined when it is no http or https URL. */
export function canonicalUrl(text: string): string | undefined {
  const target = parsed(text);
  return target && cacheKey(target);
}

/** The beginning of URLs; undefined when none begins so. */
export function canonicalPrefix(text: string): string | undefined {
  const [, origin, rest] = /^(https?:\/\/[^/?#]*)(.*)$/is.exec(text) ?? [];
  if (origin === undefined || rest === undefined) return undefined;
  // Where the host is not at its end, any host may follow that begins so.
  if (rest === "") return origin.toLowerCase();
  return canonicalUrl(text);
}

/** A host, with a port or without; undefined when it is none. */
export function canonicalHost(text: string): string | undefined {
  const isBareIpv6 = text.includes(":") &&
    /^[0-9a-f:.]*:[0-9a-f:.]*:/i.test(text);
  const host = asAscii(isBareIpv6 ? `[${text}]` : text);
  try {
    if (host === undefined || host === "") return undefined;
    parseAuthority(host, 80);
    return host.toLowerCase();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function parsed(text: string): AbsoluteTarget | undefined {
  const [, scheme, authority, rest] =
    /^([^:/?#]+):\/\/([^/?#]*)([^#]*)/s.exec(text.trim()) ?? [];
  const host = authority && asAscii(authority);
  if (!host || rest === undefined) return undefined;
  try {
    const target = parseTarget("GET", `${scheme}://${host}${escaped(rest)}`);
    return target.form === "absolute" ? target : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function asAscii(authority: string): string | undefined {
  if (/^[\x21-\x7e]*$/.test(authority)) return authority;
  return URL.parse(`http://${authority}`)?.host;
}

function escaped(path: string): string {
  return path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
