/**
 * The body of a response that may be stored, while it comes: who waits for it reads along, and
 * at its end it is kept. One that completes a stored part is of use to nobody before.
 */

import { FillBody, type FillReader } from "../cache/fill.ts";
import type { FetchState } from "../cache/shared_fetch.ts";
import { responseBodyLength } from "../http1/framing.ts";
import { BodyReader } from "../net/body_reader.ts";
import type { Upstream } from "../net/upstream.ts";
import type { Arrival } from "./arrival.ts";
import type { Caching } from "./caching.ts";
import type { Exchange } from "./exchange.ts";
import { Filling } from "./filling.ts";
import type { BegunBody } from "./held_body.ts";

/** What a body that is fetched works with. */
export interface FetchedBodyParts {
  readonly exchange: Exchange;
  readonly caching: Caching;
  /** How long the origin may be silent within the body. */
  readonly waitMs: number;
  /** False for a fetch that nobody waits for. */
  readonly isAwaited: boolean;
  /** True for one that nobody has waited for from the start. */
  readonly isBegunBehind: boolean;
  /** Says what becomes of the fetch. */
  readonly settle: (state: FetchState) => void;
}

/** One body on its way. */
export class FetchedBody {
  readonly #arrival: Arrival;
  readonly #filling: Filling;
  readonly #begun: BegunBody | undefined;
  readonly #parts: FetchedBodyParts;
  /** Reads for the one who asked. */
  readonly #reader: FillReader | undefined;
  /** Others may read along, and who asked does. */
  #isShared = false;

  private constructor(
    arrival: Arrival,
    filling: Filling,
    begun: BegunBody | undefined,
    parts: FetchedBodyParts,
  ) {
    this.#arrival = arrival;
    this.#filling = filling;
    this.#begun = begun;
    this.#parts = parts;
    this.#reader = parts.isAwaited && !arrival.isCompletion
      ? filling.body.join()
      : undefined;
  }

  /**
   * The body of a response, or why it is not stored.
   *
   * @param begun The body, where a part of it has been read already.
   * @throws {WireError} when its framing is bad.
   */
  static tryBegin(
    arrival: Arrival,
    { conn }: Upstream,
    begun: BegunBody | undefined,
    parts: FetchedBodyParts,
  ): FetchedBody | string {
    const length = responseBodyLength(arrival.head, "GET");
    if (arrival.reason !== undefined) return arrival.reason;
    const { maxObjectBytes: maxBytes, fetches } = parts.caching;
    if (length > maxBytes) return "too-large";
    const size = { length: length < 0 ? undefined : length, maxBytes };
    const body = FillBody.tryBegin(size, fetches.budget);
    if (body === undefined) return "no-memory";
    // The origin's time to answer is over; readers that are slow are not its fault.
    conn.expireNever();
    const reader = begun?.reader ?? new BodyReader(conn, length);
    const { exchange: { targetHost, targetPort }, waitMs } = parts;
    const filling = new Filling({
      reader,
      conn,
      body,
      waitMs,
      unawaited: fetches.unawaited,
      origin: `${targetHost}:${targetPort}`,
      isForReaders: !arrival.isCompletion,
      hasPlace: parts.isBegunBehind,
    });
    return new FetchedBody(arrival, filling, begun, parts);
  }

  /**
   * Takes all of it. A promise where it did not come together with its head.
   *
   * @throws {WireError | ProxyError} when it is bad or cut short.
   */
  take(): Promise<void> | undefined {
    const waiting = this.#takeAvailable();
    if (!this.#filling.isDone || waiting !== undefined) {
      return this.#stream(waiting);
    }
    this.#complete();
    return undefined;
  }

  #takeAvailable(): Promise<void> | undefined {
    try {
      return this.#filling.takeAvailable(this.#begun?.bytes);
    } catch (error) {
      this.#filling.body.fail(error);
      this.#reader?.leave();
      throw error;
    }
  }

  /** It arrives in parts: whoever waits reads along. */
  async #stream(waiting: Promise<void> | undefined): Promise<void> {
    const { caching: { fetches: { running } } } = this.#parts;
    const stop = () => this.#filling.stop();
    running.add(stop);
    try {
      if (this.#arrival.isCompletion) await this.#completePart(waiting);
      else await this.#share(waiting);
    } finally {
      running.delete(stop);
    }
  }

  async #share(waiting: Promise<void> | undefined): Promise<void> {
    const { exchange, settle } = this.#parts;
    const { body } = this.#filling;
    const head = this.#arrival.preview();
    const came = this.#arrival.head;
    // From here on the client's leaving does not end the fetch by itself.
    exchange.onAbort = undefined;
    this.#isShared = true;
    settle({ kind: "streaming", head, body, came, reader: this.#reader });
    await this.#filling.finish(waiting);
    this.#complete();
  }

  /** What was asked for by a Range of ours; where it does not come whole, the client's own is asked for. */
  async #completePart(waiting: Promise<void> | undefined): Promise<void> {
    const { exchange, settle } = this.#parts;
    try {
      await this.#filling.finish(waiting);
      this.#complete();
    } catch (error) {
      this.#filling.body.fail(error);
      if (exchange.abortReason !== undefined) throw error;
      settle({ kind: "useless" });
    }
  }

  /** The whole body is there. */
  #complete(): void {
    const { settle } = this.#parts;
    const { body, trailers } = this.#filling;
    body.trailers = trailers;
    body.complete();
    const { whole } = body;
    const reader = this.#reader;
    if (whole === undefined) {
      this.#giveUp();
    } else if (trailers === undefined || reader === undefined) {
      // Who asked gets the whole in place of reading it.
      if (!this.#isShared) reader?.leave();
      settle(this.#arrival.keep(whole));
    } else {
      // Trailers are not stored: who waits gets them behind the body as it came.
      const head = this.#arrival.store(whole);
      settle({
        kind: "streaming",
        head,
        body,
        came: this.#arrival.head,
        reader,
      });
    }
  }

  /** It was too long to be kept, or there was no more memory for it. */
  #giveUp(): void {
    const { caching: { fetches }, settle } = this.#parts;
    if (this.#filling.body.isTooLong) {
      fetches.markUnshared(this.#arrival.key, performance.now());
    }
    this.#arrival.giveUp();
    // Nobody has read along.
    if (this.#arrival.isCompletion) settle({ kind: "useless" });
  }
}
