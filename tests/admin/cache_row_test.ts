import { assertEquals } from "@std/assert";
import * as v from "valibot";
import {
  cacheRow,
  CacheRowSchema,
  shownValue,
  wholeSeconds,
} from "../../src/admin/cache_row.ts";
import { entryOf, RECEIVED_MS } from "../cache/stored_responses.ts";

const LATER_MS = RECEIVED_MS + 20_500;

Deno.test("cacheRow() tells what a list shows, as its schema has it", () => {
  const entry = entryOf(
    7,
    ["Cache-Control: max-age=60", "Content-Type: text/css"],
    {
      url: "http://a.test/x",
      key: "key x",
      selecting: [
        { name: "accept", value: "a/b" },
        { name: "cookie", value: "secret" },
        { name: "dnt", value: undefined },
      ],
      tags: ["news"],
      requestTimeMs: RECEIVED_MS,
    },
  );
  const row = cacheRow(entry, ["memory", "kv"], LATER_MS);
  assertEquals(row, {
    url: "http://a.test/x",
    key: "key x",
    id: 7,
    status: 200,
    contentType: "text/css",
    bytes: 10,
    storedAt: "1994-11-06T08:49:37.000Z",
    ageSeconds: 20,
    freshForSeconds: 40,
    state: "fresh",
    variesBy: [
      { name: "accept", value: "a/b" },
      { name: "cookie", value: "***" },
      { name: "dnt", value: null },
    ],
    tags: ["news"],
    tiers: ["memory", "kv"],
  });
  assertEquals(v.parse(CacheRowSchema, JSON.parse(JSON.stringify(row))), row);
});

Deno.test("cacheRow() tells the states of a response apart", () => {
  const stateOf = (line: string, isInvalidated = false) => {
    const entry = entryOf(1, [`Cache-Control: ${line}`]);
    entry.isInvalidated = isInvalidated;
    return cacheRow(entry, [], LATER_MS).state;
  };
  assertEquals(stateOf("max-age=21"), "fresh");
  assertEquals(stateOf("max-age=20"), "stale");
  assertEquals(stateOf("max-age=60, no-cache"), "no-cache");
  assertEquals(stateOf("max-age=60", true), "invalidated");
});

Deno.test("cacheRow() has no number for an age that can't be read", () => {
  const entry = entryOf(1, ["Cache-Control: max-age=60"], {
    receivedAgeSeconds: Infinity,
  });
  const { ageSeconds, freshForSeconds, state } = cacheRow(entry, [], LATER_MS);
  assertEquals([ageSeconds, freshForSeconds, state], [null, null, "stale"]);
});

Deno.test("shownValue() masks what is between a client and an origin", () => {
  const secret = [
    "Set-Cookie",
    "cookie",
    "Authorization",
    "authentication-info",
    "X-Api-Key",
    "x-apikey",
    "X-Auth-Token",
    "x-session-id",
    "x-amz-signature",
  ];
  for (const name of secret) assertEquals(shownValue(name, "x"), "***", name);
  for (const name of ["ETag", "keep-alive", "x-keyboard", "accept"]) {
    assertEquals(shownValue(name, "x"), "x", name);
  }
});

Deno.test("wholeSeconds() cuts down", () => {
  assertEquals([1_999, -1, Infinity, NaN].map(wholeSeconds), [
    1,
    -1,
    null,
    null,
  ]);
});
