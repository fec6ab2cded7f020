/**
 * Asks an origin for something that may be stored, and takes what it answers: an entry, a body that
 * arrives for many, or an answer for one client alone, which is relayed to it as it comes. The rest
 * of a body that nobody waits for any more is fetched all the same where that is worth it.
 */

import { forwardedStatus } from "../cache/cache_status.ts";
import type { Entry, Judgement } from "../cache/entry.ts";
import { isErrorStatus, mayServeOnFailure } from "../cache/reuse.ts";
import { isSuperseding } from "../cache/validation.ts";
import { wantsClose } from "../http1/forwarding.ts";
import { responseBodyLength } from "../http1/framing.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Upstream } from "../net/upstream.ts";
import { Arrival } from "./arrival.ts";
import { BACKGROUND } from "./background_record.ts";
import { type Asked, type Came, supersede } from "./came.ts";
import type { ClientConnection } from "./client_connection.ts";
import { Confirmation } from "./confirmation.ts";
import type { Exchange } from "./exchange.ts";
import { FetchedBody } from "./fetched_body.ts";
import type { BegunBody } from "./held_body.ts";
import { type JudgedResult, judgeResponse } from "./judge.ts";
import { judgementOf } from "./judgement.ts";
import type { Outgoing } from "./outgoing.ts";
import { relayResponse } from "./relay.ts";
import { isKeptOpen, relayJudged } from "./relay_judged.ts";
import { coversRequest } from "./serve_entry.ts";
import type { Services } from "./services.ts";
import { SharedCall, type SharedCallParts } from "./shared_call.ts";

/** The answers that only a Range or a condition of ours can have brought about (RFC 9110 §14, §13). */
const ABOUT_PARTS: ReadonlySet<number> = new Set([206, 304, 412, 416]);

/** One fetch. */
export class CachedFetch extends SharedCall {
  readonly #asked: Asked;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    services: Services,
    { asked, ...parts }: Omit<SharedCallParts, "key"> & { asked: Asked },
  ) {
    super(exchange, outgoing, services, { key: asked.key, ...parts });
    this.#asked = asked;
  }

  protected final(
    head: ResponseHead,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    this.isAnswered = true;
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
    return isErrorStatus(status) && selected !== undefined &&
      coversRequest(request, selected) &&
      mayServeOnFailure(selected, request, "error", this.caching.now());
  }

  #revalidated(
    head: ResponseHead,
    { conn }: Upstream,
  ): boolean | Promise<boolean> {
    const refreshed = new Confirmation(head, this.#came(head)).refresh();
    conn.expireNever();
    const settle = (entry: Entry | undefined) =>
      this.#settleRevalidated(head, entry);
    return refreshed instanceof Promise
      ? refreshed.then(settle)
      : settle(refreshed);
  }

  #settleRevalidated(
    head: ResponseHead,
    entry: Entry | undefined,
  ): boolean {
    this.settle(
      entry === undefined
        ? { kind: "useless" }
        : { kind: "whole", entry, came: undefined },
    );
    return !wantsClose(head.fields, head.minorVersion);
  }

  #arrival(head: ResponseHead, judgement?: Judgement): Arrival {
    return new Arrival(head, this.#came(head, judgement));
  }

  #came({ minorVersion }: ResponseHead, judgement?: Judgement): Came {
    return {
      asked: this.#asked,
      caching: this.caching,
      hints: this.exchange.cacheHints,
      judgement,
      via: this.services.self.via(minorVersion),
      requestTimeMs: this.requestTimeMs,
      invalidationCount: this.fetch.invalidationCount,
    };
  }

  #takeJudged(
    came: ResponseHead,
    result: JudgedResult,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    if (result.kind === "ending") {
      return this.#relayJudged(came, result, "rule", upstream);
    }
    const { head, body, isRead, ruledFields } = result.onward;
    const judgement = judgementOf(
      this.exchange,
      this.outgoing,
      came.fields,
      ruledFields,
      this.caching.now(),
    );
    const arrival = this.#arrival(head, judgement);
    if (arrival.reason !== undefined) {
      return this.#relayJudged(came, result, arrival.reason, upstream);
    }
    if (body.kind !== "whole") {
      const begun = body.kind === "begun" ? body.begun : undefined;
      return this.#take(arrival, upstream, begun);
    }
    if (body.bytes.length > this.caching.maxObjectBytes) {
      return this.#relayJudged(came, result, "too-large", upstream);
    }
    this.settle(arrival.keep(body.bytes));
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
      caching: this.caching,
      waitMs: this.services.limits.responseTimeoutMs,
      isAwaited: this.connection !== undefined,
      isBegunBehind: this.isBegunBehind,
      settle: (state) => this.settle(state),
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
      length <= this.caching.maxObjectBytes;
    if (!isThere) return false;
    conn.expireNever();
    const start = conn.start;
    conn.start += length;
    this.settle(arrival.keep(conn.bytes.slice(start, conn.start)));
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
    if (isUseless) this.settle({ kind: "useless" });
    return isUseless;
  }

  /** The answer is for the one who asked alone. Undefined when that is nobody. */
  #goDirect(status: number, reason: string): ClientConnection | undefined {
    const { exchange } = this;
    const { key, request } = this.#asked;
    this.isDirect = this.connection !== undefined;
    exchange.outcome = "miss";
    exchange.cacheStatus = forwardedStatus({
      reason: this.reason,
      status,
      detail: exchange.isBehind ? `${BACKGROUND}, ${reason}` : reason,
    });
    // That there is no memory now says nothing of the next answer.
    if (request.isPlain && reason !== "no-memory") {
      this.caching.fetches.markUnshared(key, performance.now());
    }
    if (isSuperseding(status, reason)) {
      supersede({ asked: this.#asked, caching: this.caching });
    }
    this.settle({ kind: "direct" });
    return this.connection;
  }
}
