/**
 * A request to its origin and the answer back: connect or reuse, send the head, stream
 * the body up while the answer is awaited, relay the answer, keep the connection. One safe
 * retry (RFC 9112 §9.3.1).
 */

import {
  ClientGone,
  ConnectionLost,
  ProxyError,
  toProxyError,
  WireError,
} from "../errors.ts";
import { wantsClose } from "../http1/forwarding.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import { type AbsoluteTarget, formatHost } from "../http1/target.ts";
import type { Route } from "../net/route.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import { connect } from "./connect.ts";
import type { Exchange } from "./exchange.ts";
import { type JudgedResult, judgeResponse } from "./judge.ts";
import { originRequestHead } from "./origin_request.ts";
import type { Outgoing } from "./outgoing.ts";
import { relayInterim } from "./relay.ts";
import { relayAsItCame, relayJudged } from "./relay_judged.ts";
import type { Services } from "./services.ts";
import { isUpgradeAnswer, relayUpgrade, upgradeProtocols } from "./upgrade.ts";
import { Upload } from "./upload.ts";
import { WholeUpload } from "./whole_upload.ts";

/** How many interim responses an origin may send for one request. */
const MAX_INTERIM = 64;

// RFC 9110 §9.2.2: the idempotent methods.
const IDEMPOTENT = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
]);

/**
 * Forwards a request and relays its answer.
 *
 * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
 */
export function forward(
  exchange: Exchange,
  outgoing: Outgoing,
  connection: ClientConnection,
  services: Services,
): Promise<void> {
  const way = new Forwarding(exchange, outgoing, connection, services);
  const pooled = services.pool.take(way.route.key);
  return pooled === undefined ? way.overFresh() : way.over(pooled);
}

/** A request on its way. */
class Forwarding {
  readonly route: Route;
  readonly #exchange: Exchange;
  readonly #outgoing: Outgoing;
  readonly #request: Request;
  readonly #target: AbsoluteTarget;
  readonly #connection: ClientConnection;
  readonly #services: Services;
  /** The protocols that the client would change to, or "". */
  readonly #upgrade: string;
  /** Undefined for a request without a body. */
  #upload: Upload | WholeUpload | undefined;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    connection: ClientConnection,
    services: Services,
  ) {
    const { request, target, parent } = outgoing;
    const { scheme, authority } = target;
    const { router } = services;
    this.#exchange = exchange;
    this.#outgoing = outgoing;
    this.#request = request;
    this.#target = target;
    this.#connection = connection;
    this.#services = services;
    this.#upgrade = upgradeProtocols(request);
    this.route = parent === undefined
      ? router.route(scheme, authority)
      : router.routeThrough(parent, scheme, authority);
  }

  async overFresh(): Promise<void> {
    // Notices a client that leaves during the dial; a body's first bytes are read all the same.
    this.#connection.conn.readAhead();
    await this.over(await connect(this.#exchange, this.route, this.#services));
  }

  /**
   * One exchange on one connection; once more on a fresh one, when this turned out to be closed and the
   * request may be sent again.
   */
  async over(upstream: Upstream): Promise<void> {
    const exchange = this.#exchange;
    const { conn } = upstream;
    exchange.targetAddress = upstream.address;
    exchange.onAbort = () => conn.close();
    let isKept = false;
    try {
      if (exchange.abortReason !== undefined) throw exchange.abortReason;
      const sent = this.#send(upstream);
      if (sent !== undefined) await sent;
      let head = upstream.tryReadHead();
      while (head === undefined && await this.#fill(upstream)) {
        head = upstream.tryReadHead();
      }
      if (head !== undefined) {
        exchange.firstByteMs = performance.now() - exchange.startMs;
        if (head.status < 200) head = await this.#passInterim(head, upstream);
      }
      if (head === undefined) throw this.#endedWithoutAnswer(upstream);
      if (head.status === 101) {
        await this.#changeProtocol(head, upstream);
      } else {
        const relayed = this.#relay(head, upstream);
        isKept = typeof relayed === "boolean" ? relayed : await relayed;
      }
    } catch (error) {
      if (this.#isRetryable(error, upstream)) return await this.overFresh();
      throw this.#explain(error);
    } finally {
      exchange.onAbort = undefined;
      if (isKept) this.#services.pool.give(upstream);
      else conn.close();
    }
  }

  /** Waits for more of the answer's head: each part has the whole of the timeout. */
  #fill({ conn }: Upstream): Promise<boolean> {
    if (conn.available > 0) {
      conn.expireAfter(this.#services.limits.responseTimeoutMs);
    }
    return conn.fill();
  }

  #send(upstream: Upstream): Promise<void> | undefined {
    const request = this.#request;
    const via = this.#services.self.via(request.head.minorVersion);
    upstream.writer.head(
      originRequestHead(request, this.#target, this.route, via, this.#upgrade),
    );
    upstream.conn.expireAfter(this.#services.limits.responseTimeoutMs);
    if (request.bodyLength !== 0) {
      const upload = this.#makeUpload(upstream);
      this.#upload = upload;
      upload.start();
      return undefined;
    }
    // Notices a client that leaves while the origin is waited for.
    this.#connection.conn.readAhead();
    return upstream.writer.flush();
  }

  #makeUpload(upstream: Upstream): Upload | WholeUpload {
    const { request, body } = this.#outgoing;
    const { limits } = this.#services;
    if (body?.kind === "whole") {
      // Notices a client that leaves while the origin is waited for.
      this.#connection.conn.readAhead();
      return new WholeUpload(body.bytes, upstream, limits);
    }
    const begun = body?.kind === "begun" ? body.begun : undefined;
    return new Upload(request, this.#connection, upstream, limits, begun);
  }

  /** Passes interim responses on until a head comes that is none, or the 101 asked for. */
  async #passInterim(
    first: ResponseHead,
    upstream: Upstream,
  ): Promise<ResponseHead | undefined> {
    let head: ResponseHead | undefined = first;
    for (let count = 0; head !== undefined && head.status < 200; count++) {
      if (head.status === 101) {
        if (isUpgradeAnswer(head, this.#upgrade)) return head;
        throw this.#originError(
          "http_upgrade_failed",
          "changed to a protocol that the client did not ask for",
        );
      }
      if (count === MAX_INTERIM) {
        throw this.#originError(
          "http_protocol_error",
          "sent interim answers without end",
        );
      }
      await relayInterim(this.#exchange, head, this.#connection);
      upstream.conn.expireAfter(this.#services.limits.responseTimeoutMs);
      if (head.status === 100) this.#upload?.continued();
      head = await upstream.readHead(this.#services.limits.responseTimeoutMs);
    }
    return head;
  }

  /** Relays the final response. True when the upstream can serve another request. */
  #relay(head: ResponseHead, upstream: Upstream): boolean | Promise<boolean> {
    const exchange = this.#exchange;
    // RFC 9112 §9.6: who answers without reading the body to its end says that it closes.
    if (
      !this.#isUploaded &&
      (head.status >= 400 || wantsClose(head.fields, head.minorVersion))
    ) {
      exchange.mustClose = true;
    }
    if (head.status === 407 && this.route.parent !== undefined) {
      throw this.#originError(
        "proxy_configuration_error",
        "wants credentials that --upstream lacks or has wrong",
      );
    }
    const { method } = this.#request.head;
    const judging = judgeResponse(
      exchange,
      this.#outgoing,
      head,
      upstream,
      this.#services,
    );
    const relayed = judging === undefined
      ? relayAsItCame(
        exchange,
        head,
        method,
        this.#connection,
        upstream,
        this.#services,
      )
      : judging.then((result) => this.#relayJudged(head, result, upstream));
    return this.#isUploaded ? relayed : this.#afterEarlyAnswer(relayed);
  }

  /** The origin has answered before it got the whole body: it may go on reading, or not. */
  async #afterEarlyAnswer(
    relayed: boolean | Promise<boolean>,
  ): Promise<boolean> {
    const exchange = this.#exchange;
    const isReusable = await relayed;
    if (!this.#isUploaded && !exchange.mustClose) await this.#finishUpload();
    if (this.#isUploaded) return isReusable;
    exchange.mustClose = true;
    this.#upload?.stop();
    return false;
  }

  #relayJudged(
    came: ResponseHead,
    result: JudgedResult,
    upstream: Upstream,
  ): Promise<boolean> {
    if (result.kind === "ending" && !this.#isUploaded) {
      this.#exchange.mustClose = true;
    }
    return relayJudged(
      this.#exchange,
      { came, method: this.#request.head.method, result },
      this.#connection,
      upstream,
      this.#services,
    );
  }

  /** Sends the answer, and lets the body go on to the origin. */
  async #finishUpload(): Promise<void> {
    const flushed = this.#connection.writer.flush();
    if (flushed !== undefined) await flushed;
    await this.#upload?.finished;
    if (this.#upload?.failure !== undefined) throw this.#upload.failure;
  }

  async #changeProtocol(head: ResponseHead, upstream: Upstream): Promise<void> {
    await relayUpgrade(
      this.#exchange,
      head,
      this.#connection,
      upstream,
      this.#services,
    );
  }

  get #isUploaded(): boolean {
    return this.#upload === undefined || this.#upload.isDone;
  }

  /** The origin had closed the connection before it got the request, which may be sent twice. */
  #isRetryable(error: unknown, { conn, isReused }: Upstream): boolean {
    const isLost = conn.isEnded ||
      (error instanceof ConnectionLost && error.conn === conn);
    const isUnanswered = this.#exchange.firstByteMs < 0 &&
      conn.available === 0 &&
      !(error instanceof WireError);
    // RFC 9112 §9.3.1: "a proxy MUST NOT automatically retry non-idempotent requests."
    return isReused && isLost && isUnanswered && !conn.isExpired &&
      this.#exchange.abortReason === undefined &&
      this.#request.bodyLength === 0 &&
      IDEMPOTENT.has(this.#request.head.method);
  }

  /** What to throw for an error that came up on the way. Ends the upload. */
  #explain(error: unknown): unknown {
    const exchange = this.#exchange;
    if (!this.#isUploaded) exchange.mustClose = true;
    this.#upload?.stop();
    // What ended the exchange from outside, or the client's body, closed the upstream: it counts for more
    // than what that looked like from here.
    if (exchange.abortReason !== undefined) return exchange.abortReason;
    if (this.#upload?.failure !== undefined) return this.#upload.failure;
    if (error instanceof ClientGone) return error;
    const isClientLost = error instanceof ConnectionLost &&
      error.conn === this.#connection.conn;
    return isClientLost ? error : toProxyError(error, "receive", this.#name);
  }

  #endedWithoutAnswer({ conn }: Upstream): ProxyError {
    if (conn.isExpired) {
      const ms = this.#services.limits.responseTimeoutMs;
      const message = `${this.#name} did not answer within ${ms} ms`;
      return new ProxyError(504, "origin", "http_response_timeout", message);
    }
    return conn.available > 0
      ? this.#originError(
        "http_response_incomplete",
        "closed the connection within its answer's head",
      )
      : this.#originError(
        "connection_terminated",
        "closed the connection without an answer",
        conn.failure,
      );
  }

  #originError(
    code: ProxyError["code"],
    what: string,
    cause?: unknown,
  ): ProxyError {
    return new ProxyError(502, "origin", code, `${this.#name} ${what}`, {
      cause,
    });
  }

  /** The origin in messages. */
  get #name(): string {
    const name = formatHost(this.#target.authority);
    const { parent } = this.route;
    return parent === undefined ? name : `${name} through ${parent.label}`;
  }
}
