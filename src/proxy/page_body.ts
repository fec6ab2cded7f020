/**
 * The body of a request for the proxy's own pages: read from the client when a page asks for
 * it, and not before. So who is refused by the head has sent it to nobody.
 */

import { ClientGone, ProxyError } from "../errors.ts";
import type { Request } from "../http1/request.ts";
import { BodyReader } from "../net/body_reader.ts";
import { orAbort } from "./abortable.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";

/** The most that any page reads, in bytes: a list of 32 MiB in its form. */
const MAX_BODY_BYTES = 33 * 1024 * 1024;

/** One body. */
export class PageBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What reading it has thrown; undefined while all is well. */
  failure: unknown;

  readonly #exchange: Exchange;
  readonly #request: Request;
  readonly #connection: ClientConnection;
  readonly #timeoutMs: number;
  readonly #body: BodyReader;
  #isBegun = false;

  /** @param timeoutMs How long the client may leave us without a byte. */
  constructor(
    exchange: Exchange,
    request: Request,
    connection: ClientConnection,
    timeoutMs: number,
  ) {
    this.#exchange = exchange;
    this.#request = request;
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
    this.#body = new BodyReader(connection.conn, request.bodyLength);
    // Nothing is read ahead of who asks.
    this.stream = new ReadableStream(
      { pull: (controller) => this.#pull(controller) },
      { highWaterMark: 0 },
    );
  }

  /** Whether all of it was read. */
  get isDone(): boolean {
    return this.#body.isDone;
  }

  async #pull(
    controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    try {
      await this.#begin();
      const part = await this.#next();
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  async #begin(): Promise<void> {
    if (this.#isBegun) return;
    this.#isBegun = true;
    if (this.#request.bodyLength > MAX_BODY_BYTES) throw tooLarge();
    if (!this.#request.expectsContinue) return;
    const { writer } = this.#connection;
    writer.head("HTTP/1.1 100 Continue\r\n\r\n");
    await writer.flush();
  }

  async #next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const body = this.#body;
    const { conn } = this.#connection;
    while (!body.isDone) {
      if (body.take()) {
        if (body.bytesTaken > MAX_BODY_BYTES) throw tooLarge();
        return conn.bytes.slice(body.start, body.end);
      }
      if (body.isDone) break;
      conn.expireAfter(this.#timeoutMs);
      if (!await orAbort(this.#exchange, conn.fill())) {
        throw new ClientGone(conn.failure);
      }
    }
    conn.expireNever();
    conn.readAhead();
    return undefined;
  }
}

function tooLarge(): ProxyError {
  const message =
    `a body for the proxy's own pages has at most ${MAX_BODY_BYTES} bytes`;
  return new ProxyError(413, "client", "http_request_error", message);
}
