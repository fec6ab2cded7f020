/**
 * Whether an exchange may begin: from where clients may come, who they are by their
 * credentials (RFC 9110 §11.7, on our own pages §11.6), and to which ports they may have
 * tunnels. Where none of that is limited, nothing here is asked.
 */

import { ProxyError, WireError } from "../errors.ts";
import type { Fields } from "../http1/fields.ts";
import type { Request } from "../http1/request.ts";
import type { Authentication, Authenticator } from "../policy/authenticator.ts";
import type { PasswordFile } from "../policy/password_file.ts";
import type { IpRangeSet } from "../policy/ip_range_set.ts";
import { orAbort } from "./abortable.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Client, Exchange } from "./exchange.ts";
import type { Self } from "./self.ts";
import type { Services } from "./services.ts";

/** Who may use the proxy, and for what. */
export interface Access {
  /** From where clients may come; undefined: from anywhere. */
  readonly clients: IpRangeSet | undefined;
  /** Undefined: clients need not say who they are. */
  readonly authenticator: Authenticator | undefined;
  /** Whether an Authorization field shows the administrator's token, which stands for a user on our own pages. */
  readonly isAdministrator: (authorization: string) => boolean;
  /** To which ports CONNECT may lead. */
  readonly connectPorts: readonly PortRange[];
}

/** Ports, both ends included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A user, by the credentials that were found right. */
export interface Identity {
  /** The field that has them, as it came. */
  readonly field: string | undefined;
  /** The file by which they were. */
  readonly file: PasswordFile;
  readonly client: Client;
}

/** Pages that are for whoever asks: programs that look for them have no credentials. */
const FREE_PAGES: ReadonlySet<string> = new Set([
  "/healthz",
  "/proxy.pac",
  "/ca.pem",
]);

/**
 * Lets an exchange begin; `exchange.client` has its user from then on. Undefined where nothing
 * has to be waited for.
 *
 * @throws {ProxyError} 401, 403, 407, 429 or 503, with the outcome `denied`.
 * @throws {WireError} 400 for credentials that come twice.
 */
export function admit(
  exchange: Exchange,
  request: Request,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  const { access } = services;
  if (access === undefined) return undefined;
  if (connection.isStranger) {
    exchange.mustClose = true;
    throw stranger(connection.client.ip);
  }
  const { authenticator } = access;
  const identifying =
    authenticator === undefined || isKnown(request, connection, services)
      ? undefined
      : identify(exchange, request, connection, authenticator);
  if (identifying !== undefined) {
    return identifying.then(() => checkPort(request, access));
  }
  checkPort(request, access);
  return undefined;
}

function identify(
  exchange: Exchange,
  request: Request,
  connection: ClientConnection,
  authenticator: Authenticator,
): Promise<void> | undefined {
  const field = credentials(request);
  const { identity } = connection;
  const { file } = authenticator;
  // What was right on this connection need not be looked up again.
  if (identity?.field === field && identity?.file === file) {
    exchange.client = identity.client;
    return undefined;
  }
  const enter = (came: Authentication) => {
    const client = { ...connection.client, user: userOf(came, request) };
    connection.identity = { field, file, client };
    exchange.client = client;
  };
  const result = authenticator.authenticate(field, connection.client.ip);
  if (!(result instanceof Promise)) {
    enter(result);
    return undefined;
  }
  // Notices a client that leaves while its password is checked.
  connection.conn.readAhead();
  return orAbort(exchange, result).then(enter);
}

/** True where nobody has to say who they are, or did so before. */
function isKnown(
  request: Request,
  { within }: ClientConnection,
  { self, access }: Services,
): boolean {
  // What comes out of a tunnel that is intercepted comes from whoever opened the tunnel.
  if (within !== undefined) return true;
  const path = pagePath(request, self);
  if (path === undefined) return false;
  if (FREE_PAGES.has(path.replace(/\?.*$/s, ""))) return true;
  const shown = soleField(request.head.fields, "authorization");
  return shown !== undefined && access!.isAdministrator(shown);
}

/** The path of one of our own pages; undefined for what is for somebody else. */
function pagePath({ target }: Request, self: Self): string | undefined {
  if (target.form === "origin") return target.path;
  return target.form === "absolute" && self.isOwn(target.authority)
    ? target.path
    : undefined;
}

/** Asked as an origin is, not as a proxy. */
function isDirect({ target }: Request): boolean {
  return target.form === "origin" || target.form === "asterisk";
}

function credentials(request: Request): string | undefined {
  const name = isDirect(request) ? "authorization" : "proxy-authorization";
  return soleField(request.head.fields, name);
}

// RFC 9110 §5.3: neither field is a list. Of two of them each recipient might take another one.
function soleField(fields: Fields, name: string): string | undefined {
  const at = fields.keys.indexOf(name);
  if (at < 0) return undefined;
  if (fields.keys.indexOf(name, at + 1) < 0) return fields.valueAt(at);
  throw new WireError(`several ${name} fields`);
}

/** @throws {ProxyError} for anything but a user. */
function userOf(came: Authentication, request: Request): string {
  switch (came.kind) {
    case "accepted":
      return came.user;
    case "challenge":
      throw unauthorized(request, "the proxy wants a user and a password");
    case "rejected":
      throw unauthorized(request, came.reason);
    case "throttled": {
      const { because, reason, retryAfterSeconds } = came;
      const isTheirs = because === "client";
      throw new ProxyError(
        isTheirs ? 429 : 503,
        because,
        isTheirs ? "http_request_denied" : "proxy_internal_response",
        reason,
        { retryAfterSeconds, outcome: "denied" },
      );
    }
  }
}

function unauthorized(request: Request, reason: string): ProxyError {
  return denied(isDirect(request) ? 401 : 407, reason);
}

function stranger(ip: string): ProxyError {
  return denied(403, `${ip} is not among the clients of this proxy`);
}

function checkPort({ target }: Request, { connectPorts }: Access): void {
  if (target.form !== "authority") return;
  const { port } = target.authority;
  if (connectPorts.some(({ first, last }) => port >= first && port <= last)) {
    return;
  }
  throw denied(403, `CONNECT to port ${port} is not allowed here`);
}

function denied(status: number, message: string): ProxyError {
  return new ProxyError(status, "client", "http_request_denied", message, {
    outcome: "denied",
  });
}
