/**
 * A client's connection: reads one request head after another, has each handled in
 * turn (pipelined ones wait in the buffer), and decides what a deadline or the client's
 * leaving means at each stage. One exception costs one connection.
 */

import { ClientGone, ProxyError, WireError } from "../errors.ts";
import { parseRequestHead, type RequestHead } from "../http1/head.ts";
import { HeadScanner } from "../http1/head_scanner.ts";
import { latin1 } from "../http1/latin1.ts";
import { type Conn, ConnectionLost } from "../net/conn.ts";
import { lingerAndClose } from "../net/linger.ts";
import { MessageWriter } from "../net/message_writer.ts";
import { type Client, Exchange } from "./exchange.ts";
import { handle } from "./handle.ts";
import { respondToError } from "./respond.ts";
import type { Services } from "./services.ts";

/**
 * How long a client that has ended its side is still waited for, in ms. It may mean "no more
 * requests" or be gone for good; the two look the same until we write.
 */
const HALF_CLOSED_GRACE_MS = 2000;

/** What the connection waits for: says what its deadline means. */
type Stage = "idle" | "head" | "exchange";

/** One client's connection. */
export class ClientConnection {
  readonly conn: Conn;
  readonly client: Client;
  readonly writer: MessageWriter;

  readonly #services: Services;
  readonly #scanner = new HeadScanner();
  #stage: Stage = "idle";
  #exchange: Exchange | undefined;
  #isDraining = false;
  #isRefused = false;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(conn: Conn, client: Client, services: Services) {
    this.conn = conn;
    this.client = client;
    this.writer = new MessageWriter(conn, services.buffers);
    this.#services = services;
    conn.onExpire = () => this.#expired();
    conn.onEnd = () => this.#ended();
  }

  /** True while no exchange is under way. */
  get isIdle(): boolean {
    return this.#exchange === undefined;
  }

  /** True once the connection is to end with the exchange under way. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** Serves the connection to its end. Never rejects. */
  async serve(): Promise<void> {
    // A new connection owes its first head at once; the TLS handshake is within.
    this.conn.expireAfter(this.#services.limits.headTimeoutMs);
    try {
      while (await this.#serveNext());
    } catch (error) {
      this.#services.reportBug(error, this.#exchange?.id ?? "");
    } finally {
      clearTimeout(this.#graceTimer);
      this.conn.close();
    }
  }

  /** Lets the exchange under way finish, then closes; closes at once when idle. */
  drain(): void {
    this.#isDraining = true;
    if (this.#exchange !== undefined) this.#exchange.mustClose = true;
    else if (this.#stage === "idle") this.conn.close();
  }

  /** One exchange. False when the connection is over. */
  async #serveNext(): Promise<boolean> {
    const { conn } = this;
    const bytesReadBefore = conn.bytesRead - conn.available;
    const bytesWrittenBefore = conn.bytesWritten;
    let head: RequestHead | WireError | undefined;
    try {
      head = await this.#readHead();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      head = error;
    }
    if (head === undefined) return false;
    const exchange = new Exchange(this.#services.self.nextId(), this.client);
    this.#exchange = exchange;
    this.#stage = "exchange";
    exchange.mustClose = this.#isDraining;
    conn.expireNever();
    const isKept = await this.#run(exchange, head);
    exchange.bytesIn = conn.bytesRead - conn.available - bytesReadBefore;
    exchange.bytesOut = conn.bytesWritten - bytesWrittenBefore;
    this.#finish(exchange);
    if (!isKept && !conn.isClosed) await lingerAndClose(conn);
    return isKept;
  }

  async #run(
    exchange: Exchange,
    head: RequestHead | WireError,
  ): Promise<boolean> {
    try {
      if (head instanceof WireError) throw head;
      await handle(exchange, head, this, this.#services);
      this.conn.expireAfter(this.#services.limits.idleTimeoutMs);
      await this.writer.flush();
    } catch (error) {
      await this.#failed(exchange, error);
    }
    const { conn } = this;
    const hasMore = !conn.isEnded || conn.available > 0;
    return hasMore && !exchange.mustClose && !conn.isClosed;
  }

  /** The one place where what an exchange threw becomes an answer, a cut, or nothing. */
  async #failed(exchange: Exchange, error: unknown): Promise<void> {
    const reason = this.#reasonOf(error, exchange);
    exchange.mustClose = exchange.mustClose || reason.mustClose;
    exchange.fail(reason.error);
    if (reason.error instanceof ClientGone || exchange.isAnswered) {
      // An answer that was begun and can't be ended reaches the client as a cut.
      this.conn.close();
      return;
    }
    this.conn.expireAfter(this.#services.limits.idleTimeoutMs);
    try {
      await respondToError(exchange, reason.error, this);
    } catch (lost) {
      if (!(lost instanceof ConnectionLost)) throw lost;
      this.conn.close();
    }
  }

  #reasonOf(
    thrown: unknown,
    exchange: Exchange,
  ): { error: ProxyError | ClientGone; mustClose: boolean } {
    if (thrown instanceof WireError) {
      const error = new ProxyError(
        thrown.status,
        "client",
        "http_request_error",
        thrown.message,
      );
      return { error, mustClose: true };
    }
    if (thrown instanceof ProxyError || thrown instanceof ClientGone) {
      return { error: thrown, mustClose: hasBody(exchange) };
    }
    if (thrown instanceof ConnectionLost && thrown.conn === this.conn) {
      return { error: new ClientGone(thrown.cause), mustClose: true };
    }
    this.#services.reportBug(thrown, exchange.id);
    const message = "an unexpected error in the proxy";
    const error = new ProxyError(500, "proxy", "proxy_internal_error", message);
    return { error, mustClose: true };
  }

  #finish(exchange: Exchange): void {
    exchange.totalMs = performance.now() - exchange.startMs;
    exchange.bodyBytesOut = this.writer.bodyBytes;
    this.#exchange = undefined;
    this.#stage = "idle";
    this.#services.record(exchange);
  }

  /**
   * Reads the next head; undefined when the client ended or went quiet between requests.
   *
   * @throws {WireError}
   */
  async #readHead(): Promise<RequestHead | undefined> {
    const { conn } = this;
    let skipped = 0;
    while (true) {
      const headEnd = conn.available === 0
        ? -1
        : this.#scanner.scan(conn.bytes, conn.start, conn.end);
      if (headEnd >= 0) {
        const text = latin1(conn.bytes, conn.start, headEnd);
        conn.start = headEnd;
        if (text !== "\r\n") return parseRequestHead(text);
        // RFC 9112 §2.2: "a server that is expecting to receive and parse a request-line
        // SHOULD ignore at least one empty line (CRLF) received prior to the request-line".
        if (++skipped > 1) {
          throw new WireError("empty lines before the request line");
        }
        continue;
      }
      this.#awaitBytes();
      if (!await conn.fill() || this.#isRefused) return undefined;
    }
  }

  /** Sets the deadline for the bytes that a head still lacks. */
  #awaitBytes(): void {
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

  #expired(): void {
    if (this.#stage === "idle") this.conn.close();
    else if (this.#stage === "head") this.#refuseSlowHead();
    else if (this.conn.isWriting) this.conn.close();
    else {
      const message = "the request's body did not come in time";
      this.#exchange?.abort(
        new ProxyError(408, "client", "http_request_error", message),
      );
    }
  }

  #refuseSlowHead(): void {
    const exchange = new Exchange(this.#services.self.nextId(), this.client);
    exchange.mustClose = true;
    this.#isRefused = true;
    const error = new ProxyError(
      408,
      "client",
      "http_request_error",
      "the head did not come in time",
    );
    exchange.fail(error);
    this.#exchange = exchange;
    respondToError(exchange, error, this).then(() => this.writer.flush()).catch(
      (lost) => {
        if (!(lost instanceof ConnectionLost)) {
          this.#services.reportBug(lost, exchange.id);
        }
      },
    ).finally(() => {
      exchange.bytesIn = this.conn.available;
      exchange.bytesOut = this.conn.bytesWritten;
      this.#finish(exchange);
      this.conn.close();
    });
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

function hasBody(exchange: Exchange): boolean {
  return exchange.request === undefined || exchange.request.bodyLength !== 0;
}
