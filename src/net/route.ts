/**
 * Which way a request leaves: straight to the origin or through a parent proxy, and
 * under which key its connection can be used again. Values in, values out.
 */

import ipaddr from "ipaddr.js";
import type { Authority } from "../http1/target.ts";
import { formatHost } from "../http1/target.ts";

/** What a parent wants to know its client by. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A parent proxy. */
export interface Parent {
  readonly scheme: "http" | "https" | "socks5";
  readonly authority: Authority;
  readonly credentials?: Credentials;
  /** Names the parent in messages and keys, without its credentials. */
  readonly label: string;
}

/** The way to an origin. */
export interface Route {
  readonly destination: Authority;
  /** TLS with the origin itself. */
  readonly isTls: boolean;
  /** The client wants a tunnel: a parent is asked by CONNECT whatever the scheme. */
  readonly isTunnel: boolean;
  readonly parent: Parent | undefined;
  /** Addresses and ranges that may be dialled on this way besides those that always may. Default: none. */
  readonly opened?: readonly string[];
  /** Connections with the same key may serve each other's requests. */
  readonly key: string;
}

/** Whom a connection along the route is made to: the parent, or the destination itself. */
export function firstHop({ parent, destination }: Route): Authority {
  return parent?.authority ?? destination;
}

/** The same way with those ranges open. It shares no connection with one on which they are not. */
export function opening(
  route: Route,
  opened: readonly string[] | undefined,
): Route {
  if (opened === undefined) return route;
  return { ...route, opened, key: `${route.key} opening ${opened.join(" ")}` };
}

const DEFAULT_PORTS = { http: 80, https: 443, socks5: 1080 };

/**
 * Reads a parent's URL: `http`, `https` or `socks5`, with `user:password@` where it
 * asks for them. Ports default to 80, 443 and 1080.
 *
 * @throws {TypeError} when it is no such URL.
 */
export function parseParent(text: string): Parent {
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== "http" && scheme !== "https" && scheme !== "socks5") {
    throw new TypeError(
      `Cannot use "${text}" as a parent: its scheme is not http, https or socks5`,
    );
  }
  if (url.hostname === "") {
    throw new TypeError(`Cannot use "${text}" as a parent: it has no host`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
  const authority = { host, port: Number(url.port || DEFAULT_PORTS[scheme]) };
  const parent = {
    scheme,
    authority,
    label: `${scheme}://${formatHost(authority)}`,
  } as const;
  if (url.username === "") return parent;
  return { ...parent, credentials: readCredentials(url) };
}

function readCredentials({ protocol, username, password }: URL): Credentials {
  let credentials: Credentials;
  try {
    credentials = {
      user: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
  } catch (cause) {
    throw new TypeError(
      "Cannot use the parent's credentials: a % in them is written %25",
      { cause },
    );
  }
  // RFC 1929 §2: one byte says how long each is.
  const isTooLong = (text: string) =>
    new TextEncoder().encode(text).length > 255;
  if (protocol === "socks5:" && Object.values(credentials).some(isTooLong)) {
    throw new TypeError(
      "Cannot use the parent's credentials: SOCKS 5 takes up to 255 bytes each",
    );
  }
  return credentials;
}

/** Decides the way of each request. */
export class Router {
  readonly #parent: Parent | undefined;
  readonly #isDirect: (host: string) => boolean;
  readonly #routes = new WeakMap<Authority, { scheme: string; route: Route }>();

  /**
   * @param parent The parent proxy for everything, if any.
   * @param noProxy What goes straight to the origin all the same: `*`, a host, `*.domain` (its
   * sub-domains), `.domain` (both), an address or a CIDR range.
   */
  constructor(parent?: Parent, noProxy: readonly string[] = []) {
    this.#parent = parent;
    const matchers = noProxy.map(hostMatcher);
    this.#isDirect = (host) => matchers.some((matches) => matches(host));
  }

  /** The way of a request for `destination`; `scheme` is "tunnel" for CONNECT. */
  route(scheme: "http" | "https" | "tunnel", destination: Authority): Route {
    // An origin that is asked again comes as the same object.
    const known = this.#routes.get(destination);
    if (known !== undefined && known.scheme === scheme) return known.route;
    const parent = this.#parentFor(destination.host);
    const route = this.#makeRoute(scheme, destination, parent);
    this.#routes.set(destination, { scheme, route });
    return route;
  }

  /** The way of one request that has a parent of its own, or none whatever is configured. */
  routeThrough(
    parent: Parent | "direct",
    scheme: "http" | "https" | "tunnel",
    destination: Authority,
  ): Route {
    const own = parent === "direct" ? undefined : parent;
    const route = this.#makeRoute(scheme, destination, own);
    const user = own?.credentials?.user;
    // Who has another account at the same parent does not share connections.
    return user === undefined
      ? route
      : { ...route, key: `${user}@${route.key}` };
  }

  #makeRoute(
    scheme: "http" | "https" | "tunnel",
    destination: Authority,
    parent: Parent | undefined,
  ): Route {
    const isTls = scheme === "https";
    const isTunnel = scheme === "tunnel";
    // A parent that speaks HTTP serves requests for any origin on one connection. What may be an
    // address has its own: whether a request may go there is asked when a connection is made.
    const isAnyOrigin = parent !== undefined && parent.scheme !== "socks5" &&
      scheme === "http" && NAME.test(destination.host);
    const end = isAnyOrigin
      ? ""
      : `${scheme}://${destination.host}:${destination.port}`;
    const key = parent === undefined ? end : `${parent.label} ${end}`;
    return { destination, isTls, isTunnel, parent, key };
  }

  #parentFor(host: string): Parent | undefined {
    if (this.#parent === undefined) return undefined;
    return this.#isDirect(host.replace(/\.$/, "")) ? undefined : this.#parent;
  }
}

/** The last label of a name begins with no digit (RFC 1123 §2.1); an address has one or a colon. */
const NAME = /(?:^|\.)[a-z_][a-z0-9_-]*\.?$/;

function hostMatcher(pattern: string): (host: string) => boolean {
  const text = pattern.trim().toLowerCase();
  if (text === "*") return () => true;
  if (text.includes("/")) return rangeMatcher(text);
  if (text.startsWith("*.")) return (host) => host.endsWith(text.slice(1));
  if (text.startsWith(".")) {
    return (host) => host === text.slice(1) || host.endsWith(text);
  }
  const exact = text.replace(/^\[|\]$/g, "");
  return (host) => host === exact;
}

function rangeMatcher(text: string): (host: string) => boolean {
  const [network, bits] = ipaddr.parseCIDR(text);
  return (host) => {
    if (!ipaddr.isValid(host)) return false;
    const address = ipaddr.process(host);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}
