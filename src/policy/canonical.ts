/**
 * Hosts and paths in the one spelling in which rules judge them, so that none can be
 * dodged by another spelling of the same thing (RFC 3986 §6.2.2). What is forwarded
 * is not changed by this: canonical text is for comparing only.
 */

import { readHost } from "./host_literal.ts";

/**
 * A host in lower case, without trailing dots, international names as punycode (UTS 46),
 * IPv6 without brackets and in the form of RFC 5952, IPv4 (also mapped into IPv6, in
 * hexadecimal or with parts left out) as four decimal numbers. What is no host stays as it is.
 *
 * @example
 * ```ts
 * import { canonicalHost } from "./canonical.ts";
 * canonicalHost("Bücher.Example."); // "xn--bcher-kva.example"
 * canonicalHost("[::FFFF:127.0.0.1]"); // "127.0.0.1"
 * ```
 */
export function canonicalHost(host: string): string {
  const read = readHost(host);
  if (read.kind === "name") return read.name;
  if (read.kind === "address") return read.address;
  const text = host.toLowerCase().replace(/(?<!\.)\.+$/, "");
  return text === host ? host : canonicalHost(text);
}

/** A path and its query. */
export interface PathAndQuery {
  /** In canonical form, with its case. */
  readonly path: string;
  /** With its `?`, as it came; `""` for none. */
  readonly query: string;
}

/**
 * Takes a request target's path and query apart, and brings the path to canonical form:
 * percent-escapes of unreserved characters are decoded, others in upper case; what no URI
 * may hold is escaped; runs of slashes become one; dot segments are resolved, so that no
 * path leads above the root. `""` and `*` stay.
 *
 * @example
 * ```ts
 * import { canonicalPath } from "./canonical.ts";
 * canonicalPath("/a/%2e%2E//b%7e?x=%41"); // { path: "/b~", query: "?x=%41" }
 * ```
 */
export function canonicalPath(pathAndQuery: string): PathAndQuery {
  const end = pathAndQuery.indexOf("?");
  const path = end < 0 ? pathAndQuery : pathAndQuery.slice(0, end);
  const query = end < 0 ? "" : pathAndQuery.slice(end);
  return { path: isCanonical(path) ? path : resolvePath(path), query };
}

// Anything that may make a path another one: an escape, a doubled slash, a dot at the start of a
// segment, a character that no URI may hold (RFC 3986 §2).
const SUSPICIOUS =
  /%|\/[/.]|[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]/;

function isCanonical(path: string): boolean {
  if (path.charCodeAt(0) !== SLASH) return path === "" || path === "*";
  return !SUSPICIOUS.test(path);
}

const SLASH = 47;

function resolvePath(path: string): string {
  const rooted = `/${normalizeEscapes(path)}`.replace(/\/{2,}/g, "/");
  return removeDotSegments(rooted);
}

// What is unreserved, and the slash: RFC 3986 tells an escaped one apart, and common origins don't.
const DECODED = /[A-Za-z0-9._~/-]/;

/**
 * RFC 3986 §6.2.2.1, §6.2.2.2: escapes in upper case, those of unreserved characters and of
 * slashes decoded. A percent sign that begins no escape is escaped itself: else what follows could
 * join with it.
 */
export function normalizeEscapes(text: string): string {
  return text.toWellFormed().replace(
    /%(?:([0-9a-f]{2})|)|["<>\\^`{|}\0-\x20\x7f]|[^\0-\x7f]+/gi,
    (found, digits: string | undefined) => {
      if (digits !== undefined) return normalizeEscape(digits);
      return found === "%" ? "%25" : encodeURIComponent(found);
    },
  );
}

function normalizeEscape(digits: string): string {
  const character = String.fromCharCode(parseInt(digits, 16));
  return DECODED.test(character) ? character : `%${digits.toUpperCase()}`;
}

/** RFC 3986 §5.2.4, for a path that begins with a slash and has no doubled ones. */
function removeDotSegments(path: string): string {
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  const isFolder = (last === "." || last === "..") && kept.length > 0;
  return "/" + kept.join("/") + (isFolder ? "/" : "");
}
