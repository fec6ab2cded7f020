/**
 * What both tiers of the cache can do, memory and KV alike: one contract, one suite of tests.
 * A tier keeps entries under their keys within a bound of bytes, and drops the least recently
 * used ones. It decides nothing about HTTP.
 */

import type { Entry } from "./entry.ts";

/** A value that is there, or will be. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** The tiers by name. */
export type TierName = "memory" | "kv";

/** How full a tier is. */
export interface TierUsage {
  /** How many responses. */
  readonly entries: number;
  /** Bytes of heads, bodies and what keeping them costs. */
  readonly bytes: number;
  readonly maxBytes: number;
  /** Responses dropped for room, since the start. */
  readonly evictions: number;
}

/** How full the KV tier is, and how its writing goes. */
export interface KvUsage extends TierUsage {
  /** False while the index is being read at start: what it has not reached yet is not found. */
  readonly isLoaded: boolean;
  /** Bytes of responses that wait to be written. */
  readonly queuedBytes: number;
  readonly maxQueuedBytes: number;
  /** Keys of which memory has what is written when there is room. */
  readonly postponed: number;
  /** Responses that left memory before they could be written, or can't be, since the start. */
  readonly dropped: number;
  /** Responses that were found damaged and dropped, since the start. */
  readonly damaged: number;
  /** Nothing is written for a while, because the store fails. */
  readonly isPaused: boolean;
}

/** Keeps entries. Several under one key are variants (RFC 9111 §4.1), at most 16. */
export interface Tier {
  readonly usage: TierUsage;
  /** The variants under a key, newest first, and marks them as used. Their bodies may not be there. */
  get(key: string): MaybePromise<readonly Entry[]>;
  /** The body of an entry that `get` gave. Undefined when it is lost or damaged: then the entry is gone too. */
  body(entry: Entry): MaybePromise<Uint8Array | undefined>;
  /**
   * Keeps an entry. It takes the place of one with its id, whose body it may leave where it is, and of
   * `replaced` ones, which are gone whatever comes of it. False when it does not fit or can't be kept now.
   */
  put(entry: Entry, replaced: readonly Entry[]): boolean;
  /** Drops one entry. False when it is not there. */
  delete(entry: Entry): boolean;
  /** All entries, in no order. Bodies may not be there. */
  entries(): Iterable<Entry> | AsyncIterable<Entry>;
}
