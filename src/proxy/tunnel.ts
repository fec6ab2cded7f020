/**
 * CONNECT (RFC 9110 §9.3.6): rules, dial, 200, then bytes both ways until both sides have ended.
 * What the client sent together with the head goes first.
 */

import type { RequestHead } from "../http1/head.ts";
import type { Authority } from "../http1/target.ts";
import type { Conn } from "../net/conn.ts";
import { pump } from "../net/pump.ts";
import { parseParent, type Route } from "../net/route.ts";
import type { ClientConnection } from "./client_connection.ts";
import { connect, tunnelToSelf } from "./connect.ts";
import type { Exchange } from "./exchange.ts";
import { judgeConnect } from "./judge.ts";
import type { Services } from "./services.ts";

/**
 * Serves a CONNECT to its end; the client's connection is used up.
 *
 * @throws {ProxyError | ClientGone | ConnectionLost} when there is no tunnel.
 */
export async function tunnel(
  exchange: Exchange,
  head: RequestHead,
  authority: Authority,
  connection: ClientConnection,
  services: Services,
): Promise<void> {
  exchange.targetHost = authority.host;
  exchange.targetPort = authority.port;
  if (services.self.isOwn(authority)) throw tunnelToSelf();
  connection.conn.readAhead();
  const judging = judgeConnect(
    exchange,
    head,
    authority,
    connection,
    services,
  );
  if (judging !== undefined && await judging) return;
  const route = routeOf(exchange, authority, services);
  const { conn } = await connect(exchange, route, services);
  try {
    if (exchange.abortReason !== undefined) throw exchange.abortReason;
    exchange.outcome = "tunnel";
    exchange.status = 200;
    exchange.isAnswered = true;
    exchange.mustClose = true;
    exchange.firstByteMs = performance.now() - exchange.startMs;
    // RFC 9110 §9.3.6: no Content-Length and no Transfer-Encoding in a 2xx to CONNECT.
    connection.writer.head("HTTP/1.1 200 Connection established\r\n\r\n");
    await connection.writer.flush();
    await pumpClient(exchange, connection, conn, services);
  } finally {
    conn.close();
  }
}

function routeOf(
  { tunnelling }: Exchange,
  authority: Authority,
  { router }: Services,
): Route {
  if (tunnelling?.action !== "tunnel" || tunnelling.upstream === undefined) {
    return router.route("tunnel", authority);
  }
  const { upstream } = tunnelling;
  const parent = upstream === "direct" ? upstream : parseParent(upstream);
  return router.routeThrough(parent, "tunnel", authority);
}

/** Bytes both ways between the client and `upstream`, to the end of both; counts them for the record. */
export async function pumpClient(
  exchange: Exchange,
  connection: ClientConnection,
  upstream: Conn,
  services: Services,
): Promise<void> {
  const { conn, writer } = connection;
  const before = conn.bytesWritten;
  const end = await pump(conn, upstream, services.limits.tunnelIdleTimeoutMs);
  writer.bodyBytes = conn.bytesWritten - before;
  if (end === "closed") return;
  exchange.errorCode = end === "idle" ? "tunnel_idle" : "connection_terminated";
  exchange.errorMessage = end === "idle"
    ? "nothing moved in the tunnel within its idle timeout"
    : "one side of the tunnel was reset, or the proxy stopped";
}
