/**
 * A call to an origin for all who wait for its answer: whatever it brings settles a SharedFetch,
 * and answers the client that has asked. That client may leave meanwhile, and others that wait
 * take the call over; or there is none from the start. What is taken of the answer is for whoever
 * extends this.
 */

import type { ForwardReason } from "../cache/cache_status.ts";
import type { FetchState, SharedFetch } from "../cache/shared_fetch.ts";
import {
  ClientGone,
  ConnectionLost,
  ProxyError,
  toProxyError,
} from "../errors.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Upstream } from "../net/upstream.ts";
import { recordBrought, recordFailed } from "./background_record.ts";
import type { Caching } from "./caching.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange, Leading } from "./exchange.ts";
import { OriginCall } from "./origin_call.ts";
import type { Outgoing } from "./outgoing.ts";
import { relayInterim } from "./relay.ts";
import type { Services } from "./services.ts";

/** Answers who asked, by what became of the fetch. */
export type Answer = (state: FetchState) => Promise<void> | undefined;

interface Led {
  readonly answer: Answer;
  readonly resolve: (answered: Promise<void> | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** For whom a call is, and why it is made. */
export interface SharedCallParts {
  /** Under which others find the fetch. */
  readonly key: string;
  readonly reason: ForwardReason;
  readonly fetch: SharedFetch;
  readonly caching: Caching;
  /** Who asked; undefined for a fetch that no client waits for. */
  readonly connection: ClientConnection | undefined;
}

/** One call. */
export abstract class SharedCall extends OriginCall implements Leading {
  protected readonly reason: ForwardReason;
  protected readonly fetch: SharedFetch;
  protected readonly caching: Caching;
  /** Who asked, as long as it is there. */
  protected connection: ClientConnection | undefined;
  /** When the request went out, in milliseconds since the epoch; 0 before. */
  protected requestTimeMs = 0;
  /** The final head is there. */
  protected isAnswered = false;
  /** What came goes straight to the client. */
  protected isDirect = false;
  /** Nobody has waited for it from the start. */
  protected isBegunBehind = false;
  readonly #key: string;
  /** Ends it with the proxy, where no client does. */
  #stop: (() => void) | undefined;
  /** Who asked, until it is answered. */
  #led: Led | undefined;

  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    services: Services,
    { key, reason, fetch, caching, connection }: SharedCallParts,
  ) {
    super(exchange, outgoing, services, "");
    this.#key = key;
    this.reason = reason;
    this.fetch = fetch;
    this.caching = caching;
    this.connection = connection;
  }

  /** Runs to the end for nobody, whose connection would end with this one. What fails is told to the fetch. */
  start(): Promise<void> {
    this.isBegunBehind = true;
    this.#endWithProxy();
    return this.run()
      .then(() => this.#finished(), (error) => this.#fail(error));
  }

  #endWithProxy(): void {
    const stop = () => this.exchange.abort(stopped());
    this.#stop = stop;
    this.caching.fetches.running.add(stop);
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
    this.exchange.leading = this;
    this.run().then(
      () => this.isDirect ? resolve() : this.#finished(),
      (error) => this.isDirect ? reject(error) : this.#fail(error),
    );
    return promise;
  }

  /** Goes on for those who wait beside the client, until the last of them leaves. */
  handOver(): boolean {
    const led = this.#led;
    const fetch = this.fetch;
    const { exchange } = this;
    const isWaiting = this.requestTimeMs > 0 && !this.isAnswered;
    if (led === undefined || !isWaiting || fetch.followers === 0) return false;
    const heir = exchange.continuation(this.services.self.nextId());
    heir.onAbort = exchange.onAbort;
    exchange.onAbort = undefined;
    this.exchange = heir;
    this.connection = undefined;
    this.#led = undefined;
    fetch.onDeserted = () => heir.abort(new ClientGone());
    this.#endWithProxy();
    led.reject(exchange.abortReason);
    return true;
  }

  #finished(): void {
    this.#end();
    const { exchange } = this;
    // What a client still waits for is in its own record.
    if (!exchange.isBehind && exchange.totalMs < 0) return;
    recordBrought({
      exchange,
      state: this.fetch.state,
      reason: this.reason,
      nowMs: this.caching.now(),
    }, this.services);
  }

  #fail(error: unknown): void {
    const { state } = this.fetch;
    this.#end();
    recordFailed(this.exchange, error, this.originName, this.services);
    if (state.kind === "streaming") state.body.fail(error);
    if (state.kind !== "waiting") return;
    const failed = { kind: "failed", error } as const;
    this.fetch.settle(failed);
    this.#answer(failed);
  }

  /** Says what becomes of the fetch, and has who asked answered by it. */
  protected settle(state: FetchState): void {
    // Who comes now can still read along from the start.
    const isArriving = state.kind === "streaming" && !state.body.isComplete;
    this.fetch.settle(state);
    if (!isArriving) this.#end();
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
    const { fetches } = this.caching;
    fetches.end(this.#key, this.fetch);
    if (this.#stop !== undefined) fetches.running.delete(this.#stop);
  }

  protected watchClient(): void {
    this.connection?.conn.readAhead();
  }

  protected send(upstream: Upstream): Promise<void> | undefined {
    const { now, store } = this.caching;
    this.requestTimeMs = now();
    this.fetch.invalidationCount = store.invalidations.count;
    this.watchClient();
    return upstream.writer.flush();
  }

  protected async interim(head: ResponseHead): Promise<void> {
    const { connection } = this;
    if (connection === undefined) return;
    try {
      await relayInterim(this.exchange, head, connection);
    } catch (error) {
      // Those who have taken the call over meanwhile lack nothing.
      if (this.connection === connection) throw error;
    }
  }

  protected changeProtocol(): Promise<void> {
    throw new Error("Cannot change the protocol: none was asked for");
  }

  protected explain(error: unknown): unknown {
    const { abortReason } = this.exchange;
    // Once the body arrives, what becomes of the client that had asked is nobody else's business.
    const isArriving = this.fetch.state.kind === "streaming";
    if (abortReason !== undefined && !isArriving) return abortReason;
    const isClientLost = error instanceof ConnectionLost &&
      error.conn === this.connection?.conn;
    return isClientLost
      ? error
      : toProxyError(error, "receive", this.originName);
  }
}

/** Ends a fetch that nobody waits for, with the proxy. */
function stopped(): ProxyError {
  const message = "the proxy stopped before the answer was there";
  return new ProxyError(503, "proxy", "connection_terminated", message);
}
