/**
 * A request to its origin and the answer straight back to the client: the body streams up
 * while the answer is awaited, the answer is judged by rules and relayed as it comes.
 */

import { ClientGone, ConnectionLost, toProxyError } from "../errors.ts";
import { wantsClose } from "../http1/forwarding.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { type JudgedResult, judgeResponse } from "./judge.ts";
import { OriginCall } from "./origin_call.ts";
import type { Outgoing } from "./outgoing.ts";
import { relayInterim } from "./relay.ts";
import { relayAsItCame, relayJudged } from "./relay_judged.ts";
import type { Services } from "./services.ts";
import { relayUpgrade, upgradeProtocols } from "./upgrade.ts";
import { Upload } from "./upload.ts";
import { WholeUpload } from "./whole_upload.ts";

/**
 * Told the final head of an answer: as rules left it, where they left one, and as it came. The client gets it once
 * what that returns is done.
 */
export type OnAnswer = (
  head: ResponseHead,
  came: ResponseHead,
) => Promise<unknown> | void;

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
  onAnswer?: OnAnswer,
): Promise<void> {
  return new Forwarding(exchange, outgoing, connection, services, onAnswer)
    .run();
}

/** A request on its way for one client. */
class Forwarding extends OriginCall {
  readonly #connection: ClientConnection;
  readonly #onAnswer: OnAnswer | undefined;
  /** Undefined for a request without a body. */
  #upload: Upload | WholeUpload | undefined;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    connection: ClientConnection,
    services: Services,
    onAnswer: OnAnswer | undefined,
  ) {
    super(exchange, outgoing, services, upgradeProtocols(outgoing.request));
    this.#connection = connection;
    this.#onAnswer = onAnswer;
  }

  protected watchClient(): void {
    this.#connection.conn.readAhead();
  }

  protected send(upstream: Upstream): Promise<void> | undefined {
    if (this.request.bodyLength !== 0) {
      const upload = this.#makeUpload(upstream);
      this.#upload = upload;
      upload.start();
      return undefined;
    }
    this.watchClient();
    return upstream.writer.flush();
  }

  #makeUpload(upstream: Upstream): Upload | WholeUpload {
    const { request, body } = this.outgoing;
    const { limits } = this.services;
    if (body?.kind === "whole") {
      this.watchClient();
      return new WholeUpload(body.bytes, upstream, limits);
    }
    const begun = body?.kind === "begun" ? body.begun : undefined;
    return new Upload(request, this.#connection, upstream, limits, begun);
  }

  protected async interim(head: ResponseHead): Promise<void> {
    await relayInterim(this.exchange, head, this.#connection);
    if (head.status === 100) this.#upload?.continued();
  }

  protected changeProtocol(
    head: ResponseHead,
    upstream: Upstream,
  ): Promise<void> {
    return relayUpgrade(
      this.exchange,
      head,
      this.#connection,
      upstream,
      this.services,
    );
  }

  protected final(
    head: ResponseHead,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    // RFC 9112 §9.6: who answers without reading the body to its end says that it closes.
    if (
      !this.#isUploaded &&
      (head.status >= 400 || wantsClose(head.fields, head.minorVersion))
    ) {
      this.exchange.mustClose = true;
    }
    const relayed = this.#relay(head, upstream);
    return this.#isUploaded ? relayed : this.#afterEarlyAnswer(relayed);
  }

  #relay(head: ResponseHead, upstream: Upstream): boolean | Promise<boolean> {
    const { exchange, outgoing, services } = this;
    const judging = judgeResponse(exchange, outgoing, head, upstream, services);
    if (judging !== undefined) {
      return judging.then((result) =>
        this.#relayJudged(head, result, upstream)
      );
    }
    const told = this.#onAnswer?.(head, head);
    if (!(told instanceof Promise)) return this.#relayAsItCame(head, upstream);
    // The origin has answered in time.
    upstream.conn.expireNever();
    return told.then(() => this.#relayAsItCame(head, upstream));
  }

  #relayAsItCame(
    head: ResponseHead,
    upstream: Upstream,
  ): boolean | Promise<boolean> {
    return relayAsItCame(
      this.exchange,
      head,
      this.request.head.method,
      this.#connection,
      upstream,
      this.services,
    );
  }

  async #relayJudged(
    came: ResponseHead,
    result: JudgedResult,
    upstream: Upstream,
  ): Promise<boolean> {
    const isEnding = result.kind === "ending";
    await this.#onAnswer?.(isEnding ? came : result.onward.head, came);
    if (isEnding && !this.#isUploaded) this.exchange.mustClose = true;
    return await relayJudged(
      this.exchange,
      { came, method: this.request.head.method, result },
      this.#connection,
      upstream,
      this.services,
    );
  }

  /** The origin has answered before it got the whole body: it may go on reading, or not. */
  async #afterEarlyAnswer(
    relayed: boolean | Promise<boolean>,
  ): Promise<boolean> {
    const { exchange } = this;
    const isReusable = await relayed;
    if (!this.#isUploaded && !exchange.mustClose) await this.#finishUpload();
    if (this.#isUploaded) return isReusable;
    exchange.mustClose = true;
    this.#upload?.stop();
    return false;
  }

  /** Sends the answer, and lets the body go on to the origin. */
  async #finishUpload(): Promise<void> {
    const flushed = this.#connection.writer.flush();
    if (flushed !== undefined) await flushed;
    await this.#upload?.finished;
    if (this.#upload?.failure !== undefined) throw this.#upload.failure;
  }

  get #isUploaded(): boolean {
    return this.#upload === undefined || this.#upload.isDone;
  }

  /** Ends the upload. */
  protected explain(error: unknown): unknown {
    const { exchange } = this;
    if (!this.#isUploaded) exchange.mustClose = true;
    this.#upload?.stop();
    // What ended the exchange from outside, or the client's body, closed the upstream: it counts for more
    // than what that looked like from here.
    if (exchange.abortReason !== undefined) return exchange.abortReason;
    if (this.#upload?.failure !== undefined) return this.#upload.failure;
    if (error instanceof ClientGone) return error;
    const isClientLost = error instanceof ConnectionLost &&
      error.conn === this.#connection.conn;
    return isClientLost
      ? error
      : toProxyError(error, "receive", this.originName);
  }
}
