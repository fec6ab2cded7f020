/**
 * CONNECT through a parent proxy that speaks HTTP (RFC 9110 §9.3.6), and the
 * credentials that it may want (RFC 7617).
 */

import { Buffer } from "node:buffer";
import { ProxyError, WireError } from "../errors.ts";
import { parseResponseHead, type ResponseHead } from "../http1/head.ts";
import { HeadScanner } from "../http1/head_scanner.ts";
import { latin1, writeLatin1 } from "../http1/latin1.ts";
import { type Authority, formatHost } from "../http1/target.ts";
import type { Conn } from "./conn.ts";
import type { Parent } from "./route.ts";

/** How many interim answers a parent may give to one CONNECT. */
const MAX_INTERIM = 64;

/**
 * Asks the parent at the other end of `conn` for a tunnel to `destination`.
 * Afterwards the connection is the destination's.
 *
 * @throws {ProxyError} 502 when the parent refuses.
 * @throws {WireError} when its answer is no HTTP.
 */
export async function connectThroughParent(
  conn: Conn,
  destination: Authority,
  parent: Parent,
): Promise<void> {
  const host = formatHost(destination);
  const text = `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n${
    parentAuthorization(parent)
  }\r\n`;
  const bytes = new Uint8Array(text.length);
  writeLatin1(text, bytes, 0);
  await conn.write(bytes);
  let head = await readHead(conn, parent);
  for (let interim = 0; head.status < 200; interim++) {
    if (interim === MAX_INTERIM) {
      throw new WireError("interim answers without end");
    }
    head = await readHead(conn, parent);
  }
  if (head.status > 299) throw refused(head, host, parent);
}

/** The line that identifies us to the parent, or nothing. */
export function parentAuthorization(parent: Parent): string {
  if (parent.credentials === undefined) return "";
  const { user, password } = parent.credentials;
  const encoded = Buffer.from(`${user}:${password}`).toString("base64");
  return `Proxy-Authorization: Basic ${encoded}\r\n`;
}

async function readHead(conn: Conn, parent: Parent): Promise<ResponseHead> {
  const scanner = new HeadScanner();
  let headEnd = -1;
  while (headEnd < 0) {
    if (conn.available > 0) {
      headEnd = scanner.scan(conn.bytes, conn.start, conn.end);
    }
    if (headEnd < 0 && !await conn.fill()) throw conn.failure ?? closed(parent);
  }
  const text = latin1(conn.bytes, conn.start, headEnd);
  conn.start = headEnd;
  return parseResponseHead(text);
}

function closed(parent: Parent): ProxyError {
  return new ProxyError(
    502,
    "origin",
    "connection_terminated",
    `the parent proxy ${parent.label} closed the connection`,
  );
}

function refused(head: ResponseHead, host: string, parent: Parent): ProxyError {
  const isOurs = head.status === 407;
  return new ProxyError(
    502,
    "origin",
    isOurs ? "proxy_configuration_error" : "destination_unavailable",
    `the parent proxy ${parent.label} answered CONNECT ${host} with ${head.status}` +
      (isOurs ? ": its credentials are wrong or missing in --upstream" : ""),
  );
}
