/**
 * The client's side of SOCKS 5 (RFC 1928) with user name and password (RFC 1929).
 * The name goes to the parent, which resolves it.
 */

import ipaddr from "ipaddr.js";
import { type ErrorCode, ProxyError } from "../errors.ts";
import { formatHost } from "../http1/target.ts";
import type { Authority } from "../http1/target.ts";
import type { Conn } from "./conn.ts";
import type { Parent } from "./route.ts";

const NO_AUTHENTICATION = 0;
const USER_AND_PASSWORD = 2;

/** RFC 1928 §5: what an address is. */
const IPV4 = 1;
const NAME = 3;
const IPV6 = 4;

/** RFC 1928 §6: what a reply code says, and its type by RFC 9209. */
const REPLIES: Readonly<Record<number, readonly [string, ErrorCode]>> = {
  1: ["general failure", "destination_unavailable"],
  2: ["not allowed by its rules", "http_request_denied"],
  3: ["network unreachable", "destination_ip_unroutable"],
  4: ["host unreachable", "destination_ip_unroutable"],
  5: ["connection refused", "connection_refused"],
  6: ["time to live expired", "destination_ip_unroutable"],
  7: ["command not supported", "proxy_configuration_error"],
  8: ["address type not supported", "proxy_configuration_error"],
};

/**
 * Asks the parent at the other end of `conn` for a connection to `destination`.
 * Afterwards the connection is the destination's.
 *
 * @throws {ProxyError} 502 with the parent's reason.
 */
export async function connectThroughSocks5(
  conn: Conn,
  destination: Authority,
  parent: Parent,
): Promise<void> {
  const request = Uint8Array.of(5, 1, 0, ...addressBytes(destination, parent));
  await authenticate(conn, parent);
  await conn.write(request);
  const [version, reply, , kind] = await take(conn, 4, parent);
  if (version !== 5) throw notSocks5(parent);
  if (reply !== 0) {
    const [text, code] = REPLIES[reply!] ??
      ["unknown failure", "destination_unavailable"];
    throw failed(parent, `${text} for ${formatHost(destination)}`, code);
  }
  await take(conn, await boundLength(conn, kind!, parent) + 2, parent);
}

async function authenticate(conn: Conn, parent: Parent): Promise<void> {
  const { credentials } = parent;
  const methods = credentials === undefined
    ? [NO_AUTHENTICATION]
    : [NO_AUTHENTICATION, USER_AND_PASSWORD];
  await conn.write(Uint8Array.of(5, methods.length, ...methods));
  const [version, method] = await take(conn, 2, parent);
  if (version !== 5) throw notSocks5(parent);
  if (method === NO_AUTHENTICATION) return;
  if (method !== USER_AND_PASSWORD || credentials === undefined) {
    throw failed(
      parent,
      "it wants credentials that are not given",
      "proxy_configuration_error",
    );
  }
  const user = lengthFirst(credentials.user, parent);
  const password = lengthFirst(credentials.password, parent);
  await conn.write(Uint8Array.of(1, ...user, ...password));
  const [, status] = await take(conn, 2, parent);
  if (status !== 0) {
    throw failed(
      parent,
      "it refuses the credentials",
      "proxy_configuration_error",
    );
  }
}

function addressBytes({ host, port }: Authority, parent: Parent): number[] {
  const portBytes = [port >> 8, port & 255];
  if (ipaddr.IPv4.isValidFourPartDecimal(host)) {
    return [IPV4, ...ipaddr.parse(host).toByteArray(), ...portBytes];
  }
  if (host.includes(":")) {
    return [IPV6, ...ipaddr.parse(host).toByteArray(), ...portBytes];
  }
  return [NAME, ...lengthFirst(host, parent), ...portBytes];
}

function lengthFirst(text: string, parent: Parent): number[] {
  const bytes = new TextEncoder().encode(text);
  // A length that wraps around would let the rest be read as something else.
  if (bytes.length > 255) {
    throw failed(
      parent,
      "a name or a credential is longer than 255 bytes",
      "proxy_configuration_error",
    );
  }
  return [bytes.length, ...bytes];
}

async function boundLength(
  conn: Conn,
  kind: number,
  parent: Parent,
): Promise<number> {
  if (kind === IPV4) return 4;
  if (kind === IPV6) return 16;
  if (kind !== NAME) throw notSocks5(parent);
  const [length] = await take(conn, 1, parent);
  return length!;
}

async function take(
  conn: Conn,
  count: number,
  parent: Parent,
): Promise<Uint8Array> {
  while (conn.available < count) {
    if (!await conn.fill()) {
      throw conn.failure ??
        failed(parent, "it closed the connection", "connection_terminated");
    }
  }
  const bytes = conn.bytes.slice(conn.start, conn.start + count);
  conn.start += count;
  return bytes;
}

function notSocks5(parent: Parent): ProxyError {
  const why = "it does not speak SOCKS 5";
  return failed(parent, why, "proxy_configuration_error");
}

function failed(parent: Parent, why: string, code: ErrorCode): ProxyError {
  return new ProxyError(
    502,
    "origin",
    code,
    `the parent proxy ${parent.label} gives no connection: ${why}`,
  );
}
