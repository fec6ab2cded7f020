/**
 * A tunnel looked into: 200, the client's first bytes, then its TLS ended here with a leaf
 * of our own authority, and the connection goes on with what it carries. The origin is not
 * asked for anything before a request within is. Who is intercepted is for interception.ts.
 */

import { ClientGone, ProxyError } from "../errors.ts";
import type { RequestHead } from "../http1/head.ts";
import { type Authority, formatHost } from "../http1/target.ts";
import type { ClientHello } from "../mitm/client_hello.ts";
import type { Conn } from "../net/conn.ts";
import { ConnStream } from "../net/conn_stream.ts";
import { TlsStream } from "../net/tls_stream.ts";
import { canonicalHost } from "../policy/canonical.ts";
import type { ClientConnection } from "./client_connection.ts";
import { tunnelToSelf } from "./route_guard.ts";
import type { Exchange } from "./exchange.ts";
import { type FirstBytes, firstBytes } from "./intercept_first_bytes.ts";
import { tunnelOrigin } from "./intercepted_request.ts";
import { judgeConnect } from "./judge.ts";
import type { Ending } from "./rule_answer.ts";
import { screenTunnel } from "./screen.ts";
import type { Services } from "./services.ts";

/** What is spoken within. HTTP/2 is not: who offers that alone is refused (RFC 7301 §3.2). */
const PROTOCOL = "http/1.1";

/**
 * The alerts by which a client says that it does not take a certificate (RFC 8446 §6.2), as
 * the TLS library words them.
 */
const CERTIFICATE_ALERT =
  /bad[ _]?certificate|unsupported[ _]?certificate|certificate[ _]?(?:revoked|expired|unknown|required)|unknown[ _]?ca|access[ _]?denied/i;

/** Fatal alerts ahead of any handshake (RFC 8446 §5.1, §6; RFC 6066 §3). */
const UNRECOGNIZED_NAME = Uint8Array.of(21, 3, 3, 0, 2, 2, 112);
const ACCESS_DENIED = Uint8Array.of(21, 3, 3, 0, 2, 2, 49);

/** Who leaves within so many ms of the handshake has seen what it wanted to see. */
const AT_ONCE_MS = 1000;
/** The most of a name that a message repeats. */
const MAX_QUOTED_LENGTH = 100;

/** What has become of a tunnel: opened, to be passed on, or passed on until the client speaks. */
export type Found = "within" | "tunnel" | "silence";

/** Says that the tunnel stands, once. @throws {ConnectionLost} */
export async function establish(
  exchange: Exchange,
  { writer }: ClientConnection,
): Promise<void> {
  if (exchange.isAnswered) return;
  exchange.status = 200;
  exchange.isAnswered = true;
  exchange.mustClose = true;
  exchange.firstByteMs = performance.now() - exchange.startMs;
  // RFC 9110 §9.3.6: no Content-Length and no Transfer-Encoding in a 2xx to CONNECT.
  writer.head("HTTP/1.1 200 Connection established\r\n\r\n");
  await writer.flush();
}

/**
 * Looks into a tunnel that interception is concerned with, and opens it where it is to be.
 * What is passed on goes with all the bytes that were looked at.
 *
 * @throws {ProxyError | ClientGone | ConnectionLost}
 */
export async function intercept(
  exchange: Exchange,
  head: RequestHead,
  authority: Authority,
  connection: ClientConnection,
  services: Services,
): Promise<Found> {
  const { conn } = connection;
  const { headTimeoutMs } = services.limits;
  const leaves = await services.interception.leaves();
  await establish(exchange, connection);
  const startMs = performance.now();
  const first = await lookAt(conn, headTimeoutMs, services);
  if (exchange.abortReason !== undefined) throw exchange.abortReason;
  if (first.kind === "silence") return "silence";
  if (first.kind === "other") return "tunnel";
  const hello = first.kind === "tls" ? first.hello : undefined;
  await judgeName(exchange, head, authority, hello, connection, services);
  const within = await judge(exchange, authority, hello, connection, services);
  if (within === undefined) return "tunnel";
  exchange.outcome = "intercepted";
  if (hello === undefined) {
    const origin = tunnelOrigin("http", within);
    connection.goOnWithin(new ConnStream(conn), origin, exchange.client);
    return "within";
  }
  const { interception } = services;
  const secureContext = await interception.secureContext(leaves, within.host);
  const stream = new TlsStream(new ConnStream(conn), {
    secureContext,
    ALPNProtocols: [PROTOCOL],
  });
  const leftMs = headTimeoutMs - (performance.now() - startMs);
  await shakeHands(exchange, within.host, stream, connection, leftMs, services);
  goOnSecured(exchange, within, stream, connection, services);
  return "within";
}

/** @throws {ProxyError | ClientGone} */
async function lookAt(
  conn: Conn,
  timeoutMs: number,
  { interception }: Services,
): Promise<FirstBytes> {
  try {
    return await firstBytes(conn, timeoutMs);
  } catch (error) {
    if (error instanceof ProxyError) interception.counters.failed.client++;
    throw error;
  }
}

/**
 * What lists and rules say of a CONNECT holds for the host that the TLS in it asks for, too: without that, a
 * host that is not blocked would lead to one that is.
 *
 * @throws {ProxyError | ClientGone | ConnectionLost}
 */
async function judgeName(
  exchange: Exchange,
  head: RequestHead,
  { host, port }: Authority,
  hello: ClientHello | undefined,
  { conn }: ClientConnection,
  services: Services,
): Promise<void> {
  const { serverName } = hello ?? {};
  if (serverName === undefined) return;
  const name = canonicalHost(serverName);
  if (name === canonicalHost(host)) return;
  const named = { host: name, port };
  const asNamed = { ...head, target: formatHost(named) };
  const { openedAddresses } = exchange;
  const ending = screenTunnel(exchange, asNamed, named, services) ??
    await judgeConnect(exchange, asNamed, named, services);
  // Anybody can write a name: what rules open for it, or send elsewhere, is not for where the CONNECT leads.
  exchange.openedAddresses = openedAddresses;
  if (exchange.tunnelling?.action === "tunnel") {
    exchange.tunnelling = { action: "tunnel" };
  }
  if (ending === undefined) return;
  await conn.write(ACCESS_DENIED);
  throw blocked(name, ending);
}

/** Whom the requests within are for; undefined for a tunnel that is passed on. */
async function judge(
  exchange: Exchange,
  { host, port }: Authority,
  hello: ClientHello | undefined,
  { conn }: ClientConnection,
  { interception, self }: Services,
): Promise<Authority | undefined> {
  const leaves = await interception.leaves();
  const { serverName } = hello ?? {};
  const judged = interception.judge(exchange, host, serverName, leaves);
  if (judged.action === "tunnel") return undefined;
  if (judged.action === "refuse") {
    interception.counters.failed.client++;
    await conn.write(UNRECOGNIZED_NAME);
    const name = quoted(serverName ?? "");
    throw refused(
      `the tunnel is to ${host}, but TLS in it asks for ${name}, which is not to be intercepted`,
    );
  }
  const within = { host: judged.host, port };
  if (self.isOwn(within)) throw tunnelToSelf();
  return within;
}

/** Runs the handshake with the client, within that time. */
async function shakeHands(
  exchange: Exchange,
  host: string,
  stream: TlsStream,
  { conn }: ClientConnection,
  timeoutMs: number,
  { interception }: Services,
): Promise<void> {
  const { onExpire } = conn;
  const startMs = performance.now();
  conn.onExpire = () => conn.close();
  conn.expireAfter(Math.max(0, timeoutMs));
  try {
    await stream.handshake();
    exchange.tlsMs = performance.now() - startMs;
    interception.counters.intercepted++;
  } catch (error) {
    const failure = handshakeFailure(error, exchange, conn.isExpired);
    const isOurs = failure instanceof ProxyError && failure.side === "proxy";
    interception.counters.failed[isOurs ? "proxy" : "client"]++;
    if (!conn.isClosed && isRefusal(error)) {
      interception.refusals.add(exchange.client, host, messageOf(error));
    }
    stream.close();
    throw failure;
  } finally {
    conn.onExpire = onExpire;
    conn.expireNever();
  }
}

/**
 * A client that has pinned another certificate says so by an alert. One that only leaves may have been
 * called off.
 */
function isRefusal(error: unknown): boolean {
  return error instanceof Deno.errors.InvalidData &&
    CERTIFICATE_ALERT.test(error.message);
}

function handshakeFailure(
  error: unknown,
  { abortReason }: Exchange,
  isLate: boolean,
): ProxyError | ClientGone {
  if (isLate) {
    const message = "the TLS handshake did not come to its end in time";
    return new ProxyError(408, "client", "tls_protocol_error", message);
  }
  return abortReason instanceof ProxyError
    ? abortReason
    : refused(`the client's TLS handshake failed: ${messageOf(error)}`, error);
}

function refused(message: string, cause?: unknown): ProxyError {
  return new ProxyError(400, "client", "tls_protocol_error", message, {
    cause,
  });
}

/** The 200 has been sent: what the answer would have said is for the record. */
function blocked(name: string, { rule, decision }: Ending): ProxyError {
  const { action, reason = `answered by the rule "${rule}"` } = decision;
  const message = `TLS in the tunnel asks for ${quoted(name)}: ${reason}`;
  return new ProxyError(403, "client", "http_request_denied", message, {
    outcome: action === "limit" ? "limited" : "blocked",
  });
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, MAX_QUOTED_LENGTH));
}

/** The connection goes on with what the TLS in it carries, unless the client leaves at once. */
function goOnSecured(
  { client }: Exchange,
  within: Authority,
  stream: TlsStream,
  connection: ClientConnection,
  { interception }: Services,
): void {
  const sinceMs = performance.now();
  const origin = tunnelOrigin("https", within);
  connection.goOnWithin(stream, origin, client, (conn) => {
    const isSilent = conn.bytesRead === 0 && !conn.isExpired &&
      performance.now() - sinceMs < AT_ONCE_MS;
    interception.refusals.left(client, within.host, isSilent);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
