/**
 * Decides how much of a URL a log may show: never its user information, and its
 * query only where that is wanted. The URL is what the client sent, so it need
 * not be valid: where it could be read in two ways, more is masked.
 */

/** Takes the place of a query that is not to be logged. */
const QUERY_MARK = "?…";
const USER_MARK = "***@";

/** A scheme with any slashes after it, or the slashes of "//host/path". */
const BEFORE_AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:[/\\]+|[/\\]{2,})/i;
const AUTHORITY_END = /[/\\?#]/;
/** A colon and then no port: a password that holds a "/", "?" or "#". */
const PASSWORD_START = /^[^[\]]*:(?!\d*$)/;

/**
 * Returns `url` with its user information as `***` and, where `logQuery` is
 * false, its query as `?…`.
 *
 * @param escape Applied to what is left of the URL, but not to the marks.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * const url = "http://ann:secret@example.com/search?q=1";
 * assertEquals(
 *   loggedUrl(url, false, (text) => text),
 *   "http://***@example.com/search?…",
 * );
 * ```
 */
export function loggedUrl(
  url: string,
  logQuery: boolean,
  escape: (text: string) => string,
): string {
  const masked = url.includes("@") ? maskUser(url) : url;
  if (logQuery) return escape(masked);
  const queryAt = masked.indexOf("?");
  if (queryAt === -1) return escape(masked);
  return escape(masked.slice(0, queryAt)) + QUERY_MARK;
}

function maskUser(url: string): string {
  const start = BEFORE_AUTHORITY.exec(url)?.[0].length ?? 0;
  if (start === 0 && url.startsWith("/")) return url;
  const rest = url.slice(start);
  const end = rest.search(AUTHORITY_END);
  const authority = end === -1 ? rest : rest.slice(0, end);
  const userEnd = PASSWORD_START.test(authority) && !authority.includes("@")
    ? rest.lastIndexOf("@")
    : authority.lastIndexOf("@");
  if (userEnd === -1) return url;
  return url.slice(0, start) + USER_MARK + rest.slice(userEnd + 1);
}
