/**
 * An answer from the origin to the client: the head as it goes on, the framing that the
 * client can read, the body streamed with backpressure, trailers (RFC 9112 §6, §7.1).
 */

import { ClientGone, ProxyError } from "../errors.ts";
import { FRAMING, HOP_BY_HOP } from "../http1/field_names.ts";
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
import type { Conn } from "../net/conn.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { BegunBody } from "./held_body.ts";
import type { Services } from "./services.ts";

/**
 * Relays a final response. True when the upstream can serve another request; a promise where the body did
 * not come together with the head.
 *
 * @param begun The body, where a part of it has been read already.
 * @throws {WireError} when the origin's framing is bad: before anything was sent, or in the midst of the body.
 * @throws {ProxyError} 502 when its body is cut short.
 * @throws {ConnectionLost | ClientGone} when the client is gone.
 */
export function relayResponse(
  exchange: Exchange,
  head: ResponseHead,
  connection: ClientConnection,
  upstream: Upstream,
  services: Services,
  begun?: BegunBody,
): boolean | Promise<boolean> {
  // The origin's time to answer is over; a client that is slow to read is not its fault.
  upstream.conn.expireNever();
  const length = responseBodyLength(head, exchange.method);
  const isChunked = length < 0 && isModern(exchange);
  // RFC 9112 §6.3, 8: what has no length and can't be chunked ends with the connection.
  if (length < 0 && !isChunked) exchange.mustClose = true;
  exchange.status = head.status;
  exchange.isAnswered = true;
  connection.writer.head(
    responseHead(exchange, head, length, isChunked, services),
  );
  const isReusable = length !== UNTIL_CLOSE &&
    !wantsClose(head.fields, head.minorVersion);
  const body = begun?.reader ?? new BodyReader(upstream.conn, length);
  const sent = begun === undefined
    ? relayAvailable(body, isChunked, connection, upstream)
    : relayBegun(begun, isChunked, connection);
  if (sent === undefined && body.isDone) {
    endBody(body, isChunked, connection);
    return isReusable;
  }
  const relay = new BodyRelay(
    exchange,
    body,
    isChunked,
    connection,
    upstream,
    services,
  );
  return relay.run(sent).then(() => isReusable);
}

function isModern(exchange: Exchange): boolean {
  return exchange.request!.head.minorVersion === 1;
}

/** The head of a response as it goes on to the client. */
export function responseHead(
  exchange: Exchange,
  head: ResponseHead,
  length: number,
  isChunked: boolean,
  services: Services,
): string {
  const { fields } = head;
  let lines = exchange.mustClose ? "Connection: close\r\n" : "";
  if (exchange.cacheStatus !== undefined) {
    lines += "Cache-Status: " + exchange.cacheStatus + "\r\n";
  }
  // RFC 9110 §6.6.1: a recipient with a clock that receives a response without Date MUST
  // append one when it forwards it downstream.
  const named = connectionOptions(fields);
  if (!fields.has("date") || named.includes("date")) {
    lines += `Date: ${new Date().toUTCString()}\r\n`;
  }
  return forwardedHead(
    `HTTP/1.1 ${head.status} ${head.reasonPhrase}`,
    fields,
    named,
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

/** The part of a body that has been read before its head went out. */
async function relayBegun(
  { bytes }: BegunBody,
  isChunked: boolean,
  { writer }: ClientConnection,
): Promise<void> {
  if (isChunked) await writer.chunk(bytes, 0, bytes.length);
  else await writer.data(bytes, 0, bytes.length);
}

/**
 * Relays a response whose body is there in whole, with its length.
 *
 * @throws {ConnectionLost} when the client is gone.
 */
export function relayWhole(
  exchange: Exchange,
  head: ResponseHead,
  bytes: Uint8Array,
  connection: ClientConnection,
  services: Services,
): Promise<void> | undefined {
  exchange.status = head.status;
  exchange.isAnswered = true;
  const { writer } = connection;
  writer.head(responseHead(exchange, head, bytes.length, false, services));
  if (hasNoBody(head.status, exchange.method) || bytes.length === 0) {
    return undefined;
  }
  return writer.data(bytes, 0, bytes.length);
}

/** Puts what is there of a body behind the head. A promise where that takes a write of its own. */
function relayAvailable(
  body: BodyReader,
  isChunked: boolean,
  { writer }: ClientConnection,
  upstream: Upstream,
): Promise<void> | undefined {
  const { bytes } = upstream.conn;
  while (body.take()) {
    const sent = isChunked
      ? writer.chunk(bytes, body.start, body.end)
      : writer.data(bytes, body.start, body.end);
    if (sent !== undefined) return sent;
  }
  return undefined;
}

function endBody(
  body: BodyReader,
  isChunked: boolean,
  { writer }: ClientConnection,
): void {
  if (isChunked) {
    writer.endChunks(
      body.trailers === undefined ? "" : trailerLines(body.trailers),
    );
  }
}

/** A body that did not come whole with its head, on its way to the client. */
class BodyRelay {
  readonly #exchange: Exchange;
  readonly #body: BodyReader;
  readonly #isChunked: boolean;
  readonly #connection: ClientConnection;
  readonly #upstream: Upstream;
  readonly #services: Services;

  constructor(
    exchange: Exchange,
    body: BodyReader,
    isChunked: boolean,
    connection: ClientConnection,
    upstream: Upstream,
    services: Services,
  ) {
    this.#exchange = exchange;
    this.#body = body;
    this.#isChunked = isChunked;
    this.#connection = connection;
    this.#upstream = upstream;
    this.#services = services;
  }

  /** Relays to the end, once the write that is under way is done. */
  async run(sent: Promise<void> | undefined): Promise<void> {
    const body = this.#body;
    while (true) {
      if (sent !== undefined) await sent;
      else if (body.isDone) break;
      else await this.#awaitMore();
      sent = this.#relayAvailable();
    }
    endBody(body, this.#isChunked, this.#connection);
  }

  #relayAvailable(): Promise<void> | undefined {
    return relayAvailable(
      this.#body,
      this.#isChunked,
      this.#connection,
      this.#upstream,
    );
  }

  /** Sends what came before more is waited for: an event stream's client sees each event. */
  async #awaitMore(): Promise<void> {
    const { writer } = this.#connection;
    const from = this.#upstream.conn;
    const flushed = writer.flush();
    if (flushed !== undefined) await flushed;
    from.expireAfter(this.#services.limits.responseTimeoutMs);
    const isOpen = await from.fill();
    from.expireNever();
    if (!isOpen && !this.#body.endWithConnection()) {
      throw cutShort(this.#exchange, from);
    }
  }
}

/** What to throw when the origin's connection ends within a body. */
export function cutShort(
  { abortReason }: Pick<Exchange, "abortReason">,
  conn: Conn,
): Error {
  if (abortReason !== undefined) return abortReason;
  const why = conn.isExpired ? "it went silent" : "it closed the connection";
  const code = conn.isExpired
    ? "http_response_timeout"
    : "http_response_incomplete";
  const message = `the origin's answer was cut short: ${why}`;
  return new ProxyError(502, "origin", code, message, { cause: conn.failure });
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
  const { fields } = head;
  const lines = fields.lines(HOP_BY_HOP | FRAMING, connectionOptions(fields));
  connection.writer.head(
    `HTTP/1.1 ${head.status} ${head.reasonPhrase}\r\n${lines}\r\n`,
  );
  await connection.writer.flush();
}
