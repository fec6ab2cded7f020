/**
 * Asks an origin for something that may be stored, and settles a SharedFetch with what becomes
 * of it: an entry, a body that arrives for many, or an answer for one client alone, which is
 * relayed to it as it comes. The client may leave meanwhile; the rest of a body is fetched
 * all the same where that is worth it.
 */

import { forwardedStatus, type ForwardReason } from "../cache/cache_status.ts";
import { mayServeOnFailure } from "../cache/reuse.ts";
import type { FetchState, SharedFetch } from "../cache/shared_fetch.ts";
import { ConnectionLost, ProxyError, toProxyError } from "../errors.ts";
import { wantsClose } from "../http1/forwarding.ts";
import { responseBodyLength } from "../http1/framing.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Upstream } from "../net/upstream.ts";
import { Arrival, type Asked } from "./arrival.ts";
import type { Caching } from "./caching.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { type JudgedResult, judgeResponse } from "./judge.ts";
import { FetchedBody } from "./fetched_body.ts";
import { OriginCall } from "./origin_call.ts";
import type { Outgoing } from "./outgoing.ts";
import type { BegunBody } from "./held_body.ts";
import { relayInterim, relayResponse } from "./relay.ts";
import { isKeptOpen, relayJudged } from "./relay_judged.ts";
import { coversRequest } from "./serve_entry.ts";
import type { Services } from "./services.ts";

/** The answers that only a Range or a condition of ours can have brought about (RFC 9110 §14, §13). */
const ABOUT_PARTS: ReadonlySet<number> = new Set([206, 304, 412, 416]);

/** Answers who asked, by what became of the fetch. */
export type Answer = (state: FetchState) => Promise<void> | undefined;

interface Led {
  readonly answer: Answer;
  readonly resolve: (answered: Promise<void> | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** One fetch. */
export class CachedFetch extends OriginCall {
  readonly #asked: Asked;
  readonly #reason: ForwardReason;
  readonly #fetch: SharedFetch;
  readonly #caching: Caching;
  /** Who asked; undefined for a fetch in the background. */
  readonly #connection: ClientConnection | undefined;
  #requestTimeMs = 0;
  #isDirect = false;
  /** Who asked, until it is answered. */
  #led: Led | undefined;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    services: Services,
    { asked, reason, fetch, caching, connection }: {
      asked: Asked;
      reason: ForwardReason;
      fetch: SharedFetch;
      caching: Caching;
      connection: ClientConnection | undefined;
    },
  ) {
    super(exchange, outgoing, services, "");
    this.#asked = asked;
    this.#reason = reason;
    this.#fetch = fetch;
    this.#caching = caching;
    this.#connection = connection;
  }

  /** Runs to the end for nobody, whose connection would end with this one. What fails is told to the fetch. */
  async start(): Promise<void> {
    const stop = () => this.exchange.abort(stopped());
    const { running } = this.#caching.fetches;
    running.add(stop);
    try {
      await this.run();
    } catch (error) {
      this.#fail(error);
    } finally {
      running.delete(stop);
      this.#end();
    }
  }

  /**
   * Runs for a client. Resolves when `answer`, which is told what becomes of the fetch, has answered it, or when
   * what is for this client alone has been relayed to it.
   *
   * @throws What `answer` throws, and what fails after the answer has gone straight to the client.
   */
  lead(answer: Answer): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#led = { answer, resolve, reject };
    this.run().then(
      () => this.#isDirect && resolve(),
      (error) => this.#isDirect ? reject(error) : this.#fail(error),
    );
    return promise;
  }

  #fail(error: unknown): void {
    const { state } = this.#fetch;
    this.#end();
    if (state.kind === "streaming") state.body.fail(error);
    if (state.kind !== "waiting") return;
    const failed = { kind: "failed", error } as const;
    this.#fetch.settle(failed);
    this.#answer(failed);
  }

  #settle(state: FetchState): void {
    // Who comes now can still read along from the start.
    const isArriving = state.kind === "streaming" && !state.body.isComplete;
    this.#fetch.settle(state);
    if (isArriving) return this.#answer(state);
    this.#end();
    // What was changed meanwhile is asked for again by the next.
    const { key } = this.#asked;
    const { store } = this.#caching;
    const isPurged = this.#requestTimeMs <= store.lastPurgeMs;
    if (this.#fetch.isOutdated || isPurged) store.invalidate(key);
    this.#answer(state);
  }

  /** Lets who asked be answered, once; what goes straight to it is relayed before it is done. */
  #answer(state: FetchState): void {
    const led = this.#led;
    if (led === undefined || state.kind === "direct") return;
    this.#led = undefined;
    try {
      led.resolve(led.answer(state));
    } catch (error) {
      led.reject(error);
    }
  }

  /** Others look for the entry, or ask themselves, from now on. */
  #end(): void {
    this.#caching.fetches.end(this.#asked.key, this.#fetch);
  }

  protected watchClient(): void {
    this.#connection?.conn.readAhead();
  }

  protected send(upstream: Upstream): Promise<void> | undefined {
    this.#requestTimeMs = this.#caching.now();
    this.watchClient();
    return upstream.writer.flush();
  }

  protected async interim(head: ResponseHead): Promise<void> {
    if (this.#connection === undefined) return;
    await relayInterim(this.exchange, head, this.#connection);
  }

  protected changeProtocol(): Promise<void> {
    throw new Error("Cannot change the protocol: none was asked for");
  }

  protected explain(error: unknown): unknown {
    const { abortReason } = this.exchange;
    // Once the body arrives, what becomes of the client that had asked is nobody else's business.
    const isArriving = this.#fetch.state.kind === "streaming";
    if (abortReason !== undefined && !isArriving) return abortReason;
    const isClientLost = error instanceof ConnectionLost &&
      error.conn === this.#connection?.conn;
    return isClientLost
      ? error
      : toProxyError(error, "receive", this.originName);
  }

  protected final(
    head: ResponseHead,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    if (head.status === 304 && this.#asked.validating.length > 0) {
      return this.#revalidated(head, upstream);
    }
    if (this.#isCoveredByStale(head.status)) {
      throw this.originError("http_protocol_error", `answered ${head.status}`);
    }
    const { exchange, outgoing, services } = this;
    const judging = judgeResponse(exchange, outgoing, head, upstream, services);
    return judging === undefined
      ? this.#take(this.#arrival(head), upstream)
      : judging.then((result) => this.#takeJudged(head, result, upstream));
  }

  /** RFC 5861 §4: a stale response may stand in for an error of the origin's. */
  #isCoveredByStale(status: number): boolean {
    const { selected, request } = this.#asked;
    return status >= 500 && status <= 504 && selected !== undefined &&
      coversRequest(request, selected) &&
      mayServeOnFailure(selected, request, "error", this.#caching.now());
  }

  #revalidated(head: ResponseHead, upstream: Upstream): boolean {
    const entry = this.#arrival(head).refresh();
    upstream.conn.expireNever();
    this.#settle(
      entry === undefined
        ? { kind: "useless" }
        : { kind: "whole", entry, came: undefined },
    );
    return !wantsClose(head.fields, head.minorVersion);
  }

  #arrival(head: ResponseHead): Arrival {
    return new Arrival(head, {
      asked: this.#asked,
      caching: this.#caching,
      hints: this.exchange.cacheHints,
      via: this.services.self.via(head.minorVersion),
      requestTimeMs: this.#requestTimeMs,
    });
  }

  #takeJudged(
    came: ResponseHead,
    result: JudgedResult,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    if (result.kind === "ending") {
      return this.#relayJudged(came, result, "rule", upstream);
    }
    const { head, body, isRead } = result.onward;
    const arrival = this.#arrival(head);
    if (arrival.reason !== undefined) {
      return this.#relayJudged(came, result, arrival.reason, upstream);
    }
    if (body.kind !== "whole") {
      const begun = body.kind === "begun" ? body.begun : undefined;
      return this.#take(arrival, upstream, begun);
    }
    if (body.bytes.length > this.#caching.maxObjectBytes) {
      return this.#relayJudged(came, result, "too-large", upstream);
    }
    this.#settle(arrival.keep(body.bytes));
    return isRead && isKeptOpen(came, "GET");
  }

  #take(
    arrival: Arrival,
    upstream: Upstream,
    begun?: BegunBody,
  ): boolean | Promise<boolean> {
    const { head } = arrival;
    if (begun === undefined && this.#takeWhole(arrival, upstream)) {
      return isKeptOpen(head, "GET");
    }
    const body = FetchedBody.tryBegin(arrival, upstream, begun, {
      exchange: this.exchange,
      caching: this.#caching,
      waitMs: this.services.limits.responseTimeoutMs,
      isAwaited: this.#connection !== undefined,
      settle: (state) => this.#settle(state),
    });
    if (typeof body === "string") {
      return this.#relay(head, body, upstream, begun);
    }
    const arriving = body.take();
    const isReusable = isKeptOpen(head, "GET");
    return arriving === undefined
      ? isReusable
      : arriving.then(() => isReusable);
  }

  /** The commonest body: one that came together with its head. False for all others. */
  #takeWhole(arrival: Arrival, { conn }: Upstream): boolean {
    if (arrival.reason !== undefined) return false;
    const length = responseBodyLength(arrival.head, "GET");
    const isThere = length >= 0 && length <= conn.available &&
      length <= this.#caching.maxObjectBytes;
    if (!isThere) return false;
    conn.expireNever();
    const start = conn.start;
    conn.start += length;
    this.#settle(arrival.keep(conn.bytes.slice(start, conn.start)));
    return true;
  }

  #relay(
    head: ResponseHead,
    reason: string,
    upstream: Upstream,
    begun: BegunBody | undefined,
  ): boolean | Promise<boolean> {
    if (this.#isOfNoUse(head)) return false;
    const connection = this.#goDirect(head.status, reason);
    if (connection === undefined) return false;
    return relayResponse(
      this.exchange,
      head,
      connection,
      upstream,
      this.services,
      begun,
    );
  }

  #relayJudged(
    came: ResponseHead,
    result: JudgedResult,
    reason: string,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    if (result.kind === "onward" && this.#isOfNoUse(came)) return false;
    const connection = this.#goDirect(came.status, reason);
    if (connection === undefined) return false;
    return relayJudged(
      this.exchange,
      { came, method: "GET", result },
      connection,
      upstream,
      this.services,
    );
  }

  /** Nobody but us has asked for a part. */
  #isOfNoUse({ status }: ResponseHead): boolean {
    const isUseless = this.#asked.completing !== undefined &&
      ABOUT_PARTS.has(status);
    if (isUseless) this.#settle({ kind: "useless" });
    return isUseless;
  }

  /** The answer is for the one who asked alone. Undefined when that is nobody. */
  #goDirect(status: number, reason: string): ClientConnection | undefined {
    const { exchange } = this;
    const { key, request } = this.#asked;
    this.#isDirect = this.#connection !== undefined;
    exchange.outcome = "miss";
    exchange.cacheStatus = forwardedStatus({
      reason: this.#reason,
      status,
      detail: reason,
    });
    if (request.isPlain) {
      this.#caching.fetches.markUnshared(key, performance.now());
    }
    this.#settle({ kind: "direct" });
    return this.#connection;
  }
}

/** Ends a fetch that nobody waits for, with the proxy. */
function stopped(): ProxyError {
  const message = "the proxy stopped before the answer was there";
  return new ProxyError(503, "proxy", "connection_terminated", message);
}
