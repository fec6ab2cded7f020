/**
 * An answer from the origin to the client: the head as it goes on, the framing that the
 * client can read, the body streamed with backpressure, trailers (RFC 9112 §6, §7.1).
 */

import { ClientGone, ProxyError, WireError } from "../errors.ts";
import {
  connectionOptions,
  forwardedHead,
  trailerLines,
  wantsClose,
} from "../http1/forwarding.ts";
import {
  hasNoBody,
  responseBodyLength,
  UNTIL_CLOSE,
} from "../http1/framing.ts";
import type { ResponseHead } from "../http1/head.ts";
import { BodyReader } from "../net/body_reader.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Services } from "./services.ts";

/**
 * Relays a final response. True when the upstream can serve another request.
 *
 * @throws {ProxyError} 502 when the origin's framing is bad (before anything was sent) or its body is cut short (after).
 * @throws {ConnectionLost | ClientGone} when the client is gone.
 */
export async function relayResponse(
  exchange: Exchange,
  head: ResponseHead,
  connection: ClientConnection,
  upstream: Upstream,
  services: Services,
): Promise<boolean> {
  const length = bodyLength(head, exchange);
  const isChunked = length < 0 && isModern(exchange);
  // RFC 9112 §6.3, 8: what has no length and can't be chunked ends with the connection.
  if (length < 0 && !isChunked) exchange.mustClose = true;
  exchange.status = head.status;
  exchange.isAnswered = true;
  connection.writer.head(
    responseHead(exchange, head, length, isChunked, services),
  );
  const body = new BodyReader(upstream.conn, length);
  if (!body.isDone) {
    await relayBody(exchange, body, isChunked, connection, upstream, services);
  }
  if (isChunked) connection.writer.endChunks(trailersOf(body));
  return length !== UNTIL_CLOSE && !wantsClose(head.fields, head.minorVersion);
}

function trailersOf({ trailers }: BodyReader): string {
  return trailers === undefined ? "" : trailerLines(trailers);
}

function bodyLength(head: ResponseHead, exchange: Exchange): number {
  try {
    return responseBodyLength(head, exchange.method);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new ProxyError(
      502,
      "origin",
      error.originCode,
      `the origin sent a bad answer: ${error.message}`,
      { cause: error },
    );
  }
}

function isModern(exchange: Exchange): boolean {
  return exchange.request!.head.minorVersion === 1;
}

function responseHead(
  exchange: Exchange,
  head: ResponseHead,
  length: number,
  isChunked: boolean,
  services: Services,
): string {
  const { fields } = head;
  let lines = exchange.mustClose ? "Connection: close\r\n" : "";
  // RFC 9110 §6.6.1: a recipient with a clock that receives a response without Date MUST
  // append one when it forwards it downstream.
  if (!fields.has("date")) lines += `Date: ${new Date().toUTCString()}\r\n`;
  return forwardedHead(
    `HTTP/1.1 ${head.status} ${head.reasonPhrase}`,
    fields,
    connectionOptions(fields),
    {
      via: services.self.via(head.minorVersion),
      isChunked,
      contentLength: statedLength(exchange, head, length),
      lines,
    },
  );
}

/** Content-Length as it goes on: also where it tells of a body that is not sent (RFC 9110 §8.6). */
function statedLength(
  exchange: Exchange,
  head: ResponseHead,
  length: number,
): number | undefined {
  if (!hasNoBody(head.status, exchange.method)) {
    return length < 0 ? undefined : length;
  }
  const stated = head.fields.get("content-length");
  return stated === undefined || head.status < 200 || head.status === 204
    ? undefined
    : Number(stated);
}

async function relayBody(
  exchange: Exchange,
  body: BodyReader,
  isChunked: boolean,
  connection: ClientConnection,
  upstream: Upstream,
  services: Services,
): Promise<void> {
  const { writer } = connection;
  const from = upstream.conn;
  const { idleTimeoutMs, responseTimeoutMs } = services.limits;
  while (true) {
    if (body.take()) {
      connection.conn.expireAfter(idleTimeoutMs);
      const { start, end } = body;
      const sent = isChunked
        ? writer.chunk(from.bytes, start, end)
        : writer.data(from.bytes, start, end);
      if (sent !== undefined) await sent;
      continue;
    }
    if (body.isDone) return;
    if (writer.hasPending) await writer.flush();
    connection.conn.expireNever();
    from.expireAfter(responseTimeoutMs);
    if (!await from.fill() && !body.endWithConnection()) {
      throw cutShort(exchange, upstream);
    }
  }
}

function cutShort(exchange: Exchange, { conn }: Upstream): Error {
  if (exchange.abortReason !== undefined) return exchange.abortReason;
  const why = conn.isExpired ? "it went silent" : "it closed the connection";
  const code = conn.isExpired
    ? "http_response_timeout"
    : "http_response_incomplete";
  return new ProxyError(
    502,
    "origin",
    code,
    `the origin's answer was cut short: ${why}`,
    { cause: conn.failure },
  );
}

/**
 * Passes an interim response on at once (RFC 9110 §15.2), unless the client is too old for one.
 *
 * @throws {ConnectionLost}
 */
export async function relayInterim(
  exchange: Exchange,
  head: ResponseHead,
  connection: ClientConnection,
): Promise<void> {
  // RFC 9110 §15.2: "a server MUST NOT send a 1xx response to an HTTP/1.0 client."
  if (!isModern(exchange)) return;
  if (exchange.abortReason !== undefined) throw new ClientGone();
  let text = `HTTP/1.1 ${head.status} ${head.reasonPhrase}\r\n`;
  text += interimLines(head);
  connection.writer.head(text + "\r\n");
  await connection.writer.flush();
}

function interimLines({ fields }: ResponseHead): string {
  const named = connectionOptions(fields);
  let text = "";
  for (let i = 0; i < fields.size; i++) {
    if (fields.bitsAt(i) !== 0 || named.includes(fields.keys[i]!)) continue;
    text += `${fields.names[i]}: ${fields.values[i]}\r\n`;
  }
  return text;
}
