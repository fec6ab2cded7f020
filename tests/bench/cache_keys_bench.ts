/**
 * What the cache's pure decisions cost a request: its key, the ranges that it asks for, its
 * conditions. Run by `deno bench -A`. One iteration is one request.
 */

import { evaluateRange } from "../../src/cache/byte_range.ts";
import { cacheKey } from "../../src/cache/cache_key.ts";
import { hitStatus } from "../../src/cache/cache_status.ts";
import {
  answersNotModified,
  needsOrigin,
} from "../../src/cache/precondition.ts";
import { type AbsoluteTarget, parseTarget } from "../../src/http1/target.ts";
import { fieldsOf, stored } from "../cache/stored_responses.ts";

/** Targets that differ, as they do in life. */
const TARGETS = Array.from({ length: 256 }, (_, i) => targetOf(i));

function targetOf(i: number): AbsoluteTarget {
  const url =
    `http://www.example.com/app/${i}.js?v=12&utm_source=x&utm_id=${i}`;
  const target = parseTarget("GET", url);
  if (target.form !== "absolute") throw new Error(`${url} is not absolute`);
  return target;
}

const RESPONSE = stored([
  "Content-Type: text/html",
  "Last-Modified: Sun, 06 Nov 1994 07:49:37 GMT",
  'ETag: "5d8c72a5edda8"',
]);
const PLAIN = fieldsOf("Host: www.example.com", "Accept: */*");
const CONDITIONAL = fieldsOf(
  "Host: www.example.com",
  'If-None-Match: "1", "5d8c72a5edda8"',
);
const IGNORING = {
  ignoreQuery: (name: string) => name.startsWith("utm_"),
};

/** Where results end, so that none is optimized away. */
const sink = { characters: 0, spans: 0, hits: 0 };
const turn = { i: 0 };

function nextTarget(): AbsoluteTarget {
  return TARGETS[turn.i++ & 255]!;
}

Deno.bench("cacheKey() of a URL", { group: "key", baseline: true }, () => {
  // Used as a key is used, so that the text is made flat and hashed.
  sink.characters += SEEN.has(cacheKey(nextTarget())) ? 1 : 0;
});

Deno.bench("cacheKey() without some parameters", { group: "key" }, () => {
  sink.characters += SEEN.has(cacheKey(nextTarget(), IGNORING)) ? 1 : 0;
});

const SEEN = new Set(TARGETS.map((target) => cacheKey(target)));

Deno.bench("evaluateRange() without a Range", { group: "range" }, () => {
  sink.spans += evaluateRange(undefined, RESPONSE).length;
});

Deno.bench("evaluateRange() of one range", { group: "range" }, () => {
  sink.spans += evaluateRange("bytes=2-7", RESPONSE).length;
});

Deno.bench("evaluateRange() of five ranges", { group: "range" }, () => {
  const range = "bytes=0-0, 2-3, 5-5, 7-7, -1";
  sink.spans += evaluateRange(range, RESPONSE).length;
});

Deno.bench("conditions, where there are none", { group: "condition" }, () => {
  if (needsOrigin(PLAIN) || answersNotModified(PLAIN, RESPONSE)) sink.hits++;
});

Deno.bench("If-None-Match of two tags", { group: "condition" }, () => {
  if (answersNotModified(CONDITIONAL, RESPONSE)) sink.hits++;
});

Deno.bench("hitStatus()", () => {
  sink.characters += hitStatus(turn.i++ & 4095).length;
});
