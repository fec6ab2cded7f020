import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { pages } from "../../src/admin/pages.ts";
import { filledStore } from "./filled_store.ts";

const ADDRESS = "http://127.0.0.1:8080";
const TOKEN = "t".repeat(43);
const BEARER = { Authorization: `Bearer ${TOKEN}` };
const HERE = { ip: "127.0.0.1", port: 50_000 };
const ELSEWHERE = { ip: "192.0.2.7", port: 50_000 };

type Ask = (path: string, init?: RequestInit, client?: typeof HERE) => Promise<
  Response
>;

/** Asks the pages of a proxy that has stored those URLs. */
async function apiOver(...urls: string[]): Promise<Ask> {
  const store = await filledStore(...urls);
  const show = pages({
    version: "1",
    address: ADDRESS,
    admin: { token: TOKEN, cache: { store } },
  });
  return async (path, init, client = HERE) =>
    await show(new Request(`${ADDRESS}/admin/cache${path}`, init), client);
}

function purge(body: unknown, headers: Record<string, string> = BEARER) {
  return { method: "POST", headers, body: JSON.stringify(body) };
}

Deno.test("cacheApi() searches by pages", async () => {
  const ask = await apiOver(
    "http://a.test/1",
    "http://a.test/2",
    "http://b.test/",
  );
  const first = await ask("?host=a.test&limit=1");
  assertEquals(first.status, 200);
  assertEquals(first.headers.get("Content-Type"), "application/json");
  assertEquals(first.headers.get("Cache-Control"), "no-store");
  const { entries, total, next } = await first.json();
  assertEquals([entries.length, entries[0].url, total], [
    1,
    "http://a.test/1",
    2,
  ]);
  const second = await ask(
    `?host=a.test&limit=1&after=${encodeURIComponent(next)}`,
  );
  const last = await second.json();
  assertEquals([last.entries[0].url, last.next], ["http://a.test/2", null]);
});

Deno.test("cacheApi() streams all rows to who accepts lines", async () => {
  const urls = Array.from({ length: 500 }, (_, i) => `http://a.test/${i}`);
  const ask = await apiOver(...urls);
  const response = await ask("?q=http*", {
    headers: { Accept: "application/x-ndjson" },
  });
  assertEquals(response.headers.get("Content-Type"), "application/x-ndjson");
  const lines = (await response.text()).trimEnd().split("\n");
  const found: string[] = lines.map((line) => JSON.parse(line).url);
  assertEquals(found.toSorted(), urls.toSorted());
});

Deno.test("cacheApi() tells all of one URL", async () => {
  const ask = await apiOver("http://a.test/1");
  const response = await ask("/entry?url=http://A.test/1", {
    headers: { "Sluice-Request-Cache-Control": "no-store" },
  });
  assertEquals(response.status, 200);
  const { url, found: [found] } = await response.json();
  assertEquals([url, found.verdict.outcome], ["http://a.test/1", "miss"]);
  assertStringIncludes(found.variants[0].freshness, "s-maxage=60");
});

Deno.test("cacheApi() answers 404 for a URL of which nothing is stored, with those like it", async () => {
  const ask = await apiOver("http://a.test/1");
  const response = await ask("/entry?url=http://a.test/2");
  assertEquals(response.status, 404);
  const { error, nearest } = await response.json();
  assertEquals(error.status, 404);
  assertEquals(nearest, ["http://a.test/1"]);
});

Deno.test("cacheApi() tells how full the tiers are", async () => {
  const ask = await apiOver("http://a.test/1");
  const { memory, kv } = await (await ask("/usage")).json();
  assertEquals([memory.entries, memory.maxBytes, kv], [
    1,
    16 * 1024 * 1024,
    null,
  ]);
});

Deno.test("cacheApi() purges, and says how many", async () => {
  const ask = await apiOver(
    "http://a.test/1",
    "http://a.test/2",
    "http://b.test/",
  );
  const soft = await ask("/purge", purge({ host: "a.test", mode: "soft" }));
  assertEquals(await soft.json(), { purged: 2, mode: "soft" });
  const hard = await ask("/purge", purge({ prefix: "http://a.test/" }));
  assertEquals(await hard.json(), { purged: 2, mode: "hard" });
  assertEquals((await (await ask("")).json()).total, 1);
});

Deno.test("cacheApi() changes nothing without the token, from wherever", async () => {
  const ask = await apiOver("http://a.test/1");
  const all = { all: true };
  for (
    const [headers, status] of [
      [{}, 401],
      [{ Authorization: "Bearer wrong" }, 401],
      [{ Authorization: `Basic ${TOKEN}` }, 401],
      [{ Cookie: `token=${TOKEN}` }, 401],
      [{ ...BEARER, Origin: "http://evil.test" }, 403],
      [{ ...BEARER, Origin: "null" }, 403],
    ] as const
  ) {
    for (const client of [HERE, ELSEWHERE]) {
      const response = await ask("/purge", purge(all, headers), client);
      assertEquals(response.status, status, JSON.stringify(headers));
      assertEquals((await response.json()).error.status, status);
    }
  }
  assertEquals((await (await ask("")).json()).total, 1);
  const own = { ...BEARER, Origin: ADDRESS };
  assertEquals((await ask("/purge", purge(all, own), ELSEWHERE)).status, 200);
});

Deno.test("cacheApi() is read by who may use the proxy, and by no foreign page", async () => {
  const ask = await apiOver("http://a.test/1");
  for (const path of ["", "/usage", "/entry?url=http://a.test/1"]) {
    assertEquals((await ask(path)).status, 200, path);
    assertEquals((await ask(path, {}, ELSEWHERE)).status, 200, path);
    const foreign = { headers: { Origin: "http://evil.test" } };
    assertEquals((await ask(path, foreign)).status, 403, path);
  }
});

Deno.test("cacheApi() says what is wrong with what it is asked", async () => {
  const ask = await apiOver();
  const cases = [
    ["?limit=x", undefined, /^limit: got "x", wants/],
    ["/entry", undefined, /^url: got nothing, wants/],
    ["/purge", purge({}), /^wants exactly one/],
    ["/purge", { ...purge({}), body: "{" }, /^the body: wants JSON/],
  ] as const;
  for (const [path, init, pattern] of cases) {
    const response = await ask(path, init);
    assertEquals(response.status, 400, path);
    assertMatch((await response.json()).error.reason, pattern);
  }
  for (
    const [path, method, status] of [
      ["/purge", "GET", 405],
      ["/none", "GET", 404],
      ["", "PUT", 405],
    ] as const
  ) {
    const init = { method, headers: BEARER };
    assertEquals((await ask(path, init)).status, status);
  }
});

Deno.test("cacheApi() says when the proxy has no cache", async () => {
  const show = pages({
    version: "1",
    address: ADDRESS,
    admin: { token: TOKEN, cache: { store: undefined } },
  });
  for (
    const [path, init] of [["", {}], ["/purge", purge({ all: true })]] as const
  ) {
    const request = new Request(`${ADDRESS}/admin/cache${path}`, init);
    const response = await show(request, HERE);
    assertEquals(response.status, 404);
    assertEquals(
      (await response.json()).error.reason,
      "the cache is off: see --no-cache",
    );
  }
});
