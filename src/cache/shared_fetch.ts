/**
 * One fetch for everybody who asks for the same thing meanwhile: who comes first asks the
 * origin, the others wait for what becomes of it (RFC 9111 §4: a cache "can use a response
 * that is stored or storable to satisfy multiple requests, provided that it is allowed to").
 * And a memory of what could not be shared, so that nobody waits in vain for it again.
 */

import { LRUCache } from "lru-cache";
import type { ResponseHead } from "../http1/head.ts";
import type { Entry } from "./entry.ts";
import type { FillBody, FillReader } from "./fill.ts";
import { FillBudget } from "./fill_budget.ts";
import type { InvalidationLog } from "./invalidation_log.ts";
import { UnawaitedFetches } from "./unawaited_fetches.ts";

/** What becomes of a fetch. */
export type FetchState =
  | { readonly kind: "waiting" }
  /** The head is there, the body arrives. */
  | {
    readonly kind: "streaming";
    /** Its `bodyLength` is 0: how long the body will be is for `body` to say. */
    readonly head: Entry;
    readonly body: FillBody;
    /** The head as it came, for the one who asked: some fields are for nobody else. */
    readonly came: ResponseHead;
    /** Has the body's start for the one who asked; undefined for a fetch that nobody waits for. */
    readonly reader: FillReader | undefined;
  }
  /** The whole response is there. */
  | {
    readonly kind: "whole";
    readonly entry: Entry;
    /** As above; undefined where the answer was a 304, or a part of the entry. */
    readonly came: ResponseHead | undefined;
  }
  /** The answer was to a condition of ours, and is none to what was asked. */
  | { readonly kind: "useless" }
  /** The answer is for the one who asked, and goes straight to it. */
  | { readonly kind: "direct" }
  | { readonly kind: "failed"; readonly error: unknown };

const WAITING: FetchState = { kind: "waiting" };
const SETTLED = Promise.resolve();

/** A fetch that is under way. */
export class SharedFetch {
  state: FetchState = WAITING;
  /**
   * How many invalidations there were when the request went out: what it brings may be from before
   * those that came later. Infinity until it goes out.
   */
  invalidationCount = Infinity;
  /** How many wait for it beside the one who asked. */
  followers = 0;
  /** Told when the last of them has left before anything came. Set by whoever has to know. */
  onDeserted: (() => void) | undefined;
  /** Undefined while nobody waits. */
  #settled: PromiseWithResolvers<void> | undefined;

  /** Resolves when the state is another than waiting. */
  get settled(): Promise<void> {
    if (this.state !== WAITING) return SETTLED;
    this.#settled ??= Promise.withResolvers<void>();
    return this.#settled.promise;
  }

  /** One who waits does so no more. */
  leave(): void {
    this.followers--;
    const isInVain = this.state === WAITING && this.followers === 0;
    if (isInVain) this.onDeserted?.();
  }

  /** Says what becomes of it. Only the first time counts, but that what streams may become whole. */
  settle(state: FetchState): void {
    this.state = state;
    this.#settled?.resolve();
  }
}

/** How many keys are remembered as not to be shared, and for how long. */
const MAX_UNSHARED = 10_000;
const UNSHARED_MS = 60_000;

/** All the fetches that are under way. */
export class SharedFetches {
  /** Memory for bodies that arrive. */
  readonly budget: FillBudget;
  /** What ends each fetch that does not end with a client. */
  readonly running = new Set<() => void>();
  /** Places for those that nobody waits for. */
  readonly unawaited = new UnawaitedFetches();
  readonly #invalidations: InvalidationLog;
  readonly #byKey = new Map<string, SharedFetch>();
  /** Key → until when, on the clock of `performance.now`. */
  readonly #unshared = new LRUCache<string, number>({ max: MAX_UNSHARED });

  /** @param invalidations The store's. */
  constructor(maxFillBytes: number, invalidations: InvalidationLog) {
    this.budget = new FillBudget(maxFillBytes);
    this.#invalidations = invalidations;
  }

  /** How many are under way: at most one for each client's exchange. */
  get size(): number {
    return this.#byKey.size;
  }

  /** The fetch whose answer others may take: none that went out before the key was invalidated (RFC 9111 §4.4). */
  get(key: string): SharedFetch | undefined {
    if (this.#byKey.size === 0) return undefined;
    const fetch = this.#byKey.get(key);
    return fetch === undefined ||
        this.#invalidations.isSince(key, fetch.invalidationCount)
      ? undefined
      : fetch;
  }

  /** Others can find the fetch until it is {@link end}ed, which whoever begins it sees to. */
  begin(key: string, fetch: SharedFetch): void {
    this.#byKey.set(key, fetch);
  }

  /** Others don't find it any more. */
  end(key: string, fetch: SharedFetch): void {
    if (this.#byKey.get(key) === fetch) this.#byKey.delete(key);
  }

  /** Ends all that no client would end, at the proxy's end. */
  stop(): void {
    for (const stop of this.running) stop();
  }

  /** Remembers that the answers for a key are not shared. */
  markUnshared(key: string, nowMs: number): void {
    this.#unshared.set(key, nowMs + UNSHARED_MS);
  }

  /** Forgets it: an answer came that could have been shared. */
  unmark(key: string): void {
    this.#unshared.delete(key);
  }

  /** True when nobody should wait for somebody else's answer. */
  isUnshared(key: string, nowMs: number): boolean {
    const untilMs = this.#unshared.get(key);
    return untilMs !== undefined && untilMs > nowMs;
  }
}
