import { assertEquals, assertStrictEquals } from "@std/assert";
import { UNKEPT_ID } from "../../src/cache/entry.ts";
import type { Cache } from "../../src/policy/rule.ts";
import { linesOf } from "../cache/stored_responses.ts";
import { arrivalOf, emptyCache, entriesOf, KEY, NOW_MS } from "./cache_of.ts";

const BODY = new TextEncoder().encode("content");
const OK = ["HTTP/1.1 200 OK", "Cache-Control: max-age=60"];

Deno.test("Arrival says why a response is not stored", async () => {
  const caching = await emptyCache();
  const reason = (...lines: string[]) =>
    arrivalOf(caching, ["HTTP/1.1 200 OK", ...lines]).reason;
  assertEquals(reason("Cache-Control: max-age=60"), undefined);
  assertEquals(reason("Cache-Control: private"), "private");
  assertEquals(reason(), "no-freshness");
  const bypass: Cache[] = [{ action: "cache", bypass: true }];
  assertEquals(arrivalOf(caching, OK, { hints: bypass }).reason, "rule");
});

Deno.test("Arrival.store() keeps the response as it may be sent again", async () => {
  const caching = await emptyCache();
  const lines = [...OK, "Connection: X-Hop", "X-Hop: 1", "Age: 3", "X-A: 1"];
  const hints: Cache[] = [{ action: "cache", tags: ["t"] }];
  const entry = arrivalOf(caching, lines, { hints }).store(BODY);
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

Deno.test("Arrival.store() keeps nothing that was asked for before it was invalidated", async () => {
  const caching = await emptyCache();
  const arrival = arrivalOf(caching, OK);
  const other = arrivalOf(caching, OK, { key: "http://b.test/" });
  caching.store.invalidate(KEY);
  const entry = arrival.store(BODY);
  assertEquals([entry.id, await entriesOf(caching)], [UNKEPT_ID, []]);
  assertStrictEquals(entry.body, BODY);
  assertStrictEquals(arrivalOf(caching, OK).store(BODY).body, BODY);
  assertEquals((await entriesOf(caching)).length, 1);
  other.store(BODY);
  assertEquals((await caching.store.get("http://b.test/")).length, 1);
  const late = arrivalOf(caching, OK);
  await caching.store.purge({ url: "http://c.test/" }, "soft");
  assertEquals(late.store(BODY).id, UNKEPT_ID);
});

Deno.test("Arrival.keep() gives who asked what it completes, also where that is not stored", async () => {
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
  caching.store.invalidate(KEY);
  const { id, response, body } = arrival.store(BODY);
  assertEquals([id, response.status, body?.length], [UNKEPT_ID, 200, 14]);
  assertEquals(await entriesOf(caching), [completing]);
});

Deno.test("Arrival.store() leaves what was made later in its place", async () => {
  const caching = await emptyCache();
  const at = (second: number) => [
    ...OK,
    `Date: Sun, 06 Nov 1994 08:49:3${second} GMT`,
  ];
  const newer = arrivalOf(caching, at(7)).store(BODY);
  assertEquals(arrivalOf(caching, at(6)).store(BODY).id, UNKEPT_ID);
  assertEquals(await entriesOf(caching), [newer]);
});

Deno.test("Arrival.giveUp() has what is stored for the request validated, but for a part", async () => {
  const caching = await emptyCache();
  const selected = arrivalOf(caching, OK).store(BODY);
  const part = ["HTTP/1.1 206 Partial Content", OK[1]!];
  arrivalOf(caching, part, { selected }).giveUp();
  assertEquals(selected.isInvalidated, false);
  arrivalOf(caching, OK, { selected }).giveUp();
  assertEquals((await entriesOf(caching))[0]?.isInvalidated, true);
});
