/**
 * Requests for the proxy itself: from the wire to a `Request`, to whoever serves the
 * pages, and their `Response` back on the wire.
 */

import { ClientGone, ProxyError, WireError } from "../errors.ts";
import type { Request as WireRequest } from "../http1/request.ts";
import { parseAuthority } from "../http1/target.ts";
import { hasNoBody } from "../http1/framing.ts";
import { BodyReader } from "../net/body_reader.ts";
import { orAbort } from "./abortable.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { commonLines, respond, statusLine } from "./respond.ts";
import { PAGES_HOST } from "./self.ts";
import type { Services } from "./services.ts";

/** The most that a body for the pages may have, in bytes: a list of 32 MiB in its form. */
const MAX_BODY_BYTES = 33 * 1024 * 1024;

/**
 * Answers a request for the proxy itself.
 *
 * @throws {ProxyError} 421 for a Host that is not ours, 413 for a body that is too large.
 */
export async function servePages(
  exchange: Exchange,
  request: WireRequest,
  connection: ClientConnection,
  services: Services,
): Promise<void> {
  const authority = pagesAuthority(request, services);
  exchange.outcome = "answered";
  exchange.targetHost = PAGES_HOST;
  const body = await readBody(exchange, request, connection, services);
  connection.conn.readAhead();
  const path =
    request.target.form === "absolute" || request.target.form === "origin"
      ? request.target.path
      : "/";
  const url = `http://${authority}${path === "*" ? "/" : path}`;
  const abort = new AbortController();
  exchange.onAbort = () => abort.abort();
  try {
    const response = await services.pages(
      pageRequest(url, request, body, abort.signal),
      exchange.client,
    );
    await sendResponse(exchange, response, connection);
  } finally {
    exchange.onAbort = undefined;
  }
}

/** The authority by which the pages were asked for, once it is known to be ours. */
function pagesAuthority(
  { head, target }: WireRequest,
  services: Services,
): string {
  if (target.form === "absolute") return target.hostField;
  const host = head.fields.get("host") ?? "";
  if (host === "") return PAGES_HOST;
  if (services.self.answersTo(parseAuthority(host, 80))) return host;
  // RFC 9110 §15.5.20: the request was directed at a server that is not able to produce an
  // answer for that authority. A page elsewhere can't reach ours by a name that it points here.
  throw new ProxyError(
    421,
    "client",
    "http_request_denied",
    `this is a proxy, which does not answer for ${host}: send the whole URL in the request line`,
  );
}

async function readBody(
  exchange: Exchange,
  request: WireRequest,
  connection: ClientConnection,
  services: Services,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.bodyLength === 0) return undefined;
  if (request.bodyLength > MAX_BODY_BYTES) throw tooLarge();
  const { conn } = connection;
  if (request.expectsContinue) {
    connection.writer.head("HTTP/1.1 100 Continue\r\n\r\n");
    await connection.writer.flush();
  }
  const body = new BodyReader(conn, request.bodyLength);
  const parts: Uint8Array[] = [];
  while (!body.isDone) {
    if (body.take()) {
      parts.push(conn.bytes.slice(body.start, body.end));
      if (body.bytesTaken > MAX_BODY_BYTES) throw tooLarge();
    } else if (!body.isDone) {
      conn.expireAfter(services.limits.responseTimeoutMs);
      if (!await orAbort(exchange, conn.fill())) {
        throw new ClientGone(conn.failure);
      }
    }
  }
  conn.expireNever();
  return new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
}

function tooLarge(): ProxyError {
  const message =
    `a body for the proxy's own pages has at most ${MAX_BODY_BYTES} bytes`;
  return new ProxyError(413, "client", "http_request_error", message);
}

function pageRequest(
  url: string,
  { head }: WireRequest,
  body: Uint8Array<ArrayBuffer> | undefined,
  signal: AbortSignal,
): Request {
  const headers = new Headers();
  for (let i = 0; i < head.fields.size; i++) {
    headers.append(head.fields.names[i]!, head.fields.values[i]!);
  }
  const { method } = head;
  // A Request may have none of these (Fetch, forbidden methods).
  if (/^(trace|track|connect)$/i.test(method)) {
    throw new ProxyError(
      405,
      "client",
      "http_request_denied",
      `${method} is not for the proxy's own pages`,
    );
  }
  const hasBody = body !== undefined && method !== "GET" && method !== "HEAD";
  return newRequest(url, {
    method,
    headers,
    signal,
    ...(hasBody ? { body } : {}),
  });
}

function newRequest(url: string, init: RequestInit): Request {
  try {
    return new Request(url, init);
  } catch (error) {
    if (error instanceof TypeError) {
      throw new WireError("the request is none that pages can be asked by");
    }
    throw error;
  }
}

async function sendResponse(
  exchange: Exchange,
  response: Response,
  connection: ClientConnection,
): Promise<void> {
  const fields = [...response.headers].filter(([name]) =>
    name !== "content-length"
  );
  const { status } = response;
  if (response.body === null || hasNoBody(status, exchange.method)) {
    await response.body?.cancel();
    await respond(exchange, connection, { status, fields });
    return;
  }
  await streamResponse(exchange, response, fields, connection);
}

async function streamResponse(
  exchange: Exchange,
  response: Response,
  fields: [string, string][],
  connection: ClientConnection,
): Promise<void> {
  const isChunked = exchange.request!.head.minorVersion === 1;
  const { writer } = connection;
  exchange.status = response.status;
  exchange.isAnswered = true;
  let text = statusLine(response.status);
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  if (isChunked) text += "Transfer-Encoding: chunked\r\n";
  writer.head(text + commonLines(exchange) + "\r\n");
  for await (const part of response.body!) {
    await (isChunked
      ? writer.chunk(part, 0, part.length)
      : writer.data(part, 0, part.length));
    await writer.flush();
    if (exchange.abortReason !== undefined) throw exchange.abortReason;
  }
  if (isChunked) writer.endChunks("");
}
