/**
 * What an operator can ask of the cache and do to it, as values: one interface for whoever has
 * the store and for whoever asks a proxy that has it. URLs, prefixes and hosts come as
 * cache_url.ts spells them; who may ask is not its business.
 */

import type { CacheStore, PurgeMode } from "../cache/cache_store.ts";
import type { Entry } from "../cache/entry.ts";
import type { PurgeSelector } from "../cache/purge_selector.ts";
import { sharedOrigin, sharedSpelling } from "../cache/shared_spelling.ts";
import type { Fields } from "../http1/fields.ts";
import { type CacheLook, foundUnder, type LookContext } from "./cache_look.ts";
import {
  type CacheFilter,
  type CachePage,
  cachePage,
  type CacheQuery,
  filterTest,
} from "./cache_page.ts";
import { type CacheRow, cacheRow } from "./cache_row.ts";
import { NearestUrls } from "./nearest_urls.ts";

/** The cache as operators see it. */
export interface CacheDesk {
  /** A sorted page. */
  page(query: CacheQuery): Promise<CachePage>;
  /** All that a filter passes, as they are found, in no order. */
  rows(filter: CacheFilter): AsyncIterable<CacheRow>;
  /** What is stored for a canonical URL, and what a GET with those fields would get. */
  look(url: string, fields: Fields): Promise<CacheLook>;
  /** How many entries it concerned. */
  purge(selector: PurgeSelector, mode: PurgeMode): Promise<number>;
}

/** More of one URL that rules have stored under other keys are not shown. */
const MAX_UNDER_OTHER_KEYS = 100;

/** Where the entries are. */
export type DeskStore = Pick<
  CacheStore,
  "get" | "entries" | "purge" | "tiersOf"
>;

/** The desk of whoever has the store. */
export class StoreDesk implements CacheDesk {
  readonly #store: DeskStore;
  readonly #signal: AbortSignal | undefined;
  readonly #now: () => number;

  /**
   * @param signal Ends a look at all entries that nobody waits for any more; what comes of it is
   * not whole then.
   * @param now Milliseconds since the epoch.
   */
  constructor(
    store: DeskStore,
    { signal, now = Date.now }: {
      readonly signal?: AbortSignal;
      readonly now?: () => number;
    } = {},
  ) {
    this.#store = store;
    this.#signal = signal;
    this.#now = now;
  }

  page(query: CacheQuery): Promise<CachePage> {
    return cachePage(this.#entries(filterTest(query)), query, this.#rowOf);
  }

  async *rows(filter: CacheFilter): AsyncGenerator<CacheRow> {
    for await (const entry of this.#entries(filterTest(filter))) {
      yield this.#rowOf(entry);
    }
  }

  async look(url: string, fields: Fields): Promise<CacheLook> {
    const entries = await this.#store.get(url);
    const isThere = entries.length > 0;
    const { groups, nearest } = isThere
      ? { groups: new Map([[url, entries]]), nearest: [] }
      : await this.#search(url);
    const context: LookContext = {
      fields,
      tiersOf: (entry) => this.#store.tiersOf(entry),
      nowMs: this.#now(),
    };
    return {
      url,
      found: [...groups].map(([key, entries]) =>
        foundUnder(key, entries, context)
      ),
      nearest,
    };
  }

  purge(selector: PurgeSelector, mode: PurgeMode): Promise<number> {
    return this.#store.purge(selector, mode);
  }

  readonly #rowOf = (entry: Entry): CacheRow =>
    cacheRow(entry, this.#store.tiersOf(entry), this.#now());

  /** What is stored of a URL in another spelling, or by rules under other keys; else URLs like it. */
  async #search(url: string) {
    const groups = new Map<string, Entry[]>();
    const nearest = new NearestUrls(url);
    const spelled = sharedSpelling(url);
    const origin = originOf(url);
    let count = 0;
    const isOfOrigin = ({ response }: Entry) =>
      originOf(response.url) === origin;
    for await (const entry of this.#entries(isOfOrigin)) {
      const { key, url: other } = entry.response;
      if (sharedSpelling(other) === spelled) {
        groups.set(key, [...groups.get(key) ?? [], entry]);
        if (++count === MAX_UNDER_OTHER_KEYS) break;
      } else nearest.add(other);
    }
    return { groups, nearest: groups.size > 0 ? [] : nearest.sorted() };
  }

  /** Ends early when nobody waits any more. */
  async *#entries(
    filter: (entry: Entry) => boolean,
  ): AsyncGenerator<Entry> {
    const signal = this.#signal;
    const isWanted = (entry: Entry) => {
      signal?.throwIfAborted();
      return filter(entry);
    };
    try {
      yield* this.#store.entries(isWanted);
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }
}

function originOf(url: string): string {
  const { scheme, host, port } = sharedOrigin(url) ?? {};
  return `${scheme}://${host}:${port}`;
}
