/**
 * The request target: which of the four forms it has, and where the request goes
 * (RFC 9112 §3.2, RFC 3986 §3.2). Host names are compared in lower case; what has
 * two readings (user information, escapes in a host, odd ports) is refused.
 */

import ipaddr from "ipaddr.js";
import { WireError } from "../errors.ts";
import { quoted } from "./fields.ts";
import type { Origin, OriginMemo } from "./origin_memo.ts";

/** Where a connection is made to. */
export interface Authority {
  /** In lower case; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** A request target, understood. */
export type Target =
  | AbsoluteTarget
  | { readonly form: "origin"; readonly path: string }
  | { readonly form: "authority"; readonly authority: Authority }
  | { readonly form: "asterisk" };

/** A target with scheme and authority: what a client sends to a proxy. */
export interface AbsoluteTarget {
  readonly form: "absolute";
  readonly scheme: "http" | "https";
  readonly authority: Authority;
  /** Path and query as they came, at least "/"; "*" for OPTIONS without a path (RFC 9112 §3.2.4). */
  readonly path: string;
  /** The value for Host: the authority in lower case, without a default port. */
  readonly hostField: string;
}

/**
 * Understands the target of a request with that method. With a `memo`, origins met before are not parsed again.
 *
 * @throws {WireError} 400 for a malformed target, 501 for a scheme that is not spoken here.
 */
export function parseTarget(
  method: string,
  target: string,
  memo?: OriginMemo,
): Target {
  if (method === "CONNECT") {
    return { form: "authority", authority: parseAuthority(target, undefined) };
  }
  if (target.charCodeAt(0) === SLASH) return { form: "origin", path: target };
  if (target === "*") {
    if (method === "OPTIONS") return { form: "asterisk" };
    throw new WireError("the target * is for OPTIONS only");
  }
  return parseAbsolute(method, target, memo);
}

const SLASH = 47;

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

function parseAbsolute(
  method: string,
  target: string,
  memo?: OriginMemo,
): AbsoluteTarget {
  const authorityStart = target.indexOf("://") + 3;
  const authorityEnd = endOfAuthority(target, authorityStart);
  const text = target.slice(0, authorityEnd);
  let origin = memo?.get(text);
  if (origin === undefined) {
    origin = parseOrigin(text);
    memo?.set(text, origin);
  }
  const { scheme, authority, hostField } = origin;
  const path = pathOf(method, target.slice(authorityEnd));
  return { form: "absolute", scheme, authority, path, hostField };
}

function parseOrigin(text: string): Origin {
  const scheme = schemeOf(text);
  const authority = parseAuthority(
    text.slice(scheme.length + 3),
    DEFAULT_PORTS[scheme],
  );
  return { scheme, authority, hostField: formatHost(authority, scheme) };
}

function schemeOf(target: string): "http" | "https" {
  if (target.startsWith("http://")) return "http";
  const match = /^([a-z][a-z0-9+.-]*):\/\//i.exec(target);
  if (match === null) {
    throw new WireError("the target is no absolute URL, path or *");
  }
  const scheme = match[1]!.toLowerCase();
  if (scheme === "http" || scheme === "https") return scheme;
  throw new WireError(
    `the scheme ${quoted(scheme)} is not spoken here, only http and https are`,
    501,
  );
}

function endOfAuthority(target: string, from: number): number {
  for (let i = from; i < target.length; i++) {
    const code = target.charCodeAt(i);
    if (code === SLASH || code === 63) return i;
  }
  return target.length;
}

function pathOf(method: string, rest: string): string {
  if (rest === "") return method === "OPTIONS" ? "*" : "/";
  return rest.charCodeAt(0) === SLASH ? rest : "/" + rest;
}

/**
 * Understands `host:port`, `host` or `[v6]:port`. Without a default port the
 * port is required, as for CONNECT (RFC 9110 §9.3.6).
 *
 * @throws {WireError} 400
 */
export function parseAuthority(
  text: string,
  defaultPort: number | undefined,
): Authority {
  if (text.includes("@")) {
    throw new WireError("the target has user information, which none may have");
  }
  // RFC 1035 §2.3.4: a name has at most 255 bytes, and what resolves or carries it relies on that.
  if (text.length > MAX_AUTHORITY_LENGTH) {
    throw new WireError("the authority is too long for a host");
  }
  const match = AUTHORITY.exec(text);
  if (match === null) {
    throw new WireError("the authority is no host and port");
  }
  const address = match[1];
  if (address !== undefined && !ipaddr.IPv6.isValid(address)) {
    throw new WireError("there is no IPv6 address in the brackets");
  }
  return {
    host: (address ?? match[2]!).toLowerCase(),
    port: parsePort(match[3], defaultPort),
  };
}

/** A name of 253 characters, a colon and a port. */
const MAX_AUTHORITY_LENGTH = 259;

// RFC 3986 §3.2.2, without percent-escapes and sub-delims: no name that resolves has them.
const AUTHORITY = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._~-]+))(?::(\d*))?$/;

function parsePort(
  text: string | undefined,
  defaultPort: number | undefined,
): number {
  if (text === undefined || text === "") {
    if (defaultPort === undefined) throw new WireError("CONNECT wants a port");
    return defaultPort;
  }
  const port = text.length > 5 ? 0 : Number(text);
  if (port < 1 || port > 65535) {
    throw new WireError(`${quoted(text)} is no port`);
  }
  return port;
}

/**
 * Checks the value of a Host field (RFC 9112 §3.2); empty is allowed.
 *
 * @throws {WireError} 400
 */
export function checkHostField(value: string): void {
  if (value !== "") parseAuthority(value, 80);
}

/** An authority as text: brackets around IPv6, no default port where a scheme is given. */
export function formatHost(
  authority: Authority,
  scheme?: "http" | "https",
): string {
  const host = authority.host.includes(":")
    ? `[${authority.host}]`
    : authority.host;
  const isDefault = scheme !== undefined &&
    DEFAULT_PORTS[scheme] === authority.port;
  return isDefault ? host : `${host}:${authority.port}`;
}
