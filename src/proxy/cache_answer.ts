/**
 * The answer to a request that went through the cache: sends it, and says in the record and in
 * Cache-Status how it came about (RFC 9211). Which answer it is, is decided before.
 */

import {
  forwardedStatus,
  type ForwardReason,
  hitStatus,
} from "../cache/cache_status.ts";
import { type Entry, UNKEPT_ID } from "../cache/entry.ts";
import { answersNotModified, isRangeWanted } from "../cache/precondition.ts";
import type { Outcome } from "../log/record.ts";
import type { ResponseHead } from "../http1/head.ts";
import { forward, type OnAnswer } from "./forward.ts";
import { relayWhole } from "./relay.ts";
import { type Arriving, serveArriving } from "./serve_arriving.ts";
import { serveEntry } from "./serve_entry.ts";
import type { WalkParts } from "./walk_parts.ts";

const NO_BYTES = new Uint8Array(0);

/** What the origin has just sent, or confirmed. */
export interface Fetched {
  readonly entry: Entry;
  readonly body: Uint8Array;
  /** The head as it came; undefined where the answer was a 304, or a part of the entry. */
  readonly came: ResponseHead | undefined;
}

/** Answers one request. */
export class CacheAnswer {
  readonly #parts: WalkParts;

  constructor(parts: WalkParts) {
    this.#parts = parts;
  }

  /** From what is stored. */
  stored(
    entry: Entry,
    body: Uint8Array,
    outcome: Outcome,
    detail: string | undefined,
  ): Promise<void> | undefined {
    const nowMs = this.#parts.caching.now();
    const status = hitStatus(ttlSeconds(entry, nowMs), detail);
    return this.#serve(entry, body, { outcome, status, nowMs });
  }

  /** With what somebody else has just fetched. */
  collapsed(
    entry: Entry,
    body: Uint8Array,
    reason: ForwardReason,
  ): Promise<void> | undefined {
    const nowMs = this.#parts.caching.now();
    const ttl = ttlSeconds(entry, nowMs);
    const status = forwardedStatus({
      reason,
      ttlSeconds: ttl,
      isCollapsed: true,
    });
    return this.#serve(entry, body, { outcome: "hit", status, nowMs });
  }

  /** With what was fetched for this request. */
  fetched(
    { entry, body, came }: Fetched,
    reason: ForwardReason,
  ): Promise<void> | undefined {
    const { exchange, caching, connection, services } = this.#parts;
    const nowMs = caching.now();
    const status = forwardedStatus({
      reason,
      status: came === undefined ? 304 : undefined,
      ttlSeconds: ttlSeconds(entry, nowMs),
      isStored: entry.id !== UNKEPT_ID,
    });
    const outcome = came === undefined ? "revalidated" : "miss";
    if (came === undefined || this.#wantsLess(entry)) {
      return this.#serve(entry, body, { outcome, status, nowMs });
    }
    exchange.outcome = outcome;
    exchange.cacheStatus = status;
    return relayWhole(exchange, came, body, connection, services);
  }

  /** With what is arriving: for this request, or for somebody else's. */
  async arriving(
    arriving: Arriving,
    reason: ForwardReason,
    isCollapsed: boolean,
  ): Promise<void> {
    const { exchange, request, caching, connection, services } = this.#parts;
    const { head, body } = arriving;
    const nowMs = caching.now();
    const outcome = isCollapsed ? "hit" : "miss";
    // RFC 9211 §2.5: "indicates whether the cache stored the response". One whose length is not known may yet
    // turn out to be too long.
    const isStored = !isCollapsed &&
      (body.length !== undefined || body.isComplete);
    const status = forwardedStatus({
      reason,
      ttlSeconds: ttlSeconds(head, nowMs),
      isStored,
      isCollapsed,
    });
    if (!request.isPlain && answersNotModified(request.fields, head.response)) {
      arriving.reader.leave();
      await this.#serve(head, NO_BYTES, { outcome, status, nowMs });
      return;
    }
    exchange.outcome = outcome;
    exchange.cacheStatus = status;
    await serveArriving(exchange, arriving, { connection, services, nowMs });
  }

  /** With what the origin sends, as without a cache. */
  straight(reason: ForwardReason, onAnswer?: OnAnswer): Promise<void> {
    const { exchange, outgoing, connection, services } = this.#parts;
    exchange.outcome = "miss";
    exchange.cacheStatus = forwardedStatus({ reason });
    return forward(exchange, outgoing, connection, services, onAnswer);
  }

  #serve(
    entry: Entry,
    body: Uint8Array,
    { outcome, status, nowMs }: {
      outcome: Outcome;
      status: string;
      nowMs: number;
    },
  ): Promise<void> | undefined {
    const { exchange, request, connection } = this.#parts;
    exchange.outcome = outcome;
    exchange.cacheStatus = status;
    return serveEntry(exchange, request, { entry, body, nowMs }, connection);
  }

  /** True when what the client sent asks for less than what came: the news that it is the same, or a part. */
  #wantsLess({ response }: Entry): boolean {
    const { request: { isPlain, fields } } = this.#parts;
    if (isPlain) return false;
    return answersNotModified(fields, response) ||
      (response.status === 200 && isRangeWanted(fields, response));
  }
}

function ttlSeconds({ freshness }: Entry, nowMs: number): number {
  return (freshness.freshUntilMs - nowMs) / 1000;
}
