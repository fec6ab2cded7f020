/**
 * A request to its origin and the answer back: connect or reuse, send the head, stream
 * the body up while the answer is awaited, relay the answer, keep the connection. One safe
 * retry (RFC 9112 §9.3.1).
 */

import { ProxyError, toProxyError } from "../errors.ts";
import { connectionOptions, forwardedHead } from "../http1/forwarding.ts";
import { HOP_BY_HOP } from "../http1/fields.ts";
import { CHUNKED } from "../http1/framing.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import type { AbsoluteTarget } from "../http1/target.ts";
import { formatHost } from "../http1/target.ts";
import { ConnectionLost } from "../net/conn.ts";
import { parentAuthorization } from "../net/parent_connect.ts";
import type { Route } from "../net/route.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import { connect } from "./connect.ts";
import type { Exchange } from "./exchange.ts";
import { relayInterim, relayResponse } from "./relay.ts";
import type { Services } from "./services.ts";
import { isUpgradeAnswer, relayUpgrade, upgradeProtocols } from "./upgrade.ts";
import { Upload } from "./upload.ts";

/** How many interim responses an origin may send for one request. */
const MAX_INTERIM = 64;

/** A request on its way. */
interface Forwarding {
  readonly exchange: Exchange;
  readonly request: Request;
  readonly target: AbsoluteTarget;
  readonly route: Route;
  /** The protocols that the client would change to, or "". */
  readonly upgrade: string;
  readonly connection: ClientConnection;
  readonly services: Services;
}

/**
 * Forwards a request and relays its answer.
 *
 * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
 */
export async function forward(
  exchange: Exchange,
  request: Request,
  target: AbsoluteTarget,
  connection: ClientConnection,
  services: Services,
): Promise<void> {
  const route = services.router.route(target.scheme, target.authority);
  const upgrade = upgradeProtocols(request);
  const way: Forwarding = {
    exchange,
    request,
    target,
    route,
    upgrade,
    connection,
    services,
  };
  const pooled = services.pool.take(route.key);
  if (pooled !== undefined) {
    exchange.targetAddress = pooled.address;
    if (await exchangeOn(way, pooled)) return;
  }
  await exchangeOn(way, await connect(exchange, route, services));
}

/**
 * One exchange on one connection. False when the connection turned out to be closed and the
 * request may be sent again.
 */
async function exchangeOn(
  way: Forwarding,
  upstream: Upstream,
): Promise<boolean> {
  const { exchange, services } = way;
  const { conn } = upstream;
  exchange.onAbort = () => conn.close();
  let isKept = false;
  try {
    if (exchange.abortReason !== undefined) throw exchange.abortReason;
    const upload = new Upload(
      way.request,
      way.connection,
      upstream,
      services.limits,
    );
    const head = await sendAndReceive(way, upstream, upload);
    if (head === undefined) return false;
    if (head.status === 101) {
      await relayUpgrade(
        exchange,
        head,
        way.connection,
        upstream,
        services.limits,
      );
      return true;
    }
    const isReusable = await relayResponse(
      exchange,
      head,
      way.connection,
      upstream,
      services,
    );
    isKept = isReusable && upload.isDone;
    if (!upload.isDone) {
      // The origin has answered without reading the body to its end.
      exchange.mustClose = true;
      upload.stop();
    }
    return true;
  } finally {
    exchange.onAbort = undefined;
    if (isKept) services.pool.give(upstream);
    else conn.close();
  }
}

/**
 * Sends the request and reads heads until the final one, or 101 where it was asked for. Undefined
 * when it may be sent again.
 */
async function sendAndReceive(
  way: Forwarding,
  upstream: Upstream,
  upload: Upload,
): Promise<ResponseHead | undefined> {
  const { exchange } = way;
  try {
    upstream.writer.head(requestHead(way));
    await upload.start();
    const head = await receive(way, upstream);
    if (head !== undefined) return head;
  } catch (error) {
    throw explain(error, way, upload, "receive");
  }
  const lost = exchange.abortReason ?? upload.failure;
  if (lost !== undefined) throw explain(lost, way, upload, "send");
  if (isRetryable(way, upstream)) return undefined;
  upload.stop();
  throw endedWithoutAnswer(upstream, way);
}

async function receive(
  way: Forwarding,
  upstream: Upstream,
): Promise<ResponseHead | undefined> {
  const { exchange, connection } = way;
  for (let interim = 0; interim <= MAX_INTERIM; interim++) {
    const head = await upstream.readHead();
    if (head === undefined) return undefined;
    if (exchange.firstByteMs < 0) {
      exchange.firstByteMs = performance.now() - exchange.startMs;
    }
    if (head.status > 199) return head;
    if (head.status === 101 && isUpgradeAnswer(head, way.upgrade)) return head;
    if (head.status === 101) throw unaskedUpgrade(way);
    await relayInterim(exchange, head, connection);
  }
  throw new ProxyError(
    502,
    "origin",
    "http_protocol_error",
    `${nameOf(way)} sent interim answers without end`,
  );
}

/** The text of the head that goes to the origin, or to the parent. */
function requestHead(
  { exchange, request, target, route, upgrade, services }: Forwarding,
): string {
  const { head, bodyLength } = request;
  const { parent } = route;
  const isForParent = parent !== undefined && parent.scheme !== "socks5" &&
    !route.isTls;
  const url = isForParent ? absoluteUrl(target) : target.path;
  let lines = isForParent ? parentAuthorization(parent) : "";
  if (upgrade !== "") lines += `Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`;
  else if (acceptsTrailers(request)) {
    lines += "Connection: TE\r\nTE: trailers\r\n";
  }
  return forwardedHead(
    `${exchange.method} ${url} HTTP/1.1\r\nHost: ${target.hostField}`,
    head.fields,
    connectionOptions(head.fields),
    {
      via: services.self.via(head.minorVersion),
      isChunked: bodyLength === CHUNKED,
      contentLength: bodyLength > 0 || head.fields.has("content-length")
        ? bodyLength
        : undefined,
      lines,
    },
  );
}

function absoluteUrl({ scheme, hostField, path }: AbsoluteTarget): string {
  return `${scheme}://${hostField}${path === "*" ? "" : path}`;
}

function acceptsTrailers({ head }: Request): boolean {
  return (head.fields.bits & HOP_BY_HOP) !== 0 && head.fields.has("te") &&
    head.fields.tokens("te").includes("trailers");
}

// RFC 9110 §9.2.2: the idempotent methods.
const IDEMPOTENT = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

// RFC 9112 §9.3.1: "a proxy MUST NOT automatically retry non-idempotent requests."
function isRetryable(
  { exchange, request }: Forwarding,
  upstream: Upstream,
): boolean {
  return upstream.isReused && !upstream.conn.isExpired &&
    !exchange.isAnswered &&
    exchange.firstByteMs < 0 && upstream.conn.available === 0 &&
    request.bodyLength === 0 && IDEMPOTENT.has(exchange.method);
}

/** The error to throw for one that came up while the origin was waited for. */
function explain(
  error: unknown,
  way: Forwarding,
  upload: Upload,
  stage: "send" | "receive",
): unknown {
  way.exchange.mustClose ||= !upload.isDone;
  upload.stop();
  const reason = way.exchange.abortReason ?? upload.failure ?? error;
  if (reason instanceof ConnectionLost && reason.conn === way.connection.conn) {
    return reason;
  }
  // A request body that breaks the framing is the client's fault, whatever the origin did.
  if (reason === upload.failure) return reason;
  if (reason === way.exchange.abortReason) return reason;
  return toProxyError(
    reason instanceof ConnectionLost ? reason.cause : reason,
    stage,
    nameOf(way),
  );
}

function endedWithoutAnswer({ conn }: Upstream, way: Forwarding): ProxyError {
  const name = nameOf(way);
  if (conn.isExpired) {
    const ms = way.services.limits.responseTimeoutMs;
    return new ProxyError(
      504,
      "origin",
      "http_response_timeout",
      `${name} did not answer within ${ms} ms`,
    );
  }
  if (conn.available > 0) {
    return new ProxyError(
      502,
      "origin",
      "http_response_incomplete",
      `${name} closed the connection within its answer's head`,
    );
  }
  return new ProxyError(
    502,
    "origin",
    "connection_terminated",
    `${name} closed the connection without an answer`,
    {
      cause: conn.failure,
    },
  );
}

function unaskedUpgrade(way: Forwarding): ProxyError {
  return new ProxyError(
    502,
    "origin",
    "http_upgrade_failed",
    `${nameOf(way)} changed to a protocol that the client did not ask for`,
  );
}

function nameOf({ target, route }: Forwarding): string {
  const name = formatHost(target.authority);
  return route.parent === undefined
    ? name
    : `${name} through ${route.parent.label}`;
}
