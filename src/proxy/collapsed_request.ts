/**
 * A request that the origin has to be asked about, together with whoever asks for the same
 * meanwhile: one leads and asks, the others follow and get what it gets, as far as it is for
 * them too (RFC 9111 §4, "collapsed requests"; RFC 9211 §2.6).
 */

import type { ForwardReason } from "../cache/cache_status.ts";
import type { Entry } from "../cache/entry.ts";
import { judgeReuse, mayServeOnFailure } from "../cache/reuse.ts";
import { type FetchState, SharedFetch } from "../cache/shared_fetch.ts";
import { validationCandidates } from "../cache/validation.ts";
import { matches } from "../cache/variants.ts";
import { ClientGone, ConnectionLost, ProxyError } from "../errors.ts";
import { orAbort } from "./abortable.ts";
import type { CacheAnswer } from "./cache_answer.ts";
import { CachedFetch } from "./cached_fetch.ts";
import type { Asked } from "./came.ts";
import { isConfirmable } from "./judgement.ts";
import { coversRequest } from "./serve_entry.ts";
import { completingRequest, validatingRequest } from "./validating_request.ts";
import type { WalkParts } from "./walk_parts.ts";

/** How often a request waits for fetches that then come to nothing for it. */
const MAX_WAITS = 3;

/** Nothing is stored that the origin could confirm or complete. */
export const NOTHING_STORED = {
  entries: [],
  selected: undefined,
  validating: [],
  completing: undefined,
} as const;

/** What is known of a request that the origin has to be asked about. */
export interface Known {
  /** All that is stored under the key. */
  readonly entries: readonly Entry[];
  /** The one that the request selects. */
  readonly selected: Entry | undefined;
  readonly reason: ForwardReason;
  /** The origin is asked as the client asks, whatever is stored. */
  readonly isUnconditional?: boolean;
}

/** One request among those that ask for the same. */
export class CollapsedRequest {
  readonly #parts: WalkParts;
  readonly #answer: CacheAnswer;
  readonly #again: () => Promise<void>;
  #waits = 0;

  /** @param again Looks at what is stored now, and goes on from there. */
  constructor(
    parts: WalkParts,
    answer: CacheAnswer,
    again: () => Promise<void>,
  ) {
    this.#parts = parts;
    this.#answer = answer;
    this.#again = again;
  }

  /**
   * Asks the origin, or waits for who asks already, and answers.
   *
   * @throws {ProxyError | WireError | ClientGone | ConnectionLost}
   */
  ask(known: Known): Promise<void> {
    const { request, key, caching: { fetches } } = this.#parts;
    // What the client asks of caches, or asks for in part, is asked for it alone.
    if (!request.isPlain) return this.#askAlone(known);
    const under = fetches.get(key);
    if (under === undefined) return this.#lead(known, true);
    return ++this.#waits > MAX_WAITS
      ? this.#askAlone(known)
      : this.#follow(under, known);
  }

  #askAlone(known: Known): Promise<void> {
    return this.#lead(known, false);
  }

  /** Asks, where it is shared for everybody who may share the answer. */
  #lead(known: Known, isShared: boolean): Promise<void> {
    const { key, caching: { fetches } } = this.#parts;
    const fetch = new SharedFetch();
    const call = this.#fetch(fetch, known);
    if (isShared) fetches.begin(key, fetch);
    return call.lead((state) => this.#answerLed(state, known));
  }

  /** Undefined when the answer was given at once. */
  #answerLed(state: FetchState, known: Known): Promise<void> | undefined {
    switch (state.kind) {
      case "failed":
        return this.#serveInstead(known.selected, state.error);
      case "whole":
        return this.#serveWhole(state, known);
      case "streaming": {
        const { reader = state.body.join() } = state;
        const arriving = { ...state, reader };
        return this.#answer.arriving(arriving, known.reason, false);
      }
      case "useless":
        return this.#askAnew(known);
    }
    return undefined;
  }

  /** Asks for the whole of what the client asks for: what is stored was of no help. */
  async #askAnew(known: Known): Promise<void> {
    // The connection that brought what is of no use goes back to the pool before.
    await undefined;
    await this.ask({ ...known, isUnconditional: true });
  }

  #serveWhole(
    { entry, came }: FetchState & { kind: "whole" },
    known: Known,
  ): Promise<void> | undefined {
    const { request, caching } = this.#parts;
    const serve = (body: Uint8Array | undefined) =>
      body !== undefined &&
        (came !== undefined || coversRequest(request, entry))
        ? this.#answer.fetched({ entry, body, came }, known.reason)
        : this.#askAnew(known);
    const body = caching.store.body(entry);
    return body instanceof Promise ? body.then(serve) : serve(body);
  }

  #fetch(fetch: SharedFetch, known: Known): CachedFetch {
    const { exchange, outgoing, caching, connection, services } = this.#parts;
    const part = this.#partToComplete(known);
    const completing = part && completingRequest(outgoing, part);
    const asked = this.#asked(known, completing && part);
    return new CachedFetch(
      exchange,
      completing ?? validatingRequest(outgoing, asked.validating),
      services,
      { asked, reason: known.reason, fetch, caching, connection },
    );
  }

  #partToComplete({ selected, isUnconditional }: Known): Entry | undefined {
    if (isUnconditional || selected?.body === undefined) return undefined;
    return selected.response.range === undefined ||
        !this.#isConfirmable(selected)
      ? undefined
      : selected;
  }

  #asked(known: Known, completing: Entry | undefined): Asked {
    const { exchange: { url }, key, request } = this.#parts;
    const { entries, selected } = known;
    if (entries.length === 0) return { key, url, request, ...NOTHING_STORED };
    const validating = completing === undefined ? this.#validating(known) : [];
    return { key, url, request, entries, selected, validating, completing };
  }

  /** What the origin may say is still good. */
  #validating(
    { entries, selected, isUnconditional }: Known,
  ): readonly Entry[] {
    if (isUnconditional) return [];
    // A part's tag would have the origin answer 304 to who wants the whole.
    const covering = selected && coversRequest(this.#parts.request, selected)
      ? selected
      : undefined;
    const others = entries.filter((entry) => entry !== selected);
    return validationCandidates(covering, others)
      .filter((entry) => this.#isConfirmable(entry));
  }

  #isConfirmable(entry: Entry): boolean {
    const { exchange, outgoing, caching } = this.#parts;
    return isConfirmable(entry, exchange, outgoing, caching.now());
  }

  /** RFC 5861 §4, RFC 9111 §4.2.4: a stale response in place of an error. */
  async #serveInstead(
    stale: Entry | undefined,
    error: unknown,
  ): Promise<void> {
    const { exchange, request, caching } = this.#parts;
    const isOfOrigin = error instanceof ProxyError && error.side === "origin";
    if (
      !isOfOrigin || stale === undefined || !coversRequest(request, stale) ||
      !mayServeOnFailure(stale, request, "disconnected", caching.now())
    ) throw error;
    const body = await caching.store.body(stale);
    if (body === undefined) throw error;
    exchange.errorCode = error.code;
    exchange.errorMessage = error.message;
    await this.#answer.stored(stale, body, "stale", "stale-if-error");
  }

  /** Waits for somebody else's fetch. */
  async #follow(fetch: SharedFetch, known: Known): Promise<void> {
    const { exchange, connection } = this.#parts;
    // Notices a client that leaves meanwhile.
    connection.conn.readAhead();
    fetch.followers++;
    try {
      await orAbort(exchange, fetch.settled);
    } finally {
      fetch.leave();
    }
    const { state } = fetch;
    switch (state.kind) {
      case "failed":
        // What failed was the client that had asked, not the origin.
        return isOfClient(state.error)
          ? await this.#again()
          : await this.#serveInstead(known.selected, state.error);
      case "streaming":
        return await this.#followStream(state, fetch, known);
      case "whole":
        return await this.#followWhole(state, fetch, known);
      case "useless":
        return await this.#again();
      case "direct":
        // Alone and at once: it would be no better behind another one.
        await this.#askAlone(known);
    }
  }

  async #followStream(
    { head, body }: FetchState & { kind: "streaming" },
    fetch: SharedFetch,
    known: Known,
  ): Promise<void> {
    if (!this.#isVariant(head)) return await this.#askApart(fetch, known);
    if (!body.isJoinable || !this.#isShared(head)) {
      return await this.#askAlone(known);
    }
    const arriving = { head, body, came: undefined, reader: body.join() };
    await this.#answer.arriving(arriving, known.reason, true);
  }

  async #followWhole(
    { entry }: FetchState & { kind: "whole" },
    fetch: SharedFetch,
    known: Known,
  ): Promise<void> {
    const { caching: { store } } = this.#parts;
    if (!this.#isVariant(entry)) return await this.#askApart(fetch, known);
    const body = this.#isShared(entry) ? await store.body(entry) : undefined;
    if (body === undefined) return await this.#askAlone(known);
    await this.#answer.collapsed(entry, body, known.reason);
  }

  #isVariant(entry: Entry): boolean {
    return matches(entry, this.#parts.request.fields);
  }

  /** True when an answer to somebody else's request may serve this one too. */
  #isShared(entry: Entry): boolean {
    const { request, caching } = this.#parts;
    // A 206 to who did not ask for a part is nothing to hand on.
    return entry.response.status !== 206 && coversRequest(request, entry) &&
      judgeReuse(entry, request, caching.now()).use === "fresh";
  }

  /** What came is another variant: the first of those who need this one asks for it, and others wait for that. */
  #askApart(fetch: SharedFetch, known: Known): Promise<void> {
    const { key, caching: { fetches } } = this.#parts;
    fetches.end(key, fetch);
    return this.ask(known);
  }
}

function isOfClient(error: unknown): boolean {
  return error instanceof ClientGone || error instanceof ConnectionLost;
}
