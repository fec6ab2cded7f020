import { assertEquals } from "@std/assert";
import {
  cachePage,
  type CacheQuery,
  filterTest,
  isPlace,
  SORTS,
} from "../../src/admin/cache_page.ts";
import { cacheRow } from "../../src/admin/cache_row.ts";
import type { Entry } from "../../src/cache/entry.ts";
import { entryOf, RECEIVED_MS } from "../cache/stored_responses.ts";

/** Entries whose URL, size and age all come in another order. */
function entries(count: number): Entry[] {
  return Array.from({ length: count }, (_, i) =>
    entryOf(i, [], {
      url: `http://a.test/${(i * 7) % count}`,
      bodyLength: (i * 3) % count,
      responseTimeMs: RECEIVED_MS + ((i * 11) % count) * 1000,
    }));
}

async function* stream(list: readonly Entry[]): AsyncGenerator<Entry> {
  yield* list;
}

/** All pages, one after the other. */
async function walk(
  list: readonly Entry[],
  query: Pick<CacheQuery, "sort" | "limit">,
): Promise<number[][]> {
  const pages: number[][] = [];
  let after: string | undefined;
  do {
    const page = await cachePage(
      stream(list),
      { ...query, after },
      (entry) => cacheRow(entry, [], RECEIVED_MS),
    );
    assertEquals(page.total, list.length);
    pages.push(page.entries.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return pages;
}

Deno.test("cachePage() gives each entry once, in order, whatever the page's size", async () => {
  const list = entries(20);
  const bySort = {
    url: (a: Entry, b: Entry) => a.response.url < b.response.url ? -1 : 1,
    size: (a: Entry, b: Entry) => b.response.bodyLength - a.response.bodyLength,
    age: (a: Entry, b: Entry) =>
      a.response.responseTimeMs - b.response.responseTimeMs,
  };
  for (const sort of SORTS) {
    const sorted = list.toSorted(bySort[sort]).map(({ id }) => id);
    for (const limit of [1, 3, 7, 19, 20, 21]) {
      const pages = await walk(list, { sort, limit });
      assertEquals(pages.flat(), sorted, `${sort} ${limit}`);
      assertEquals(pages.length, Math.ceil(20 / limit), `${sort} ${limit}`);
    }
  }
});

Deno.test("cachePage() keeps variants of one URL apart", async () => {
  const same = [3, 1, 2].map((id) => entryOf(id));
  assertEquals(await walk(same, { sort: "url", limit: 1 }), [[1], [2], [3]]);
});

Deno.test("cachePage() makes few rows more than a page has", async () => {
  const list = Array.from(
    { length: 10_000 },
    (_, i) =>
      entryOf(i, [], { url: `http://a.test/${String(i).padStart(5, "0")}` }),
  );
  let rows = 0;
  const page = await cachePage(
    stream(list),
    { sort: "url", limit: 10 },
    (entry) => {
      rows++;
      return cacheRow(entry, [], RECEIVED_MS);
    },
  );
  assertEquals([page.entries.length, page.total], [10, 10_000]);
  assertEquals(rows < 50, true, String(rows));
});

Deno.test("cachePage() is empty where nothing is", async () => {
  assertEquals(await walk([], { sort: "url", limit: 5 }), [[]]);
});

Deno.test("isPlace() takes what a page gave, and nothing else", () => {
  assertEquals(isPlace('[0,"http://a.test/",1]'), true);
  for (const text of ["", "x", "[]", "{}", '[0,"a"]', '["0","a",1]']) {
    assertEquals(isPlace(text), false, text);
  }
});

Deno.test("filterTest() wants all of a filter to fit", () => {
  const entry = entryOf(1, [], {
    url: "http://a.test:81/News/x.png",
    tags: ["news"],
  });
  const cases = [
    [{}, true],
    [{ pattern: "news/" }, true],
    [{ pattern: "http://A.test:81/*.png" }, true],
    [{ pattern: "*.jpg" }, false],
    [{ pattern: "*.pn" }, false],
    [{ host: "a.test" }, true],
    [{ host: "a.test:81" }, true],
    [{ host: "test" }, false],
    [{ tag: "news" }, true],
    [{ tag: "new" }, false],
    [{ pattern: "x", host: "a.test", tag: "news" }, true],
    [{ pattern: "x", host: "b.test", tag: "news" }, false],
  ] as const;
  for (const [filter, fits] of cases) {
    assertEquals(filterTest(filter)(entry), fits, JSON.stringify(filter));
  }
});
