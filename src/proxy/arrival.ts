/**
 * A response that has come from an origin, on its way into the cache: whether it may be
 * stored, as what, and in whose place. Decides with the pure parts of `cache/`; knows nothing
 * of connections.
 */

import type { CacheRequest } from "../cache/cache_request.ts";
import {
  Entry,
  type StoredRange,
  type StoredResponse,
} from "../cache/entry.ts";
import {
  type Freshness,
  receivedAge,
  type TimedResponse,
} from "../cache/freshness.ts";
import { canCombine, combined, receivedRange } from "../cache/partial.ts";
import { refreshed, refreshedByHead } from "../cache/refreshed.ts";
import type { FetchState } from "../cache/shared_fetch.ts";
import { judgeStoring, type Storing } from "../cache/storable.ts";
import {
  namesFields,
  storedFields,
  storedLines,
} from "../cache/stored_fields.ts";
import { TextResponse } from "../cache/text_response.ts";
import { hasValidator, selectRefreshed } from "../cache/validation.ts";
import {
  isSameVariant,
  matches,
  selectingFields,
  varyNames,
} from "../cache/variants.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Cache } from "../policy/rule.ts";
import type { Caching } from "./caching.ts";
import { grantOf, isBypassed, tagsOf } from "./cache_hints.ts";

/** What was asked for, and what of it is stored already. */
export interface Asked {
  readonly key: string;
  readonly url: string;
  /** The request as it would go out without a cache. */
  readonly request: CacheRequest;
  /** All that is stored under the key. */
  readonly entries: readonly Entry[];
  /** The one that the request selects. */
  readonly selected: Entry | undefined;
  /** Those of them that the origin is asked to confirm; empty for none. */
  readonly validating: readonly Entry[];
  /** A stored part that the origin is asked to complete. */
  readonly completing: Entry | undefined;
}

/** How the response came. */
export interface Came {
  readonly asked: Asked;
  readonly caching: Caching;
  /** What rules decided about storing it. */
  readonly hints: readonly Cache[] | undefined;
  /** Our member of Via. */
  readonly via: string;
  /** Milliseconds since the epoch. */
  readonly requestTimeMs: number;
}

const NO_NAMES: readonly string[] = [];

/** The id of an entry that is not in the store. */
export const UNKEPT_ID = 0;

/** One response. */
export class Arrival {
  /** Why it is not stored; undefined when it is. */
  readonly reason: string | undefined;
  readonly head: ResponseHead;
  readonly #came: Came;
  readonly #timed: TimedResponse;
  readonly #storing: Storing;

  constructor(head: ResponseHead, came: Came) {
    const { asked, caching, hints, requestTimeMs } = came;
    this.head = head;
    this.#came = came;
    this.#timed = {
      status: head.status,
      fields: head.fields,
      grant: grantOf(hints, caching.grant),
      requestTimeMs,
      responseTimeMs: caching.now(),
      receivedAgeSeconds: receivedAge(head.fields),
    };
    const storing = judgeStoring(asked.request, this.#timed);
    this.#storing = storing;
    if (isBypassed(hints)) this.reason = "rule";
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
    const { store } = this.#came.caching;
    const { completing } = this.#came.asked;
    const response = this.#response(body.length);
    const { range, status } = response;
    // RFC 9111 §3.3: a part is stored only where it is known which one it is.
    if (status === 206 && range === undefined) {
      return new Entry(UNKEPT_ID, response, body);
    }
    if (
      completing?.body !== undefined && range !== undefined &&
      canCombine(completing.response, response.fields, range)
    ) {
      const { fields } = response;
      const whole = combined(completing.response, completing.body, {
        ...this.#exchanged(),
        fields,
        range,
        body,
      });
      return store.put(whole.response, whole.body, [completing]);
    }
    const replaced = this.#sameVariants(response);
    return store.put(response, body, replaced, this.#freshness);
  }

  /** What it takes the place of. */
  #sameVariants({ selecting }: StoredResponse): readonly Entry[] {
    const stored = this.#storedNow();
    return stored.length === 0
      ? stored
      : stored.filter(({ response }) =>
        isSameVariant(response.selecting, selecting)
      );
  }

  /** What follows from the response; undefined where it may be another thing for what is stored of it. */
  get #freshness(): Freshness | undefined {
    const storing = this.#storing;
    if (!storing.isStorable) return undefined;
    return namesFields(this.head.fields, storing.control)
      ? undefined
      : storing.freshness;
  }

  /** What is under the key by now: somebody else may have stored the same meanwhile. */
  #storedNow(): readonly Entry[] {
    const { asked: { key, entries }, caching: { store } } = this.#came;
    const now = store.get(key);
    return now instanceof Promise ? entries : now;
  }

  /**
   * Takes it for the 304 that it is: the stored responses that it confirms are updated. The one for this
   * request; undefined when it confirms none of those that were asked about.
   */
  refresh(): Entry | undefined {
    const { asked } = this.#came;
    const update = this.#storedFields();
    const confirmed = selectRefreshed(
      asked.validating,
      this.#timed.fields,
      asked.selected,
    );
    const chosen =
      confirmed.find((entry) => matches(entry, asked.request.fields)) ??
        confirmed[0];
    let entry: Entry | undefined;
    for (const stored of confirmed) {
      const updated = refreshed(stored.response, update, this.#exchanged());
      const kept = this.#update(stored, updated);
      if (stored === chosen) entry = kept;
    }
    return entry;
  }

  /**
   * Keeps an updated response where it may still be stored. Undefined where it may not, and is not
   * there to be sent once more either.
   */
  #update(stored: Entry, updated: StoredResponse): Entry | undefined {
    const { asked: { request }, caching: { store } } = this.#came;
    const storing = judgeStoring({ ...request, method: "GET" }, updated);
    if (storing.isStorable) {
      return store.refresh(stored, updated, storing.freshness);
    }
    // What one who is authorized was told changes nothing for the others.
    if (storing.reason !== "authorization") store.remove(stored);
    return stored.body && new Entry(UNKEPT_ID, updated, stored.body);
  }

  /**
   * RFC 9111 §4.3.5 goes by "any received validator fields". Where none is, the length has to tell that it is
   * the same, of what has no validator itself and needs no validation.
   */
  #isValidation(stored: Entry): boolean {
    const { fields } = this.#timed;
    if (fields.has("etag") || fields.has("last-modified")) return true;
    return fields.has("content-length") && !hasValidator(stored) &&
      !stored.isInvalidated;
  }

  /** Takes it for the answer to a HEAD. False when it tells of another representation. */
  refreshByHead(stored: Entry): boolean {
    const { fields } = this.#timed;
    const length = fields.get("content-length");
    const updated = refreshedByHead(
      stored.response,
      this.#storedFields(),
      length === undefined ? undefined : Number(length),
      this.#exchanged(),
    );
    if (updated === undefined) return false;
    if (this.#isValidation(stored)) this.#update(stored, updated);
    return true;
  }

  #exchanged() {
    const { asked: { request }, hints } = this.#came;
    const { grant, requestTimeMs, responseTimeMs, receivedAgeSeconds } =
      this.#timed;
    return {
      grant,
      requestTimeMs,
      responseTimeMs,
      receivedAgeSeconds,
      tags: tagsOf(hints),
      requestFields: request.fields,
    };
  }

  #response(bodyLength: number): StoredResponse {
    const { asked: { key, url, request }, hints } = this.#came;
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

  #storedFields() {
    return storedFields(this.#timed, this.#came.via);
  }
}
