/**
 * Requests for the proxy itself: from the wire to a `Request`, to whoever serves the
 * pages, and their `Response` back on the wire.
 */

import { ProxyError, WireError } from "../errors.ts";
import type { Request as WireRequest } from "../http1/request.ts";
import { parseAuthority } from "../http1/target.ts";
import { hasNoBody } from "../http1/framing.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { PageBody } from "./page_body.ts";
import { commonLines, respond, statusLine } from "./respond.ts";
import { PAGES_HOST } from "./self.ts";
import type { Services } from "./services.ts";

/**
 * Answers a request for the proxy itself.
 *
 * @throws {ProxyError} 421 for a Host that is not ours, 413 for a body that no page reads.
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
  const path =
    request.target.form === "absolute" || request.target.form === "origin"
      ? request.target.path
      : "/";
  const url = `http://${authority}${path === "*" ? "/" : path}`;
  const abort = new AbortController();
  exchange.onAbort = () => abort.abort();
  const { responseTimeoutMs } = services.limits;
  const body = request.bodyLength === 0
    ? undefined
    : new PageBody(exchange, request, connection, responseTimeoutMs);
  if (body === undefined) connection.conn.readAhead();
  try {
    const asked = pageRequest(url, request, body?.stream, abort.signal);
    const response = await pageFor(asked, body, exchange, services);
    // What was not read can't be told from the next request.
    exchange.mustClose ||= body?.isDone === false;
    connection.conn.expireNever();
    await sendResponse(exchange, response, connection);
  } finally {
    exchange.onAbort = undefined;
  }
}

/** @throws What reading the body has thrown, whatever the page made of that. */
async function pageFor(
  request: Request,
  body: PageBody | undefined,
  { client }: Exchange,
  { pages }: Services,
): Promise<Response> {
  try {
    const response = await pages(request, client);
    if (body?.failure === undefined) return response;
    await response.body?.cancel();
  } catch (error) {
    if (body?.failure === undefined) throw error;
  }
  throw body.failure;
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

function pageRequest(
  url: string,
  { head }: WireRequest,
  body: ReadableStream<Uint8Array<ArrayBuffer>> | undefined,
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
