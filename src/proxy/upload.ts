/**
 * The request's body on its way up, while the answer is awaited: streamed with
 * backpressure, in the framing it came in (RFC 9112 §6). Failures are kept, not thrown,
 * since the origin's answer may still come and then counts for more.
 */

import { ClientGone, ConnectionLost } from "../errors.ts";
import { trailerLines } from "../http1/forwarding.ts";
import { CHUNKED } from "../http1/framing.ts";
import type { Request } from "../http1/request.ts";
import { BodyReader } from "../net/body_reader.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { BegunBody } from "./held_body.ts";
import type { Limits } from "./services.ts";

/** The body of one request. */
export class Upload {
  /** The whole body has been read from the client and given to the origin. */
  isDone = false;
  /** What the client did wrong with its body. */
  failure: unknown;
  /** Resolves when the upload is done, has failed, or was stopped and the client has sent more. */
  finished: Promise<void> = Promise.resolve();

  readonly #body: BodyReader;
  readonly #request: Request;
  readonly #connection: ClientConnection;
  readonly #upstream: Upstream;
  readonly #limits: Limits;
  readonly #begun: BegunBody | undefined;
  #isStopped = false;

  /** @param begun The body, where a part of it has been read already. */
  constructor(
    request: Request,
    connection: ClientConnection,
    upstream: Upstream,
    limits: Limits,
    begun?: BegunBody,
  ) {
    this.#request = request;
    this.#connection = connection;
    this.#upstream = upstream;
    this.#limits = limits;
    this.#begun = begun;
    this.#body = begun?.reader ??
      new BodyReader(connection.conn, request.bodyLength);
  }

  /**
   * Begins to send the head that waits in the upstream's writer, and the body with it. The body goes on by
   * itself: the origin may answer before it has read it.
   */
  start(): void {
    this.finished = this.#run();
  }

  /** Ends an upload that is not done: nothing more goes to the origin. */
  stop(): void {
    if (this.isDone) return;
    this.#isStopped = true;
    this.#upstream.conn.close();
  }

  async #run(): Promise<void> {
    try {
      await this.#copy();
      this.isDone = !this.#isStopped;
      if (this.isDone) this.#connection.conn.readAhead();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #copy(): Promise<void> {
    const upstream = this.#upstream;
    // A client that waits for 100 (Continue) sends nothing before the origin has seen the head.
    if (this.#request.expectsContinue) await upstream.writer.flush();
    await this.#sendBegun();
    while (true) {
      if (this.#body.take()) {
        await this.#send();
        continue;
      }
      if (this.#body.isDone) break;
      const { bytesRead } = this.#connection.conn;
      await upstream.writer.flush();
      if (this.#isStopped || !await this.#awaitMore(bytesRead)) return;
    }
    if (this.#request.bodyLength === CHUNKED) {
      upstream.writer.endChunks(trailerLines(this.#body.trailers!));
    }
    await upstream.writer.flush();
    // Now that the request has gone out, the origin's time to answer begins.
    if (!this.#isStopped) {
      upstream.conn.expireAfter(this.#limits.responseTimeoutMs);
    }
  }

  /**
   * Waits for more of the body: on the client's time, or on the origin's while the client waits for its
   * 100 (Continue). False when the upload was stopped meanwhile.
   *
   * @param bytesRead How many bytes had come when the body was found to lack some.
   */
  async #awaitMore(bytesRead: number): Promise<boolean> {
    const { conn } = this.#connection;
    const isOriginsTurn = this.#request.expectsContinue &&
      this.#body.bytesTaken === 0;
    if (!isOriginsTurn) {
      this.#upstream.conn.expireNever();
      conn.expireAfter(this.#limits.responseTimeoutMs);
    }
    const isOpen = await conn.fill();
    if (this.#isStopped) return false;
    conn.expireNever();
    // What is left in the buffer may be the beginning of a chunk that never came whole.
    if (!isOpen && conn.bytesRead === bytesRead) {
      throw new ClientGone(conn.failure);
    }
    return true;
  }

  /** The origin has told the client to go on: from now on it is the client's time. */
  continued(): void {
    if (this.isDone || this.#isStopped) return;
    this.#upstream.conn.expireNever();
    this.#connection.conn.expireAfter(this.#limits.responseTimeoutMs);
  }

  async #sendBegun(): Promise<void> {
    const bytes = this.#begun?.bytes;
    if (bytes !== undefined) await this.#sendRun(bytes, 0, bytes.length);
  }

  #send(): Promise<void> {
    const { start, end } = this.#body;
    return this.#sendRun(this.#connection.conn.bytes, start, end);
  }

  async #sendRun(
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Promise<void> {
    const { writer } = this.#upstream;
    if (this.#request.bodyLength === CHUNKED) {
      await writer.chunk(bytes, start, end);
    } else await writer.data(bytes, start, end);
  }

  #failed(error: unknown): void {
    // The origin reads no more: its answer, which may be on the way, says why.
    if (error instanceof ConnectionLost) return;
    this.failure = error;
    this.#upstream.conn.close();
  }
}
