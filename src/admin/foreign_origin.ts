/**
 * Who asks from a page of another origin: browsers say so in the field Origin (RFC 6454 §7).
 * Such a page gets nothing but what is for everybody. A page's own address is the one that it
 * was asked by, which was seen to be ours before.
 */

import type { Context } from "hono";

/** Why it gets nothing. */
export const FOREIGN_ORIGIN = "pages of another origin may not ask for this";

/** What tells nothing of the proxy's traffic, and is for programs and browsers of all kinds. */
const FOR_EVERYBODY: ReadonlySet<string> = new Set([
  "/healthz",
  "/proxy.pac",
  "/ca",
  "/ca.pem",
]);

/** Whether a request comes from a page elsewhere, and is not for what everybody may have. */
export function isForeign({ req }: Context): boolean {
  const origin = req.header("origin");
  return origin !== undefined && !isOwnOrigin(origin, req.url) &&
    !FOR_EVERYBODY.has(req.path);
}

/** The scheme is not compared: the proxy's own URLs are `http:`, with TLS to it too. */
function isOwnOrigin(origin: string, url: string): boolean {
  const parsed = URL.parse(origin);
  return parsed !== null && /^https?:$/.test(parsed.protocol) &&
    // An origin has nothing but scheme, host and port: user information is none of a browser's.
    parsed.origin === origin && parsed.host === new URL(url).host;
}
