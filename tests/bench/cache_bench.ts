/**
 * What the cache's decisions cost a message: parsing directives, choosing and judging a stored
 * response for a request, judging and keeping a response that came. Run by `deno bench -A`.
 */

import { parseCacheControl } from "../../src/cache/cache_control.ts";
import {
  type CacheRequest,
  cacheRequest,
} from "../../src/cache/cache_request.ts";
import { Entry, type StoredResponse } from "../../src/cache/entry.ts";
import { parseHttpDate } from "../../src/cache/http_date.ts";
import { judgeReuse } from "../../src/cache/reuse.ts";
import { judgeStoring } from "../../src/cache/storable.ts";
import { storedFields } from "../../src/cache/stored_fields.ts";
import {
  selectingFields,
  selectVariant,
  varyNames,
} from "../../src/cache/variants.ts";
import type { Fields } from "../../src/http1/fields.ts";
import { parseRequestHead, parseResponseHead } from "../../src/http1/head.ts";

const NOW_MS = Date.UTC(2026, 0, 31, 10);
const VIA = "1.1 sluice-bench";

const REQUESTS = {
  plain: ["Host: a.test", "Accept: */*", "Accept-Encoding: gzip, deflate, br"],
  reload: [
    "Host: a.test",
    "Accept-Encoding: gzip, deflate, br",
    "Cache-Control: max-age=0",
  ],
  "conditional": [
    "Host: a.test",
    "Accept-Encoding: br, gzip;q=0.9",
    'If-None-Match: "5f3c"',
  ],
};

const ANSWER = [
  "Date: Sat, 31 Jan 2026 10:00:00 GMT",
  "Content-Type: text/html; charset=utf-8",
  "Content-Length: 1000",
  "Connection: keep-alive",
  "Server: nginx",
  "Last-Modified: Fri, 30 Jan 2026 10:00:00 GMT",
  'ETag: "5f3c"',
  "Cache-Control: public, max-age=600",
  "Vary: Accept-Encoding",
];

const CONTROLS = [
  "max-age=0",
  "max-age=600",
  "public, max-age=600",
  'private="set-cookie", max-age=600, stale-while-revalidate=30',
];

for (const control of CONTROLS) {
  const fields = answerFields([`Cache-Control: ${control}`]);
  Deno.bench(`parseCacheControl(): ${control}`, { group: "parse" }, () => {
    parseCacheControl(fields);
  });
}

Deno.bench("parseHttpDate()", { group: "parse" }, () => {
  parseHttpDate("Sat, 31 Jan 2026 10:00:00 GMT", NOW_MS);
});

for (const [name, lines] of Object.entries(REQUESTS)) benchReuse(name, lines);
benchStoring();

/** From a request's fields to the decision, with one variant in the store. */
function benchReuse(name: string, lines: readonly string[]): void {
  const fields = requestFields(lines);
  const entries = [
    new Entry(1, stored(requestFields(REQUESTS.plain)), undefined),
  ];
  Deno.bench(`cacheRequest(): ${name}`, { group: "request" }, () => {
    cacheRequest("GET", fields);
  });
  Deno.bench(`selectVariant(): ${name}`, { group: "select" }, () => {
    selectVariant(entries, fields);
  });
  const request = cacheRequest("GET", fields);
  Deno.bench(`judgeReuse(): ${name}`, { group: "reuse" }, () => {
    judgeReuse(entries[0]!, request, NOW_MS + 5000);
  });
}

/** What a miss costs: to judge its answer, to keep its fields, to make its entry. */
function benchStoring(): void {
  const request: CacheRequest = cacheRequest(
    "GET",
    requestFields(REQUESTS.plain),
  );
  const response = stored(request.fields);
  Deno.bench("judgeStoring()", { group: "store" }, () => {
    judgeStoring(request, response);
  });
  Deno.bench("storedFields()", { group: "store" }, () => {
    storedFields(response, VIA);
  });
  Deno.bench("new Entry()", { group: "store" }, () => {
    new Entry(1, response, undefined);
  });
}

function stored(request: Fields): StoredResponse {
  const fields = answerFields(ANSWER);
  return {
    key: "http://a.test/",
    url: "http://a.test/",
    status: 200,
    reasonPhrase: "OK",
    fields,
    selecting: selectingFields(varyNames(fields) ?? [], request),
    requestTimeMs: NOW_MS,
    responseTimeMs: NOW_MS,
    receivedAgeSeconds: 0,
    grant: {},
    tags: [],
    range: undefined,
    bodyLength: 1000,
  };
}

function requestFields(lines: readonly string[]): Fields {
  return parseRequestHead(head("GET / HTTP/1.1", lines)).fields;
}

function answerFields(lines: readonly string[]): Fields {
  return parseResponseHead(head("HTTP/1.1 200 OK", lines)).fields;
}

function head(startLine: string, lines: readonly string[]): string {
  return [startLine, ...lines, "", ""].join("\r\n");
}
