/**
 * URLs in the one spelling that all equivalent ones share (RFC 3986 §6.2.2, §6.2.3), for who looks for what
 * is stored: it was asked for under any of them. Keys go by the letter and are not made here: what an origin
 * may tell apart is stored apart.
 */

/** A URL's scheme, host and port. */
export interface SharedOrigin {
  readonly scheme: "http" | "https";
  /** In lower case, without a trailing dot; an IPv6 address in brackets, in the form of RFC 5952. */
  readonly host: string;
  /** That of the scheme, where the URL has none. */
  readonly port: string;
}

const URL_PARTS =
  /^(https?):\/\/(\[[0-9a-f:.]*\]|[^/?#:@[\]]*)(?::(\d*))?([/?#].*)?$/is;
const DEFAULT_PORTS = { http: "80", https: "443" } as const;

/**
 * The URL with scheme and host in lower case, without a default port or the dot that ends a name, with the
 * escapes of unreserved characters decoded and others in upper case. What is no http or https URL stays as it
 * is, and so does all that no two clients need mean the same by, such as dot segments.
 *
 * @example
 * ```ts
 * import { sharedSpelling } from "./shared_spelling.ts";
 * sharedSpelling("HTTP://Example.com.:80/%7Euser"); // "http://example.com/~user"
 * ```
 */
export function sharedSpelling(url: string): string {
  const parts = URL_PARTS.exec(url);
  if (parts === null) return url;
  const { scheme, host, port } = originOf(parts);
  const authority = port === DEFAULT_PORTS[scheme] ? host : `${host}:${port}`;
  const rest = parts[4] ?? "";
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  return `${scheme}://${authority}${path.replace(ESCAPE, unescaped)}`;
}

/** Undefined for what is no http or https URL. */
export function sharedOrigin(url: string): SharedOrigin | undefined {
  const parts = URL_PARTS.exec(url);
  return parts === null ? undefined : originOf(parts);
}

function originOf([, name, host, digits = ""]: RegExpExecArray): SharedOrigin {
  const scheme = name!.toLowerCase() === "http" ? "http" : "https";
  const port = digits.replace(/^0+/, "") || DEFAULT_PORTS[scheme];
  return { scheme, host: sharedHost(host!), port };
}

/** A host, an IPv6 address in brackets, as {@link SharedOrigin} has it. */
export function sharedHost(host: string): string {
  const name = host.toLowerCase();
  if (!name.startsWith("[")) return name.replace(/\.$/, "");
  return URL.parse(`http://${name}/`)?.hostname ?? name;
}

const ESCAPE = /%[0-9a-f]{2}/gi;
// RFC 3986 §2.3: "should not be created by URI producers and, when found in a URI, should be decoded".
const UNRESERVED = /[A-Za-z0-9._~-]/;

function unescaped(escape: string): string {
  const character = String.fromCharCode(parseInt(escape.slice(1), 16));
  return UNRESERVED.test(character) ? character : escape.toUpperCase();
}
