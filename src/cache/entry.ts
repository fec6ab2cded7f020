/**
 * What the cache holds of one response: its head as it may be sent again, when it came and
 * what it was selected by, and its body, which may be elsewhere for the moment. What follows
 * from these (freshness, reuse, validation) is decided by the files beside this one
 * (RFC 9111 §3, §4).
 */

import type { Fields } from "../http1/fields.ts";
import { type Freshness, freshnessOf } from "./freshness.ts";
import { headTextOf } from "./text_response.ts";

/** A field of the request that a response's Vary names (RFC 9111 §4.1). */
export interface SelectingField {
  /** In lower case. */
  readonly name: string;
  /** The normalized value; undefined when the request had none. */
  readonly value: string | undefined;
}

/** What rules or the operator grant beyond what the response itself says. Seconds. */
export interface Grant {
  /** A rule's: how long the response is fresh, whatever it says itself. */
  readonly ttlSeconds?: number | undefined;
  /** The operator's: how long a response is fresh that does not say. 0 is none. */
  readonly defaultTtlSeconds?: number | undefined;
  readonly staleWhileRevalidateSeconds?: number | undefined;
  readonly staleIfErrorSeconds?: number | undefined;
}

/** What rules made of a response before it was stored, for who would have it confirmed by its origin. */
export interface Judgement {
  /** The rules that made it; "" where one of them failed, so that it is nothing to hold on to. */
  readonly rules: string;
  /** When they did, in milliseconds since the epoch. */
  readonly timeMs: number;
  /** The names of the fields that they set or took away, in lower case. */
  readonly fields: readonly string[];
}

/** Which bytes of a representation a stored body has (RFC 9111 §3.3). */
export interface StoredRange {
  readonly start: number;
  /** One past the last byte. */
  readonly end: number;
  /** The representation's length; undefined when it was "*". */
  readonly total: number | undefined;
}

/** A response as it is stored, without its body. Never changes. */
export interface StoredResponse {
  /** The primary cache key (RFC 9111 §2). */
  readonly key: string;
  /** The URL that was asked for, for people and for purging: may differ from the key. */
  readonly url: string;
  readonly status: number;
  readonly reasonPhrase: string;
  /** End-to-end fields: nothing of one hop, no framing, no Age. Via has our member. */
  readonly fields: Fields;
  /** Empty where the response has no Vary. */
  readonly selecting: readonly SelectingField[];
  /** Milliseconds since the epoch. */
  readonly requestTimeMs: number;
  readonly responseTimeMs: number;
  /** The Age that the response came with, in seconds; 0 without, Infinity for an invalid one. */
  readonly receivedAgeSeconds: number;
  readonly grant: Grant;
  readonly tags: readonly string[];
  /** Undefined: the body is the whole representation. */
  readonly range: StoredRange | undefined;
  /** Bytes of the stored body. */
  readonly bodyLength: number;
  /** Undefined where no rule for responses had a say. */
  readonly judgement?: Judgement | undefined;
}

/** The id of an entry that is not in the store. */
export const UNKEPT_ID = 0;

/** One stored response. */
export class Entry {
  /** Tells entries apart, in the order in which they were made; a refreshed entry keeps it. */
  readonly id: number;
  readonly response: StoredResponse;
  readonly freshness: Freshness;
  /** Undefined while the body is in KV only. */
  body: Uint8Array | undefined;
  /** Purged softly or invalidated: must be validated before it is used again. */
  isInvalidated = false;
  #headText: string | undefined;

  /** @param freshness For who has it already. Default: what follows from the response. */
  constructor(
    id: number,
    response: StoredResponse,
    body: Uint8Array | undefined,
    freshness: Freshness = freshnessOf(response),
  ) {
    this.id = id;
    this.response = response;
    this.freshness = freshness;
    this.body = body;
  }

  /** Status line and fields, as every answer from this entry begins; without framing and Age. */
  get headText(): string {
    return this.#headText ??= headTextOf(this.response);
  }
}

/** Gives entries their ids: ascending, and after a restart greater than before it. */
export class EntryIds {
  #last = 0;

  /** @param nowMs Milliseconds since the epoch. */
  next(nowMs: number): number {
    // A thousand and more entries a millisecond, in 53 bits until the year 2248.
    return this.#last = Math.max(this.#last + 1, nowMs * 1024);
  }
}
