/**
 * A page of what is stored: those that a search finds, sorted, in memory that grows with the
 * page and not with the cache. All entries are looked at once for each page.
 */

import * as v from "valibot";
import type { Entry } from "../cache/entry.ts";
import { selects } from "../cache/purge_selector.ts";
import { compileGlob } from "../policy/glob.ts";
import { type CacheRow, CacheRowSchema } from "./cache_row.ts";

/** `url`: by the alphabet. `size`: the greatest first. `age`: the oldest first. */
export const SORTS = ["url", "size", "age"] as const;

/** More entries are on no page. */
export const MAX_PAGE = 10_000;

/** Which entries are wanted; all of what is given has to fit. */
export interface CacheFilter {
  /** A glob for the whole URL, without case; without `*`, a part of it. */
  readonly pattern?: string | undefined;
  readonly host?: string | undefined;
  readonly tag?: string | undefined;
}

/** Which page is wanted. */
export interface CacheQuery extends CacheFilter {
  readonly sort: typeof SORTS[number];
  /** At most {@link MAX_PAGE}. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly after?: string | undefined;
}

/** One page. */
export const CachePageSchema = v.object({
  entries: v.array(CacheRowSchema),
  /** How many there are on all pages. */
  total: v.number(),
  /** What to ask the next page with; null on the last one. */
  next: v.nullable(v.string()),
});

/** One page. */
export type CachePage = v.InferOutput<typeof CachePageSchema>;

/** Where an entry stands in a sorted list: no two stand in one place. */
type Place = readonly [rank: number, url: string, id: number];

const PlaceSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictTuple([v.number(), v.string(), v.number()]),
);

/** True for a text that {@link CacheQuery} takes for `after`. */
export function isPlace(text: string): boolean {
  return v.is(PlaceSchema, text);
}

/** The test that a filter stands for. */
export function filterTest(
  { pattern, host, tag }: CacheFilter,
): (entry: Entry) => boolean {
  const tests: ((entry: Entry) => boolean)[] = [];
  if (pattern !== undefined) {
    const glob = pattern.includes("*") ? pattern : `*${pattern}*`;
    const fits = compileGlob(glob.toLowerCase());
    tests.push(({ response }) => fits(response.url.toLowerCase()));
  }
  for (const selector of [host && { host }, tag && { tag }]) {
    if (!selector) continue;
    const isSelected = selects(selector);
    tests.push(({ response }) => isSelected(response));
  }
  return (entry) => tests.every((test) => test(entry));
}

/**
 * Makes a page of the entries that a filter has passed.
 *
 * @param rowOf Called for those only that may be on it.
 */
export async function cachePage(
  entries: AsyncIterable<Entry>,
  { sort, limit, after }: CacheQuery,
  rowOf: (entry: Entry) => CacheRow,
): Promise<CachePage> {
  const start = after === undefined ? undefined : v.parse(PlaceSchema, after);
  // One more than fit tells whether there is another page.
  const first = new FirstRows(limit + 1);
  let total = 0;
  for await (const entry of entries) {
    total++;
    const place = placeOf(entry, sort);
    const isBefore = start !== undefined && comparePlaces(place, start) <= 0;
    if (!isBefore && first.mayTake(place)) {
      first.add(place, rowOf(entry));
    }
  }
  const found = first.sorted();
  const last = found[limit - 1];
  return {
    entries: found.slice(0, limit).map(({ row }) => row),
    total,
    next: found.length > limit && last ? JSON.stringify(last.place) : null,
  };
}

function placeOf(
  { id, response }: Entry,
  sort: CacheQuery["sort"],
): Place {
  const rank = {
    url: 0,
    size: -response.bodyLength,
    age: response.responseTimeMs,
  };
  return [rank[sort], response.url, id];
}

function comparePlaces(a: Place, b: Place): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] < b[1] ? -1 : 1;
  return a[2] - b[2];
}

interface Placed {
  readonly place: Place;
  readonly row: CacheRow;
}

/** The rows that come first of all that are added. */
class FirstRows {
  readonly #limit: number;
  #rows: Placed[] = [];
  /** None behind it is among the first. */
  #end: Place | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  mayTake(place: Place): boolean {
    return this.#end === undefined || comparePlaces(place, this.#end) < 0;
  }

  add(place: Place, row: CacheRow): void {
    this.#rows.push({ place, row });
    // Sorting that seldom costs a comparison or two for each row more than no limit would.
    if (this.#rows.length >= 2 * this.#limit) {
      this.#rows = this.sorted();
      this.#end = this.#rows.at(-1)?.place;
    }
  }

  sorted(): Placed[] {
    return this.#rows.sort((a, b) => comparePlaces(a.place, b.place))
      .slice(0, this.#limit);
  }
}
