import { assertEquals } from "@std/assert";
import {
  exchangedOf,
  isOutdated,
  storedNow,
  supersede,
  timedResponse,
  variantsLike,
} from "../../src/proxy/came.ts";
import {
  arrivalOf,
  cameOf,
  emptyCache,
  entriesOf,
  KEY,
  NOW_MS,
} from "./cache_of.ts";
import { responseOf } from "./wire_values.ts";

const BODY = new TextEncoder().encode("content");
const VARYING = [
  "HTTP/1.1 200 OK",
  "Cache-Control: max-age=60",
  "Vary: X-Kind",
];

Deno.test("timedResponse() and exchangedOf() have when it came, how old, and by whose grant", async () => {
  const caching = await emptyCache();
  const head = responseOf("HTTP/1.1 200 OK", "Age: 3");
  const came = cameOf(caching, {
    hints: [{ action: "cache", ttlSeconds: 5, tags: ["t"] }],
  });
  const timed = timedResponse(head, came);
  assertEquals(
    [timed.requestTimeMs, timed.responseTimeMs, timed.receivedAgeSeconds],
    [NOW_MS - 2000, NOW_MS, 3],
  );
  assertEquals(timed.grant.ttlSeconds, 5);
  const { status: _, fields: __, ...times } = timed;
  assertEquals(exchangedOf(came, timed), {
    ...times,
    tags: ["t"],
    requestFields: came.asked.request.fields,
  });
});

Deno.test("isOutdated() is true once what was asked for is invalidated", async () => {
  const caching = await emptyCache();
  const came = cameOf(caching);
  caching.store.invalidate("http://other.test/");
  assertEquals(isOutdated(came), false);
  caching.store.invalidate(KEY);
  assertEquals([isOutdated(came), isOutdated(cameOf(caching))], [true, false]);
});

Deno.test("variantsLike() are those that the same request selects", async () => {
  const caching = await emptyCache();
  const store = (kind: string) =>
    arrivalOf(caching, VARYING, { lines: [`X-Kind: ${kind}`] }).store(BODY);
  const [a, b] = [store("a"), store("b")];
  const came = cameOf(caching);
  assertEquals(storedNow(came), [b, a]);
  assertEquals(variantsLike(a.response, came), [a]);
});

Deno.test("supersede() has validated what the request selects alone", async () => {
  const caching = await emptyCache();
  const store = (kind: string) =>
    arrivalOf(caching, VARYING, { lines: [`X-Kind: ${kind}`] }).store(BODY);
  const selected = store("a");
  store("b");
  supersede(cameOf(caching, { selected }));
  assertEquals(
    (await entriesOf(caching)).map(({ isInvalidated }) => isInvalidated),
    [false, true],
  );
  supersede(cameOf(caching));
});
