import { assertEquals, assertThrows } from "@std/assert";
import {
  readCacheQuery,
  readLookQuery,
  readPurge,
} from "../../src/admin/cache_input.ts";
import { BadInput } from "../../src/admin/checked_input.ts";
import { linesOf } from "../cache/stored_responses.ts";

function problemOf(read: () => unknown): string {
  return assertThrows(read, BadInput).message;
}

Deno.test("readCacheQuery() fills in what is not given", () => {
  assertEquals(readCacheQuery({}), {
    pattern: undefined,
    sort: "url",
    limit: 100,
  });
  const place = '[0,"http://a.test/",1]';
  assertEquals(
    readCacheQuery({
      q: ["x*"],
      host: ["A.test"],
      tag: ["t"],
      sort: ["size"],
      limit: ["10000"],
      after: [place],
    }),
    {
      pattern: "x*",
      host: "a.test",
      tag: "t",
      sort: "size",
      limit: 10_000,
      after: place,
    },
  );
});

Deno.test("readCacheQuery() says what is wrong", () => {
  const cases = [
    ["limit", "0", "a whole number from 1 to 10000"],
    ["limit", "10001", "a whole number from 1 to 10000"],
    ["limit", "1.5", "a whole number from 1 to 10000"],
    ["sort", "hits", "url, size or age"],
    ["host", "a b", 'a host such as "example.com" or "example.com:8080"'],
    ["after", "x", "the next of another page"],
    ["q", "", "a text that is not empty"],
  ] as const;
  for (const [name, value, wanted] of cases) {
    assertEquals(
      problemOf(() => readCacheQuery({ [name]: [value] })),
      `${name}: got ${JSON.stringify(value)}, wants ${wanted}`,
    );
  }
  assertEquals(
    problemOf(() => readCacheQuery({ q: ["a", "b"] })),
    "q: got it twice, wants it once",
  );
  assertEquals(
    problemOf(() => readCacheQuery({ x: ["a"] })),
    "x: is not known, wants one of q, host, tag, sort, limit, after",
  );
});

Deno.test("readLookQuery() makes a canonical URL, and fields of those that are marked", () => {
  const headers = new Headers([
    ["Accept", "of/this"],
    ["Sluice-Request-Accept", "a/b"],
    ["Sluice-Request-Accept", "c/d"],
    ["Sluice-Request-X-Empty", ""],
    ["Sluice-Request-", "x"],
  ]);
  const { url, fields } = readLookQuery({ url: ["http://A.test"] }, headers);
  assertEquals(url, "http://a.test/");
  assertEquals(linesOf(fields), ["accept: a/b, c/d", "x-empty: "]);
});

Deno.test("readLookQuery() says what is wrong", () => {
  const cases = [
    [{}, "url: got nothing, wants a value"],
    [
      { url: ["a"] },
      'url: got "a", wants an http or https URL such as "http://example.com/"',
    ],
    [
      { url: ["http://a.test/"], x: ["y"] },
      "x: is not known, wants one of url",
    ],
  ] as const;
  for (const [parameters, problem] of cases) {
    assertEquals(
      problemOf(() => readLookQuery(parameters, new Headers())),
      problem,
    );
  }
});

Deno.test("readPurge() takes one selector, in the cache's spelling", () => {
  const cases = [
    [{ url: "http://A.test" }, { url: "http://a.test/" }],
    [{ prefix: "http://A.test" }, { prefix: "http://a.test" }],
    [{ host: "A.test" }, { host: "a.test" }],
    [{ tag: "News" }, { tag: "News" }],
    [{ all: true }, "all"],
  ] as const;
  for (const [body, selector] of cases) {
    assertEquals(readPurge(JSON.stringify(body)), { selector, mode: "hard" });
    assertEquals(
      readPurge(JSON.stringify({ ...body, mode: "soft" })),
      { selector, mode: "soft" },
    );
  }
});

Deno.test("readPurge() says what is wrong, and never takes less for all", () => {
  const one = "exactly one of url, prefix, host, tag and all";
  const cases = [
    ["", "the body: wants JSON"],
    ["{", "the body: wants JSON"],
    ["null", "wants an object with url, prefix, host, tag, all, mode"],
    ["[]", `wants ${one}`],
    ["{}", `wants ${one}`],
    ['{"all":true,"tag":"x"}', `wants ${one}`],
    ['{"all":false}', "all: got false, wants true"],
    ['{"tag":""}', 'tag: got "", wants a text that is not empty'],
    ['{"tag":1}', "tag: got 1, wants a text"],
    ['{"tag":"x","mode":"x"}', 'mode: got "x", wants hard or soft'],
    [
      '{"urls":"x"}',
      "urls: is not known, wants one of url, prefix, host, tag, all, mode",
    ],
    [
      '{"url":"a.test"}',
      'url: got "a.test", wants an http or https URL such as "http://example.com/"',
    ],
  ] as const;
  for (const [body, problem] of cases) {
    assertEquals(problemOf(() => readPurge(body)), problem, body);
  }
});
