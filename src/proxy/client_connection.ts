/**
 * A client's connection: reads one request head after another, has each handled in
 * turn (pipelined ones wait in the buffer), and decides what a deadline or the client's
 * leaving means at each stage. One exception costs one connection.
 */

import {
  ClientGone,
  ConnectionLost,
  ProxyError,
  WireError,
} from "../errors.ts";
import type { RequestHead } from "../http1/head.ts";
import type { Origin } from "../http1/origin_memo.ts";
import { type ByteStream, Conn, WRITE_PATIENCE } from "../net/conn.ts";
import { lingerAndClose } from "../net/linger.ts";
import { MessageWriter } from "../net/message_writer.ts";
import { type Client, Exchange } from "./exchange.ts";
import type { Identity } from "./admit.ts";
import { handle } from "./handle.ts";
import { failureOf } from "./failure.ts";
import { RequestHeadReader } from "./request_head_reader.ts";
import { respondToError } from "./respond.ts";
import type { Services } from "./services.ts";

/**
 * How long a client that has ended its side is still waited for, in ms. It may mean "no more
 * requests" or be gone for good; the two look the same until we write.
 */
const HALF_CLOSED_GRACE_MS = 5000;

/** What the connection waits for: says what its deadline means. */
type Stage = "idle" | "head" | "exchange";

/** One client's connection. */
export class ClientConnection {
  readonly conn: Conn;
  readonly client: Client;
  readonly writer: MessageWriter;
  /** What all requests are for, within a tunnel that is intercepted. */
  readonly within: Origin | undefined;
  /** The client comes from where none may: its first request is refused. */
  isStranger = false;
  /** Who the last exchange was begun by, where clients have to say so. */
  identity: Identity | undefined;

  readonly #services: Services;
  readonly #heads: RequestHeadReader;
  #stage: Stage = "idle";
  #exchange: Exchange | undefined;
  /** What the connection goes on with, once its tunnel is intercepted. */
  #inner: ClientConnection | undefined;
  #onInnerEnd: ((conn: Conn) => void) | undefined;
  #isDraining = false;
  #isRefused = false;
  #bytesReadBefore = 0;
  #bytesWrittenBefore = 0;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    conn: Conn,
    client: Client,
    services: Services,
    within?: Origin,
  ) {
    this.conn = conn;
    this.client = client;
    this.within = within;
    this.writer = new MessageWriter(conn, services.buffers);
    this.#services = services;
    this.#heads = new RequestHeadReader(conn);
    conn.writeTimeoutMs = WRITE_PATIENCE * services.limits.idleTimeoutMs;
    conn.onExpire = () => this.#expired();
    conn.onEnd = () => this.#ended();
  }

  /** Serves the connection to its end. Never rejects. */
  async serve(): Promise<void> {
    const { conn } = this;
    // A new connection owes its first head at once; the TLS handshake is within.
    conn.expireAfter(this.#services.limits.headTimeoutMs);
    try {
      while (true) {
        const head = this.#isRefused ? undefined : this.#heads.tryRead();
        if (head !== undefined) {
          if (await this.#exchangeFrom(head)) continue;
          break;
        }
        this.#awaitBytes();
        if (await conn.fill()) continue;
        this.#noteUnfinishedHead();
        break;
      }
    } catch (error) {
      this.#services.reportBug(error, this.#exchange?.id ?? "");
    } finally {
      clearTimeout(this.#graceTimer);
      conn.close();
    }
  }

  /**
   * Has the connection go on, when the exchange is over, with the requests in `stream`, which
   * runs over it: all for `within`, all of `client`.
   *
   * @param onEnd Told when the last of them is over.
   */
  goOnWithin(
    stream: ByteStream,
    within: Origin,
    client: Client,
    onEnd?: (conn: Conn) => void,
  ): void {
    const conn = new Conn(stream, this.#services);
    this.#onInnerEnd = onEnd;
    // What ends the connection below is noticed above.
    this.conn.onEnd = undefined;
    this.conn.shrink();
    this.#inner = new ClientConnection(conn, client, this.#services, within);
  }

  /** Lets the exchange under way, or the head that has begun, finish, then closes; closes at once when idle. */
  drain(): void {
    this.#isDraining = true;
    if (this.#inner !== undefined) return this.#inner.drain();
    if (this.#exchange !== undefined) this.#exchange.mustClose = true;
    else if (this.#stage === "idle") this.#closeIdle();
  }

  /** Ends now: with 503 where nothing has been answered yet. */
  cut(): void {
    if (this.#inner !== undefined) return this.#inner.cut();
    const message = "the proxy stopped before the exchange had ended";
    this.#exchange?.abort(
      new ProxyError(503, "proxy", "connection_terminated", message),
    );
    if (this.#exchange === undefined || this.#exchange.isAnswered) {
      this.conn.close();
    }
  }

  /**
   * One exchange, from a head that was read or refused. False when the connection is over.
   */
  async #exchangeFrom(head: RequestHead | WireError): Promise<boolean> {
    const { conn, writer } = this;
    const exchange = this.#begin();
    exchange.mustClose = this.#isDraining;
    conn.expireNever();
    try {
      if (head instanceof WireError) {
        this.#heads.describeRefused(exchange);
        throw head;
      }
      const handled = handle(exchange, head, this, this.#services);
      if (handled !== undefined) await handled;
      const flushed = writer.flush();
      if (flushed !== undefined) await flushed;
    } catch (error) {
      await this.#failed(exchange, error);
    }
    this.#finish(exchange);
    if (this.#inner !== undefined) return await this.#serveInner(this.#inner);
    if (conn.isClosed) return false;
    if (!exchange.mustClose && (!conn.isEnded || conn.available > 0)) {
      return true;
    }
    await lingerAndClose(conn);
    return false;
  }

  async #serveInner(inner: ClientConnection): Promise<false> {
    if (this.#isDraining) inner.drain();
    await inner.serve();
    this.#onInnerEnd?.(inner.conn);
    return false;
  }

  /** The one place where what an exchange threw becomes an answer, a cut, or nothing. */
  async #failed(exchange: Exchange, thrown: unknown): Promise<void> {
    const { error, mustClose, isBug } = failureOf(thrown, exchange, this.conn);
    if (isBug) this.#services.reportBug(thrown, exchange.id);
    exchange.mustClose ||= mustClose;
    exchange.fail(error);
    const isBegun = exchange.isAnswered && !this.writer.discard();
    if (error instanceof ClientGone || isBegun || this.conn.isClosed) {
      // An answer that was begun and can't be ended reaches the client as a cut.
      this.conn.close();
      return;
    }
    try {
      await respondToError(exchange, error, this);
    } catch (lost) {
      if (!(lost instanceof ConnectionLost)) throw lost;
      this.conn.close();
    }
  }

  #begin(): Exchange {
    const exchange = new Exchange(this.#services.self.nextId(), this.client);
    this.#exchange = exchange;
    this.#stage = "exchange";
    this.writer.bodyBytes = 0;
    return exchange;
  }

  #finish(exchange: Exchange): void {
    const { conn, writer } = this;
    const bytesRead = conn.bytesRead - conn.available;
    exchange.bytesIn = bytesRead - this.#bytesReadBefore;
    exchange.bytesOut = conn.bytesWritten - this.#bytesWrittenBefore;
    this.#bytesReadBefore = bytesRead;
    this.#bytesWrittenBefore = conn.bytesWritten;
    exchange.bodyBytesOut = writer.bodyBytes;
    exchange.totalMs = performance.now() - exchange.startMs;
    this.#services.rules.bodies.release(exchange);
    writer.release();
    this.#exchange = undefined;
    this.#stage = "idle";
    this.#services.record(exchange);
  }

  /** Sets the deadline for the bytes that a head still lacks. */
  #awaitBytes(): void {
    if (this.#isRefused) return;
    const { conn } = this;
    const { headTimeoutMs, idleTimeoutMs } = this.#services.limits;
    if (conn.available > 0) {
      // The deadline of a head is absolute: it does not move with each byte.
      if (this.#stage === "idle" && conn.bytesWritten > 0) {
        conn.expireAfter(headTimeoutMs);
      }
      this.#stage = "head";
    } else if (conn.bytesWritten > 0) {
      this.#stage = "idle";
      conn.shrink();
      conn.expireAfter(idleTimeoutMs);
    }
  }

  /** Closes between exchanges; in TLS so that it is no truncation (RFC 8446 §6.1). */
  async #closeIdle(): Promise<void> {
    const { conn } = this;
    const isUsed = conn.bytesWritten > 0 || this.within !== undefined;
    if (isUsed) await conn.closeWrite();
    conn.close();
  }

  #expired(): void {
    if (this.#stage === "idle") this.#closeIdle();
    else if (this.#stage === "head") this.#refuseSlowHead();
    else {
      const message = "the request's body did not come in time";
      this.#exchange?.abort(
        new ProxyError(408, "client", "http_request_error", message),
      );
    }
  }

  /** Answers 408; the read that waits for the head ends with the connection. */
  async #refuseSlowHead(): Promise<void> {
    this.#isRefused = true;
    const exchange = this.#begin();
    exchange.mustClose = true;
    const message = "the request's head did not come in time";
    await this.#failed(
      exchange,
      new ProxyError(408, "client", "http_request_error", message),
    );
    this.conn.start = this.conn.end;
    this.#finish(exchange);
    if (!this.conn.isClosed) await lingerAndClose(this.conn);
  }

  /** A client that went away within a head leaves a record all the same. */
  #noteUnfinishedHead(): void {
    if (this.#isRefused || this.conn.available === 0) return;
    const exchange = this.#begin();
    exchange.fail(new ClientGone(this.conn.failure));
    this.conn.start = this.conn.end;
    this.#finish(exchange);
  }

  /** The client ended its side, or the connection failed. */
  #ended(): void {
    const exchange = this.#exchange;
    if (exchange === undefined || this.conn.isClosed) return;
    if (this.conn.failure !== undefined) {
      exchange.abort(new ClientGone(this.conn.failure));
      return;
    }
    this.#graceTimer = setTimeout(() => {
      if (!exchange.isAnswered) exchange.abort(new ClientGone());
    }, HALF_CLOSED_GRACE_MS);
  }
}
