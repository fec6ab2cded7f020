/**
 * One request to an origin: connect or reuse, send the head, wait through interim answers for
 * the final head, keep the connection. One safe retry (RFC 9112 §9.3.1). What becomes of the
 * answer is for whoever extends this: relayed to a client, or stored on the way.
 */

import {
  ConnectionLost,
  ProxyError,
  toProxyError,
  WireError,
} from "../errors.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import { formatHost } from "../http1/target.ts";
import { opening, type Route } from "../net/route.ts";
import type { Upstream } from "../net/upstream.ts";
import { connect } from "./connect.ts";
import type { Exchange } from "./exchange.ts";
import { originRequestHead } from "./origin_request.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Services } from "./services.ts";
import { isUpgradeAnswer } from "./upgrade.ts";

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

/** A request on its way, whoever wants the answer. */
export abstract class OriginCall {
  /** Another one once those who wait have taken it over from a client that left. */
  protected exchange: Exchange;
  protected readonly outgoing: Outgoing;
  protected readonly services: Services;
  readonly #route: Route;
  /** The protocols that the client would change to, or "". */
  readonly #upgrade: string;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    services: Services,
    upgrade: string,
  ) {
    const { target, parent } = outgoing;
    const { scheme, authority } = target;
    const { router } = services;
    this.exchange = exchange;
    this.outgoing = outgoing;
    this.services = services;
    this.#upgrade = upgrade;
    const route = parent === undefined
      ? router.route(scheme, authority)
      : router.routeThrough(parent, scheme, authority);
    this.#route = opening(route, exchange.openedAddresses);
  }

  /**
   * Sends the request and takes its answer.
   *
   * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
   */
  run(): Promise<void> {
    const { dialer, pool } = this.services;
    const pooled = pool.take(this.#route.key);
    if (pooled === undefined) return this.#overFresh();
    if (dialer.isStillAllowed(this.#route, pooled.address)) {
      return this.#over(pooled);
    }
    pooled.conn.close();
    return this.#overFresh();
  }

  /** Begins to notice that nobody waits for the answer any more. */
  protected abstract watchClient(): void;

  /** Sends the request, whose head waits in the upstream's writer. */
  protected abstract send(upstream: Upstream): Promise<void> | undefined;

  /** Takes an interim response (RFC 9110 §15.2). */
  protected abstract interim(head: ResponseHead): Promise<void>;

  /** Takes the 101 to a protocol that was asked for. The connection is used up afterwards. */
  protected abstract changeProtocol(
    head: ResponseHead,
    upstream: Upstream,
  ): Promise<void>;

  /** Takes the final response. True when the upstream can serve another request. */
  protected abstract final(
    head: ResponseHead,
    upstream: Upstream,
  ): boolean | Promise<boolean>;

  /** What to throw for an error that came up on the way. */
  protected abstract explain(error: unknown): unknown;

  async #overFresh(): Promise<void> {
    // Notices a client that leaves during the dial; a body's first bytes are read all the same.
    this.watchClient();
    await this.#over(await connect(this.exchange, this.#route, this.services));
  }

  /**
   * One exchange on one connection; once more on a fresh one, when this turned out to be closed and the
   * request may be sent again.
   */
  async #over(upstream: Upstream): Promise<void> {
    const { conn } = upstream;
    const { abortReason } = this.exchange;
    this.exchange.targetAddress = upstream.address;
    this.exchange.onAbort = () => conn.close();
    let isKept = false;
    try {
      if (abortReason !== undefined) throw abortReason;
      const sent = this.#send(upstream);
      if (sent !== undefined) await sent;
      let head = upstream.tryReadHead();
      while (head === undefined && await this.#fill(upstream)) {
        head = upstream.tryReadHead();
      }
      if (head !== undefined) {
        this.#noteFirstByte();
        if (head.status < 200) head = await this.#passInterim(head, upstream);
      }
      if (head === undefined) throw this.#endedWithoutAnswer(upstream);
      if (head.status === 101) {
        await this.changeProtocol(head, upstream);
      } else {
        this.#checkParent(head);
        const taken = this.final(head, upstream);
        isKept = typeof taken === "boolean" ? taken : await taken;
      }
    } catch (error) {
      if (this.#isRetryable(error, upstream)) return await this.#overFresh();
      throw this.explain(error);
    } finally {
      this.exchange.onAbort = undefined;
      this.services.rules.bodies.release(this.exchange);
      if (isKept) this.services.pool.give(upstream);
      else conn.close();
    }
  }

  #noteFirstByte(): void {
    const { exchange } = this;
    exchange.firstByteMs = performance.now() - exchange.startMs;
  }

  /** Waits for more of the answer's head: each part has the whole of the timeout. */
  #fill({ conn }: Upstream): Promise<boolean> {
    if (conn.available > 0) {
      conn.expireAfter(this.services.limits.responseTimeoutMs);
    }
    return conn.fill();
  }

  #send(upstream: Upstream): Promise<void> | undefined {
    const { request, target } = this.outgoing;
    const via = this.services.self.via(request.head.minorVersion);
    upstream.writer.head(
      originRequestHead(request, target, this.#route, via, this.#upgrade),
    );
    upstream.conn.expireAfter(this.services.limits.responseTimeoutMs);
    return this.send(upstream);
  }

  /** Passes interim responses on until a head comes that is none, or the 101 asked for. */
  async #passInterim(
    first: ResponseHead,
    upstream: Upstream,
  ): Promise<ResponseHead | undefined> {
    const { responseTimeoutMs } = this.services.limits;
    let head: ResponseHead | undefined = first;
    for (let count = 0; head !== undefined && head.status < 200; count++) {
      if (head.status === 101) {
        if (isUpgradeAnswer(head, this.#upgrade)) return head;
        throw this.originError(
          "http_upgrade_failed",
          "changed to a protocol that the client did not ask for",
        );
      }
      if (count === MAX_INTERIM) {
        throw this.originError(
          "http_protocol_error",
          "sent interim answers without end",
        );
      }
      upstream.conn.expireNever();
      await this.interim(head);
      upstream.conn.expireAfter(responseTimeoutMs);
      head = await upstream.readHead(responseTimeoutMs);
    }
    return head;
  }

  #checkParent({ status }: ResponseHead): void {
    if (status !== 407 || this.#route.parent === undefined) return;
    throw this.originError(
      "proxy_configuration_error",
      "wants credentials that --upstream lacks or has wrong",
    );
  }

  /** The origin had closed the connection before it got the request, which may be sent twice. */
  #isRetryable(error: unknown, { conn, isReused }: Upstream): boolean {
    const isLost = conn.isEnded ||
      (error instanceof ConnectionLost && error.conn === conn);
    const isUnanswered = this.exchange.firstByteMs < 0 &&
      conn.available === 0 &&
      !(error instanceof WireError);
    // RFC 9112 §9.3.1: "a proxy MUST NOT automatically retry non-idempotent requests."
    return isReused && isLost && isUnanswered && !conn.isExpired &&
      this.exchange.abortReason === undefined &&
      this.request.bodyLength === 0 &&
      IDEMPOTENT.has(this.request.head.method);
  }

  #endedWithoutAnswer({ conn }: Upstream): ProxyError {
    if (conn.isExpired) {
      const ms = this.services.limits.responseTimeoutMs;
      const message = `${this.originName} did not answer within ${ms} ms`;
      return new ProxyError(504, "origin", "http_response_timeout", message);
    }
    // A TLS 1.3 origin says by an alert that it wants a certificate, once the handshake is done here (RFC 8446 §4.4.2).
    if (conn.failure instanceof Deno.errors.InvalidData) {
      return toProxyError(conn.failure, "receive", this.originName);
    }
    return conn.available > 0
      ? this.originError(
        "http_response_incomplete",
        "closed the connection within its answer's head",
      )
      : this.originError(
        "connection_terminated",
        "closed the connection without an answer",
        conn.failure,
      );
  }

  protected originError(
    code: ProxyError["code"],
    what: string,
    cause?: unknown,
  ): ProxyError {
    return new ProxyError(502, "origin", code, `${this.originName} ${what}`, {
      cause,
    });
  }

  protected get request(): Request {
    return this.outgoing.request;
  }

  /** The origin in messages. */
  protected get originName(): string {
    const name = formatHost(this.outgoing.target.authority);
    const { parent } = this.#route;
    return parent === undefined ? name : `${name} through ${parent.label}`;
  }
}
