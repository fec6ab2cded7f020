/**
 * A response that has come from an origin, on its way into the cache: whether it may be
 * stored, as what, and in whose place. Decides with the pure parts of `cache/`; knows nothing
 * of connections.
 */

import {
  Entry,
  type StoredRange,
  type StoredResponse,
  UNKEPT_ID,
} from "../cache/entry.ts";
import type { Freshness, TimedResponse } from "../cache/freshness.ts";
import { canCombine, combined, receivedRange } from "../cache/partial.ts";
import { staysInPlace } from "../cache/precedence.ts";
import type { FetchState } from "../cache/shared_fetch.ts";
import { judgeStoring, type Storing } from "../cache/storable.ts";
import { namesFields, storedLines } from "../cache/stored_fields.ts";
import { TextResponse } from "../cache/text_response.ts";
import { isSuperseding } from "../cache/validation.ts";
import { selectingFields, varyNames } from "../cache/variants.ts";
import type { ResponseHead } from "../http1/head.ts";
import { isBypassed, tagsOf } from "./cache_hints.ts";
import {
  type Came,
  exchangedOf,
  isOutdated,
  supersede,
  timedResponse,
  variantsLike,
} from "./came.ts";

const NO_NAMES: readonly string[] = [];

/** One response. */
export class Arrival {
  /** Why it is not stored; undefined when it is. */
  readonly reason: string | undefined;
  readonly head: ResponseHead;
  readonly #came: Came;
  readonly #timed: TimedResponse;
  readonly #storing: Storing;

  constructor(head: ResponseHead, came: Came) {
    this.head = head;
    this.#came = came;
    this.#timed = timedResponse(head, came);
    const storing = judgeStoring(came.asked.request, this.#timed);
    this.#storing = storing;
    if (isBypassed(came.hints)) this.reason = "rule";
    else if (!storing.isStorable) this.reason = storing.reason;
  }

  /** The head as it will be stored, for those who read the body while it arrives. */
  preview(): Entry {
    return new Entry(UNKEPT_ID, this.#response(0), undefined, this.#freshness);
  }

  /** True for the part that was asked for to complete a stored one. */
  get isCompletion(): boolean {
    return this.#came.asked.completing !== undefined &&
      this.head.status === 206;
  }

  get key(): string {
    return this.#came.asked.key;
  }

  /** Stores the whole body, for all who wait for it. */
  keep(body: Uint8Array): FetchState {
    const came = this.isCompletion ? undefined : this.head;
    return { kind: "whole", entry: this.store(body), came };
  }

  /** Stores the whole body. The entry has its body, whether it could be kept or not. */
  store(body: Uint8Array): Entry {
    const response = this.#response(body.length);
    const { completing } = this.#came.asked;
    const whole = completing && this.#completed(completing, response, body);
    if (whole !== undefined) {
      return this.#put(whole.response, whole.body, [completing!]);
    }
    // RFC 9111 §3.3: a part is stored only where it is known which one it is.
    if (response.status === 206 && response.range === undefined) {
      return new Entry(UNKEPT_ID, response, body);
    }
    const replaced = variantsLike(response, this.#came);
    return this.#put(response, body, replaced, this.#freshness);
  }

  /** What it is of together with the part that it was asked for to complete; undefined where it is no such part. */
  #completed(
    completing: Entry,
    { fields, range }: StoredResponse,
    body: Uint8Array,
  ): ReturnType<typeof combined> | undefined {
    const { response, body: start } = completing;
    const isCombinable = start !== undefined && range !== undefined &&
      canCombine(response, fields, range);
    if (!isCombinable) return undefined;
    const exchanged = exchangedOf(this.#came, this.#timed);
    return combined(response, start, { ...exchanged, fields, range, body });
  }

  #put(
    response: StoredResponse,
    body: Uint8Array,
    replaced: readonly Entry[],
    freshness?: Freshness,
  ): Entry {
    const { store, now } = this.#came.caching;
    const isKept = !isOutdated(this.#came) &&
      !replaced.some((stored) => staysInPlace(stored, response, now()));
    return isKept
      ? store.put(response, body, replaced, freshness)
      : new Entry(UNKEPT_ID, response, body, freshness);
  }

  /** It can't be stored after all: its body could not be kept. */
  giveUp(): void {
    if (isSuperseding(this.head.status, "too-large")) supersede(this.#came);
  }

  /** What follows from the response; undefined where it may be another thing for what is stored of it. */
  get #freshness(): Freshness | undefined {
    const storing = this.#storing;
    if (!storing.isStorable) return undefined;
    return namesFields(this.head.fields, storing.control)
      ? undefined
      : storing.freshness;
  }

  #response(bodyLength: number): StoredResponse {
    const { asked: { key, url, request }, hints, judgement } = this.#came;
    const { status, reasonPhrase, fields } = this.head;
    const { grant, requestTimeMs, responseTimeMs, receivedAgeSeconds } =
      this.#timed;
    const storing = this.#storing;
    const control = storing.isStorable ? storing.control : undefined;
    const parts = {
      key,
      // One string for both where they are equal, as they nearly always are.
      url: url === key ? key : url,
      status,
      reasonPhrase,
      selecting: selectingFields(varyNames(fields) ?? NO_NAMES, request.fields),
      requestTimeMs,
      responseTimeMs,
      receivedAgeSeconds,
      grant,
      tags: tagsOf(hints),
      range: this.#range(bodyLength),
      bodyLength,
      judgement,
    };
    const lines = storedLines(this.#timed, this.#came.via, control);
    return new TextResponse(parts, lines);
  }

  #range(bodyLength: number): StoredRange | undefined {
    const { status, fields } = this.head;
    if (status !== 206) return undefined;
    const isFramed = fields.has("content-length") ||
      fields.has("transfer-encoding");
    return receivedRange(fields, bodyLength, isFramed);
  }
}
