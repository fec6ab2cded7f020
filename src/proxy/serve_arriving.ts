/**
 * An answer whose body still arrives, to one of those who wait for it: as fast as this client
 * reads, and no faster than it comes.
 */

import type { Entry } from "../cache/entry.ts";
import type { FillBody, FillReader } from "../cache/fill.ts";
import { trailerLines } from "../http1/forwarding.ts";
import type { ResponseHead } from "../http1/head.ts";
import { ClientGone } from "../errors.ts";
import { orAbort } from "./abortable.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { responseHead } from "./relay.ts";
import { cacheLines } from "./serve_entry.ts";
import type { Services } from "./services.ts";

/** A response that arrives. */
export interface Arriving {
  readonly head: Entry;
  readonly body: FillBody;
  /** The head as it came, for the one who asked for it; undefined for those who read along. */
  readonly came: ResponseHead | undefined;
  /** At the body's start. It is left at the end. */
  readonly reader: FillReader;
}

/** What it is served with. */
export interface ArrivingParts {
  readonly connection: ClientConnection;
  readonly services: Services;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

/**
 * Relays it to its end. `exchange.cacheStatus` says how it came about.
 *
 * @throws {ConnectionLost | ClientGone} when the client is gone, or takes nothing while others wait for it.
 * @throws What the fetch failed of, in the midst of the body.
 */
export async function serveArriving(
  exchange: Exchange,
  arriving: Arriving,
  parts: ArrivingParts,
): Promise<void> {
  const { body, reader } = arriving;
  const { connection } = parts;
  try {
    const isChunked = body.length === undefined && isModern(exchange);
    // RFC 9112 §6.3, 8: what has no length and can't be chunked ends with the connection.
    if (body.length === undefined && !isChunked) exchange.mustClose = true;
    exchange.status = arriving.head.response.status;
    exchange.isAnswered = true;
    connection.writer.head(headOf(exchange, arriving, isChunked, parts));
    await relayBody(exchange, body, { reader, isChunked }, connection);
  } finally {
    reader.leave();
  }
}

function isModern(exchange: Exchange): boolean {
  return exchange.request!.head.minorVersion === 1;
}

function headOf(
  exchange: Exchange,
  { head, body, came }: Arriving,
  isChunked: boolean,
  { services, nowMs }: ArrivingParts,
): string {
  if (came !== undefined) {
    return responseHead(exchange, came, body.length ?? -1, isChunked, services);
  }
  let text = head.headText;
  if (isChunked) text += "Transfer-Encoding: chunked\r\n";
  else if (body.length !== undefined) {
    text += `Content-Length: ${body.length}\r\n`;
  }
  return text + cacheLines(exchange, head, nowMs) + "\r\n";
}

async function relayBody(
  exchange: Exchange,
  body: FillBody,
  { reader, isChunked }: { reader: FillReader; isChunked: boolean },
  { writer }: ClientConnection,
): Promise<void> {
  while (true) {
    if (reader.isLeftBehind) throw new ClientGone(undefined, "client_timeout");
    const bytes = reader.peek();
    if (bytes !== undefined) {
      const sent = isChunked
        ? writer.chunk(bytes, 0, bytes.length)
        : writer.data(bytes, 0, bytes.length);
      if (sent !== undefined) await sent;
      reader.advance(bytes.length);
    } else if (body.isComplete) break;
    else if (body.failure !== undefined) throw body.failure;
    else {
      const changed = body.changed();
      // What came is sent before more is waited for.
      const flushed = writer.flush();
      if (flushed !== undefined) await flushed;
      await orAbort(exchange, changed);
    }
  }
  if (isChunked) {
    writer.endChunks(
      body.trailers === undefined ? "" : trailerLines(body.trailers),
    );
  }
}
