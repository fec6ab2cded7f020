/**
 * CONNECT (RFC 9110 §9.3.6): rules, dial, 200, then bytes both ways until both sides have ended.
 * What the client sent together with the head goes first. A tunnel that may have to be
 * intercepted is looked into before it is dialled.
 */

import type { RequestHead } from "../http1/head.ts";
import type { Authority } from "../http1/target.ts";
import type { Conn } from "../net/conn.ts";
import { pump } from "../net/pump.ts";
import { opening, parseParent, type Route } from "../net/route.ts";
import type { ClientConnection } from "./client_connection.ts";
import { connect } from "./connect.ts";
import type { Exchange } from "./exchange.ts";
import { establish, type Found, intercept } from "./intercept.ts";
import { judgeConnect } from "./judge.ts";
import { tunnelToSelf } from "./route_guard.ts";
import { answerEnding } from "./rule_answer.ts";
import { screenConnect } from "./screen.ts";
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
  const ending = screenConnect(exchange, head, authority, services) ??
    await judgeConnect(exchange, head, authority, services);
  if (ending !== undefined) {
    // Bytes that were meant for the tunnel may follow.
    exchange.mustClose = true;
    return await answerEnding(exchange, ending, connection);
  }
  if (!services.interception.concerns(exchange, authority.host)) {
    return await passOn(exchange, authority, connection, services);
  }
  const look = () => intercept(exchange, head, authority, connection, services);
  const found = await look();
  if (found === "within") return;
  const lookAgain = found === "silence" ? look : undefined;
  await passOn(exchange, authority, connection, services, lookAgain);
}

/**
 * Dials, and pumps. `lookAgain` is for a client that was silent: when it speaks before the origin
 * does, it has only waited.
 */
async function passOn(
  exchange: Exchange,
  authority: Authority,
  connection: ClientConnection,
  services: Services,
  lookAgain?: () => Promise<Found>,
): Promise<void> {
  const route = routeOf(exchange, authority, services);
  const { conn } = await connect(exchange, route, services);
  try {
    if (exchange.abortReason !== undefined) throw exchange.abortReason;
    exchange.outcome = "tunnel";
    await establish(exchange, connection);
    const isIntercepted = lookAgain !== undefined &&
      await speaksFirst(connection.conn, conn, services) &&
      await lookAgain() === "within";
    if (!isIntercepted) await pumpClient(exchange, connection, conn, services);
  } finally {
    conn.close();
  }
}

/** Whether the client is the first of the two to send something, within the tunnel's idle timeout. */
async function speaksFirst(
  client: Conn,
  origin: Conn,
  { limits }: Services,
): Promise<boolean> {
  const { onExpire } = client;
  client.onExpire = () => client.close();
  client.expireAfter(limits.tunnelIdleTimeoutMs);
  // It may have spoken while the origin was dialled.
  if (client.available === 0) {
    await Promise.race([client.fill(), origin.fill()]);
  }
  client.onExpire = onExpire;
  client.expireNever();
  return client.available > 0 && origin.available === 0 && !origin.isEnded;
}

function routeOf(
  { tunnelling, openedAddresses }: Exchange,
  authority: Authority,
  { router }: Services,
): Route {
  const upstream = tunnelling?.action === "tunnel"
    ? tunnelling.upstream
    : undefined;
  if (upstream === undefined) {
    return opening(router.route("tunnel", authority), openedAddresses);
  }
  const parent = upstream === "direct" ? upstream : parseParent(upstream);
  const route = router.routeThrough(parent, "tunnel", authority);
  return opening(route, openedAddresses);
}

/** Bytes both ways between the client and `upstream`, to the end of both; counts them for the record. */
export async function pumpClient(
  exchange: Exchange,
  connection: ClientConnection,
  upstream: Conn,
  services: Services,
): Promise<void> {
  const { conn, writer } = connection;
  const { tunnels, limits } = services;
  const before = conn.bytesWritten;
  tunnels.open++;
  const end = await pump(conn, upstream, limits.tunnelIdleTimeoutMs)
    .finally(() => tunnels.open--);
  writer.bodyBytes = conn.bytesWritten - before;
  if (end === "closed") return;
  exchange.errorCode = end === "idle" ? "tunnel_idle" : "connection_terminated";
  exchange.errorMessage = end === "idle"
    ? "nothing moved in the tunnel within its idle timeout"
    : "one side of the tunnel was reset, or the proxy stopped";
}
