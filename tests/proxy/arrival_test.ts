import { assertEquals, assertStrictEquals } from "@std/assert";
import { cacheRequest } from "../../src/cache/cache_request.ts";
import type { Entry } from "../../src/cache/entry.ts";
import { Arrival, type Asked, UNKEPT_ID } from "../../src/proxy/arrival.ts";
import type { Caching } from "../../src/proxy/caching.ts";
import type { Cache } from "../../src/policy/rule.ts";
import { fieldsOf, linesOf } from "../cache/stored_responses.ts";
import { emptyCache, NOW_MS } from "./cache_of.ts";
import { responseOf } from "./wire_values.ts";

const KEY = "http://a.test/";
const BODY = new TextEncoder().encode("content");

function arrivalOf(
  caching: Caching,
  lines: readonly string[],
  asked: Partial<Asked> & { lines?: string[]; method?: string } = {},
  hints?: Cache[],
): Arrival {
  const { lines: requestLines = [], method = "GET", ...rest } = asked;
  return new Arrival(responseOf(...lines), {
    asked: {
      key: KEY,
      url: KEY,
      request: cacheRequest(method, fieldsOf(...requestLines)),
      entries: [],
      selected: undefined,
      validating: [],
      completing: undefined,
      ...rest,
    },
    caching,
    hints,
    via: "1.1 us",
    requestTimeMs: NOW_MS - 2000,
  });
}

const OK = ["HTTP/1.1 200 OK", "Cache-Control: max-age=60"];

/** What is stored under the key. */
async function entriesOf({ store }: Caching): Promise<readonly Entry[]> {
  return await store.get(KEY);
}

Deno.test("Arrival says why a response is not stored", async () => {
  const caching = await emptyCache();
  const reason = (...lines: string[]) =>
    arrivalOf(caching, ["HTTP/1.1 200 OK", ...lines]).reason;
  assertEquals(reason("Cache-Control: max-age=60"), undefined);
  assertEquals(reason("Cache-Control: private"), "private");
  assertEquals(reason(), "no-freshness");
  const bypass: Cache[] = [{ action: "cache", bypass: true }];
  assertEquals(arrivalOf(caching, OK, {}, bypass).reason, "rule");
});

Deno.test("Arrival.store() keeps the response as it may be sent again", async () => {
  const caching = await emptyCache();
  const lines = [...OK, "Connection: X-Hop", "X-Hop: 1", "Age: 3", "X-A: 1"];
  const hints: Cache[] = [{ action: "cache", tags: ["t"] }];
  const entry = arrivalOf(caching, lines, {}, hints).store(BODY);
  assertEquals(await entriesOf(caching), [entry]);
  const { response } = entry;
  assertEquals(linesOf(response.fields), [
    "Cache-Control: max-age=60",
    "X-A: 1",
    "Date: Sun, 06 Nov 1994 08:49:37 GMT",
    "Via: 1.1 us",
  ]);
  const { requestTimeMs, responseTimeMs, receivedAgeSeconds } = response;
  assertEquals(
    [requestTimeMs, responseTimeMs, receivedAgeSeconds],
    [NOW_MS - 2000, NOW_MS, 3],
  );
  assertEquals([response.tags, response.bodyLength], [["t"], 7]);
  assertStrictEquals(entry.body, BODY);
});

Deno.test("Arrival.store() takes the place of the same variant alone", async () => {
  const caching = await emptyCache();
  const vary = [...OK, "Vary: X-Kind"];
  const ask = (kind: string) => ({ lines: [`X-Kind: ${kind}`] });
  const a = arrivalOf(caching, vary, ask("a")).store(BODY);
  const b = arrivalOf(caching, vary, ask("b")).store(BODY);
  assertEquals(await entriesOf(caching), [b, a]);
  // Also of one that was stored since the request went out.
  const newer = arrivalOf(caching, vary, ask("a")).store(BODY);
  assertEquals(await entriesOf(caching), [newer, b]);
});

Deno.test("Arrival.store() keeps no part of which it is not known which", async () => {
  const caching = await emptyCache();
  const lines = ["HTTP/1.1 206 Partial Content", OK[1]!];
  const bogus = [...lines, "Content-Range: bytes 0-3/10", "Content-Length: 7"];
  const entry = arrivalOf(caching, bogus).store(BODY);
  assertEquals([entry.id, await entriesOf(caching)], [UNKEPT_ID, []]);
  const sound = [...lines, "Content-Range: bytes 0-6/10", "Content-Length: 7"];
  const part = arrivalOf(caching, sound).store(BODY);
  assertEquals(part.response.range, { start: 0, end: 7, total: 10 });
  assertEquals(await entriesOf(caching), [part]);
});

Deno.test("Arrival.keep() joins a part with the one that it completes", async () => {
  const caching = await emptyCache();
  const partial = (range: string) => [
    "HTTP/1.1 206 Partial Content",
    OK[1]!,
    'ETag: "1"',
    `Content-Range: bytes ${range}`,
    "Content-Length: 7",
  ];
  const completing = arrivalOf(caching, partial("0-6/14")).store(BODY);
  const arrival = arrivalOf(caching, partial("7-13/14"), { completing });
  assertEquals(arrival.isCompletion, true);
  const state = arrival.keep(BODY);
  assertEquals(state.kind === "whole" && state.came, undefined);
  const [entry] = await entriesOf(caching);
  assertEquals(entry?.response.status, 200);
  assertEquals(new TextDecoder().decode(entry?.body), "contentcontent");
});

Deno.test("Arrival.refresh() updates what a 304 confirms", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const not = ["HTTP/1.1 304 Not Modified", "Cache-Control: max-age=90"];
  const refreshed = arrivalOf(caching, not, {
    validating: [stored],
    selected: stored,
  }).refresh();
  assertStrictEquals((await entriesOf(caching))[0], refreshed);
  assertEquals(refreshed?.id, stored.id);
  assertEquals(refreshed?.freshness.lifetimeMs, 90_000);
  const none = { validating: [stored, stored] };
  const other = [...not, 'ETag: "2"'];
  assertEquals(arrivalOf(caching, other, none).refresh(), undefined);
});

Deno.test("Arrival.refresh() drops what may not be stored any more", async () => {
  for (const line of ["Cache-Control: no-store", "Vary: *"]) {
    const caching = await emptyCache();
    const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
    const not = ["HTTP/1.1 304 Not Modified", line];
    const entry = arrivalOf(caching, not, {
      validating: [stored],
      selected: stored,
    }).refresh();
    assertEquals([entry?.id, entry?.body], [UNKEPT_ID, BODY]);
    assertEquals(await entriesOf(caching), []);
  }
});

Deno.test("Arrival.refresh() leaves alone what credentials have confirmed", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const asked = {
    validating: [stored],
    selected: stored,
    lines: ["Authorization: Basic x"],
  };
  const not = ["HTTP/1.1 304 Not Modified"];
  assertEquals(arrivalOf(caching, not, asked).refresh()?.id, UNKEPT_ID);
  assertEquals(await entriesOf(caching), [stored]);
});

Deno.test("Arrival.refreshByHead() tells the same from another one", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  const asked = { method: "HEAD" };
  const same = [...OK, 'ETag: "1"', "Content-Length: 7", "X-New: 1"];
  assertEquals(arrivalOf(caching, same, asked).refreshByHead(stored), true);
  const [refreshed] = await entriesOf(caching);
  assertEquals(refreshed?.response.fields.get("x-new"), "1");
  for (const line of ['ETag: "2"', "Content-Length: 8"]) {
    const arrival = arrivalOf(caching, [...OK, line], asked);
    assertEquals(arrival.refreshByHead(stored), false);
  }
});

Deno.test("Arrival.refreshByHead() takes no answer without a validator for a validation", async () => {
  const caching = await emptyCache();
  const stored = arrivalOf(caching, [...OK, 'ETag: "1"']).store(BODY);
  caching.store.invalidate(KEY);
  const asked = { method: "HEAD" };
  assertEquals(arrivalOf(caching, OK, asked).refreshByHead(stored), true);
  assertEquals((await entriesOf(caching))[0]?.isInvalidated, true);
  const same = [...OK, 'ETag: "1"'];
  assertEquals(arrivalOf(caching, same, asked).refreshByHead(stored), true);
  assertEquals((await entriesOf(caching))[0]?.isInvalidated, false);
});
