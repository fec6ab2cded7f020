import { assertEquals, assertRejects } from "@std/assert";
import { type DeskStore, StoreDesk } from "../../src/admin/cache_desk.ts";
import { fieldsOf } from "../cache/stored_responses.ts";
import { filledStore, type Filling, NOW_MS } from "./filled_store.ts";

async function deskOf(
  ...fillings: readonly (string | Filling)[]
): Promise<StoreDesk> {
  const store = await filledStore(...fillings);
  return new StoreDesk(store, { now: () => NOW_MS });
}

const NO_FIELDS = fieldsOf();

Deno.test("StoreDesk lists by pages, and all as they are found", async () => {
  const desk = await deskOf(
    "http://a.test/2",
    "http://a.test/1",
    "http://b.test/",
  );
  const filter = { host: "a.test" };
  const page = await desk.page({ ...filter, sort: "url", limit: 5 });
  assertEquals(page.total, 2);
  const urls = page.entries.map(({ url }) => url);
  assertEquals(urls, ["http://a.test/1", "http://a.test/2"]);
  const rows = await Array.fromAsync(desk.rows(filter));
  assertEquals(rows.map(({ url }) => url).sort(), urls);
  assertEquals(rows[0]?.ageSeconds, 22);
});

Deno.test("StoreDesk finds what is stored under a URL", async () => {
  const desk = await deskOf("http://a.test/1", "http://a.test/2");
  const look = await desk.look("http://a.test/1", NO_FIELDS);
  assertEquals(look.found.length, 1);
  assertEquals(look.found[0]?.key, "http://a.test/1");
  assertEquals(look.found[0]?.verdict.outcome, "hit");
  assertEquals(look.nearest, []);
});

Deno.test("StoreDesk finds what rules have stored of a URL under other keys", async () => {
  const url = "http://a.test/1";
  const desk = await deskOf(
    { url, key: "key phone" },
    { url: "HTTP://A.test:80/1", key: "key desk" },
    { url: "http://a.test/2", key: "key phone" },
  );
  const look = await desk.look(url, NO_FIELDS);
  assertEquals(
    look.found.map(({ key, variants }) => [key, variants.length]).sort(),
    [["key desk", 1], ["key phone", 1]],
  );
  assertEquals(look.nearest, []);
});

Deno.test("StoreDesk finds what is stored under another spelling of a URL", async () => {
  const desk = await deskOf("http://a.test./~x", "http://a.test/%7ey");
  for (const url of ["http://a.test/%7Ex", "http://a.test/~y"]) {
    const { found, nearest } = await desk.look(url, NO_FIELDS);
    assertEquals([found.length, nearest.length], [1, 0], url);
  }
});

Deno.test("StoreDesk names URLs of the same host where it finds nothing", async () => {
  const desk = await deskOf(
    "http://a.test/image/b",
    "http://a.test/x",
    "http://b.test/image/a",
  );
  const look = await desk.look("http://a.test/image/a", NO_FIELDS);
  assertEquals(look.found, []);
  assertEquals(look.nearest, ["http://a.test/image/b", "http://a.test/x"]);
});

Deno.test("StoreDesk stops looking for who has gone", async () => {
  const store = await filledStore("http://a.test/1", "http://a.test/2");
  const gone = new AbortController();
  const desk = new StoreDesk(store, { signal: gone.signal });
  const rows: string[] = [];
  for await (const { url } of desk.rows({})) {
    rows.push(url);
    gone.abort(new Error("gone"));
  }
  assertEquals(rows.length, 1);
  const query = { sort: "url", limit: 1 } as const;
  assertEquals((await desk.page(query)).total, 0);
});

Deno.test("StoreDesk passes on what goes wrong in the store", async () => {
  const store = await filledStore("http://a.test/1");
  const broken: DeskStore = {
    get: (key) => store.get(key),
    purge: (selector, mode) => store.purge(selector, mode),
    tiersOf: (entry) => store.tiersOf(entry),
    // deno-lint-ignore require-yield
    entries: async function* () {
      throw await Promise.resolve(new Error("broken"));
    },
  };
  await assertRejects(
    () => Array.fromAsync(new StoreDesk(broken).rows({})),
    Error,
    "broken",
  );
});

Deno.test("StoreDesk tells in which tiers an entry is", async () => {
  const desk = await deskOf("http://a.test/1");
  const rows = await Array.fromAsync(desk.rows({}));
  assertEquals(rows.map(({ tiers }) => tiers), [["memory"]]);
  const { found } = await desk.look("http://a.test/1", NO_FIELDS);
  assertEquals(found[0]?.variants[0]?.tiers, ["memory"]);
});

Deno.test("StoreDesk purges softly and hard", async () => {
  const url = "http://a.test/1";
  const desk = await deskOf(url, "http://b.test/");
  assertEquals(await desk.purge({ url }, "soft"), 1);
  const look = await desk.look(url, NO_FIELDS);
  assertEquals(look.found[0]?.variants[0]?.state, "invalidated");
  assertEquals(await desk.purge({ url }, "hard"), 1);
  assertEquals((await desk.look(url, NO_FIELDS)).found, []);
  assertEquals(await desk.purge("all", "hard"), 1);
});
