/**
 * Answers from what is stored: all of it, a part (206), the news that there is none (304), or
 * that the part asked for does not exist (416) (RFC 9110 §13, §14, §15; RFC 9111 §4).
 */

import { availableRange, evaluateRange } from "../cache/byte_range.ts";
import {
  type ByteSpan,
  contentRange,
  unsatisfiedRange,
} from "../cache/content_range.ts";
import type { CacheRequest } from "../cache/cache_request.ts";
import type { Entry } from "../cache/entry.ts";
import { ageSeconds } from "../cache/freshness.ts";
import { multipartByteranges } from "../cache/multipart_byteranges.ts";
import { notModifiedLines } from "../cache/not_modified.ts";
import { answersNotModified, isRangeWanted } from "../cache/precondition.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { statusLine } from "./respond.ts";

/** An answer that can be given from what is stored. */
export interface Stored {
  readonly entry: Entry;
  readonly body: Uint8Array;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Gives the answer to the client's writer. `exchange.cacheStatus` says how it came about.
 *
 * @throws {ConnectionLost}
 */
export function serveEntry(
  exchange: Exchange,
  request: CacheRequest,
  stored: Stored,
  connection: ClientConnection,
): Promise<void> | undefined {
  const { entry } = stored;
  const { response } = entry;
  if (request.isPlain && response.range === undefined) {
    return sendWhole(exchange, stored, connection);
  }
  const { fields } = request;
  if (answersNotModified(fields, response)) {
    const head = statusLine(304) + notModifiedLines(response.fields);
    sendHead(exchange, 304, head, stored, connection);
    return undefined;
  }
  const wanted = evaluateRange(wantedRange(request, entry), response);
  if (wanted === "unsatisfiable") {
    const { total = 0 } = availableRange(response);
    const head = statusLine(416) +
      `Content-Range: ${unsatisfiedRange(total)}\r\nContent-Length: 0\r\n`;
    sendHead(exchange, 416, head, stored, connection);
    return undefined;
  }
  if (typeof wanted === "string") {
    return sendWhole(exchange, stored, connection);
  }
  return wanted.length === 1
    ? sendSpan(exchange, wanted[0]!, stored, connection)
    : sendSpans(exchange, wanted, stored, connection);
}

/** True when what is stored has all that the request asks for. */
export function coversRequest(request: CacheRequest, entry: Entry): boolean {
  const { response } = entry;
  if (request.isPlain) return response.range === undefined;
  return evaluateRange(wantedRange(request, entry), response) !== "missing";
}

/** The Range that counts: only GET has one, and If-Range may take it away. */
function wantedRange(
  { method, fields }: CacheRequest,
  { response }: Entry,
): string | undefined {
  if (method !== "GET" || !isRangeWanted(fields, response)) return undefined;
  return fields.get("range");
}

function sendWhole(
  exchange: Exchange,
  stored: Stored,
  connection: ClientConnection,
): Promise<void> | undefined {
  const { entry, body } = stored;
  const { status, bodyLength } = entry.response;
  const head = hasContent(status)
    ? entry.headText + "Content-Length: " + bodyLength + "\r\n"
    : entry.headText;
  sendHead(exchange, status, head, stored, connection);
  if (bodyLength === 0 || exchange.method === "HEAD") return undefined;
  return connection.writer.data(body, 0, body.length);
}

// RFC 9110 §8.6: no Content-Length in a 204.
function hasContent(status: number): boolean {
  return status !== 204 && status !== 304;
}

function sendSpan(
  exchange: Exchange,
  span: ByteSpan,
  stored: Stored,
  connection: ClientConnection,
): Promise<void> | undefined {
  const { entry: { response }, body } = stored;
  const { start, total } = availableRange(response);
  const head = statusLine(206) + response.fields.lines(0, ["content-range"]) +
    `Content-Range: ${contentRange(span, total)}\r\n` +
    `Content-Length: ${span.end - span.start}\r\n`;
  sendHead(exchange, 206, head, stored, connection);
  return connection.writer.data(body, span.start - start, span.end - start);
}

async function sendSpans(
  exchange: Exchange,
  spans: readonly ByteSpan[],
  stored: Stored,
  connection: ClientConnection,
): Promise<void> {
  const { entry: { response }, body } = stored;
  const boundary = crypto.randomUUID().replaceAll("-", "");
  const parts = multipartByteranges(body, response, spans, boundary);
  const head = statusLine(206) +
    response.fields.lines(0, ["content-range", "content-type"]) +
    `Content-Type: ${parts.contentType}\r\n` +
    `Content-Length: ${parts.length}\r\n`;
  sendHead(exchange, 206, head, stored, connection);
  for (const piece of parts.pieces) {
    await connection.writer.data(piece, 0, piece.length);
  }
}

/** Ends the head with what every answer from the cache has. */
function sendHead(
  exchange: Exchange,
  status: number,
  head: string,
  stored: Stored,
  { writer }: ClientConnection,
): void {
  exchange.status = status;
  exchange.isAnswered = true;
  writer.head(head + cacheLines(exchange, stored.entry, stored.nowMs) + "\r\n");
}

/** Age, Cache-Status, and Connection where it ends. */
export function cacheLines(
  exchange: Exchange,
  entry: Entry,
  nowMs: number,
): string {
  return "Age: " + ageSeconds(entry, nowMs) + "\r\nCache-Status: " +
    exchange.cacheStatus +
    (exchange.mustClose ? "\r\nConnection: close\r\n" : "\r\n");
}
