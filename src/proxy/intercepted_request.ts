/**
 * A request within an intercepted tunnel, as if it had come outside: its target becomes
 * absolute, by the tunnel's own origin. What names another one is refused, so that nobody
 * gets past the decision that was made for the tunnel (RFC 9110 §7.4).
 */

import { ProxyError } from "../errors.ts";
import type { RequestHead } from "../http1/head.ts";
import type { Origin } from "../http1/origin_memo.ts";
import type { Request } from "../http1/request.ts";
import { type Authority, formatHost, parseAuthority } from "../http1/target.ts";
import { canonicalHost } from "../policy/canonical.ts";

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** What all requests of an intercepted tunnel are for. */
export function tunnelOrigin(
  scheme: "http" | "https",
  authority: Authority,
): Origin {
  return { scheme, authority, hostField: formatHost(authority, scheme) };
}

/** The head with an absolute target, where it has none of its own. */
export function absoluteHead(
  head: RequestHead,
  { scheme, hostField }: Origin,
): RequestHead {
  const { method, minorVersion, fields, target } = head;
  const isPath = target.startsWith("/");
  if (!isPath && target !== "*") return head;
  // RFC 9112 §3.2.4: OPTIONS * is forwarded by a proxy without path and query.
  const path = isPath || method !== "OPTIONS" ? target : "";
  return {
    method,
    target: `${scheme}://${hostField}${path}`,
    minorVersion,
    fields,
  };
}

/**
 * Refuses a request that is not for the tunnel's origin, by its target or by its Host.
 *
 * @throws {ProxyError} 421 (RFC 9110 §15.5.20), or 405 for a CONNECT.
 */
export function refuseOtherOrigin(
  { head, target }: Request,
  origin: Origin,
): void {
  if (target.form !== "absolute") {
    throw new ProxyError(
      405,
      "client",
      "http_request_denied",
      `${head.method} is not served within a tunnel that the proxy has opened`,
    );
  }
  const { scheme, authority } = target;
  if (scheme !== origin.scheme || !isSame(authority, origin.authority)) {
    throw misdirected(`${scheme}://${target.hostField}`, origin);
  }
  const host = head.fields.get("host");
  if (host === undefined || host === origin.hostField) return;
  const isEmpty = host === "";
  if (
    isEmpty ||
    !isSame(parseAuthority(host, DEFAULT_PORTS[scheme]), origin.authority)
  ) throw misdirected(isEmpty ? "an empty Host" : host, origin);
}

function isSame(one: Authority, other: Authority): boolean {
  return one.port === other.port &&
    (one.host === other.host ||
      canonicalHost(one.host) === canonicalHost(other.host));
}

function misdirected(asked: string, { hostField }: Origin): ProxyError {
  return new ProxyError(
    421,
    "client",
    "http_request_denied",
    `${asked} was asked for within a tunnel to ${hostField}`,
  );
}
