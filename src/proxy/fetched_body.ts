/**
 * The body of a response that may be stored, while it comes: who waits for it reads along, and
 * at its end it is kept. One that completes a stored part is of use to nobody before.
 */

import type { FillReader } from "../cache/fill.ts";
import type { FetchState, SharedFetches } from "../cache/shared_fetch.ts";
import type { Arrival } from "./arrival.ts";
import type { Exchange } from "./exchange.ts";
import type { Filling } from "./filling.ts";

/** What a body that is fetched works with. */
export interface FetchedBodyParts {
  readonly exchange: Exchange;
  readonly fetches: SharedFetches;
  /** False for a fetch that nobody waits for. */
  readonly isAwaited: boolean;
  /** Says what becomes of the fetch. */
  readonly settle: (state: FetchState) => void;
}

/** One body on its way. */
export class FetchedBody {
  readonly #arrival: Arrival;
  readonly #filling: Filling;
  readonly #parts: FetchedBodyParts;
  /** Reads for the one who asked. */
  readonly #reader: FillReader | undefined;

  constructor(arrival: Arrival, filling: Filling, parts: FetchedBodyParts) {
    this.#arrival = arrival;
    this.#filling = filling;
    this.#parts = parts;
    this.#reader = parts.isAwaited && !arrival.isCompletion
      ? filling.body.join()
      : undefined;
  }

  /**
   * Takes all of it. A promise where it did not come together with its head.
   *
   * @param before What was read of it before.
   * @throws {WireError | ProxyError} when it is bad or cut short.
   */
  take(before: Uint8Array | undefined): Promise<void> | undefined {
    const waiting = this.#takeAvailable(before);
    if (!this.#filling.isDone || waiting !== undefined) {
      return this.#stream(waiting);
    }
    this.#complete();
    return undefined;
  }

  #takeAvailable(before: Uint8Array | undefined): Promise<void> | undefined {
    try {
      return this.#filling.takeAvailable(before);
    } catch (error) {
      this.#filling.body.fail(error);
      throw error;
    }
  }

  /** It arrives in parts: whoever waits reads along. */
  async #stream(waiting: Promise<void> | undefined): Promise<void> {
    const { fetches: { running } } = this.#parts;
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
    const { fetches, settle } = this.#parts;
    const { body, trailers } = this.#filling;
    body.trailers = trailers;
    body.complete();
    const { whole } = body;
    const reader = this.#reader;
    if (whole === undefined) {
      fetches.markUnshared(this.#arrival.key, performance.now());
    } else if (trailers === undefined || reader === undefined) {
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
}
