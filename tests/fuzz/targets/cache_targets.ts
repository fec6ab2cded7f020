/**
 * What fields say to caches: dates, directives, tags, ranges. Nothing throws; what is
 * written by the grammar is read as it was meant, and ranges are the bytes that they name.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseCacheControl } from "../../../src/cache/cache_control.ts";
import { parseCdnCacheControl } from "../../../src/cache/cdn_cache_control.ts";
import { evaluateRange, wantedSpan } from "../../../src/cache/byte_range.ts";
import {
  contentRange,
  parseContentRange,
} from "../../../src/cache/content_range.ts";
import { entityTags } from "../../../src/cache/entity_tag.ts";
import { Entry } from "../../../src/cache/entry.ts";
import { parseHttpDate } from "../../../src/cache/http_date.ts";
import {
  answersNotModified,
  isRangeWanted,
} from "../../../src/cache/precondition.ts";
import { parseDictionary } from "../../../src/cache/structured_dictionary.ts";
import { varyNames } from "../../../src/cache/variants.ts";
import { Fields } from "../../../src/http1/fields.ts";
import { stored } from "../../cache/stored_responses.ts";
import { propertyTarget, type Target, textTarget } from "../target.ts";

const NOW_MS = Date.UTC(2026, 1, 2);

const DIRECTIVES = [
  "max-age=60",
  'private="a, b", no-cache="Set-Cookie"',
  "public, max-age=31536000, immutable",
  's-maxage="10", max-age=60',
  "max-age=-1, max-age=99999999999999999999",
  'a=1;b=2, c=(1 2;x);y, d=:YQ==:, e=?0, f=@1, g=%"a%c3%bc", h=-1.5',
];
const TOKENS = [
  ...', ; = " \\ ( ) : ? * % @ - . / 0 9 1e3 "" \\" ;a =1 =? =( =: ?1 W/ W/"a" bytes= - , , Mon Feb GMT'
    .split(" "),
  " ",
  "\t",
  "\xff",
  "max-age=",
  "no-cache",
  "private",
  "01",
  "2026",
  "99999999999999999999",
];

/** The targets. */
export function cacheTargets(): Target[] {
  return [
    textTarget({
      name: "cache fields",
      seeds: [
        ...DIRECTIVES,
        '"a", W/"b", "c,d"',
        "bytes=0-1,5-,-3",
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "accept, Accept-Encoding ,*",
      ],
      tokens: TOKENS,
      check: checkFields,
      // Read as each of a dozen fields.
      microsPerCharacter: 15,
    }),
    propertyTarget("dates", dateProperty()),
    propertyTarget("ranges", rangeProperty()),
    propertyTarget("content ranges", contentRangeProperty()),
    propertyTarget("entity tags", entityTagsProperty()),
    propertyTarget("dictionaries", dictionaryProperty()),
  ];
}

function fieldsOf(name: string, value: string): Fields {
  const fields = new Fields();
  fields.append(name, value);
  return fields;
}

function checkFields(input: string): void {
  checkControl(input);
  const date = parseHttpDate(input, NOW_MS);
  if (date !== undefined) {
    const text = new Date(date).toUTCString();
    assertEquals(parseHttpDate(text, NOW_MS), date, text);
  }
  const tags = entityTags(input);
  assert(tags.every((tag) => tag !== "" && tag.trim() === tag.trim()));
  parseDictionary(input);
  parseContentRange(input);
  wantedSpan(input, 10);
  varyNames(fieldsOf("Vary", input));
  for (const name of ["Date", "Age", "Expires", "Last-Modified", "ETag"]) {
    const response = stored([], { fields: fieldsOf(name, input) });
    const { freshness } = new Entry(1, response, undefined);
    assert(!Object.values(freshness).some(Number.isNaN), `NaN by ${name}`);
    for (const field of ["If-None-Match", "If-Modified-Since", "If-Range"]) {
      const request = fieldsOf(field, input);
      answersNotModified(request, response);
      request.append("Range", "bytes=0-1");
      isRangeWanted(request, response);
    }
  }
}

function checkControl(input: string): void {
  for (const value of [input, `no-store, ${input}`]) {
    const control = parseCacheControl(fieldsOf("Cache-Control", value));
    parseCdnCacheControl(fieldsOf("CDN-Cache-Control", value));
    const seconds = Object.entries(control)
      .filter(([name]) => name.endsWith("Seconds"));
    for (const [name, one] of seconds) {
      const isSane = one === undefined || one >= 0 && !Number.isNaN(one);
      assert(isSane, `${name} is ${one}`);
    }
    if (value !== input) assert(control.noStore, "no-store is lost");
  }
}

function dateProperty() {
  const from = Date.UTC(1900, 0, 1);
  const seconds = fc.integer({ min: 0, max: (NOW_MS - from) / 1000 + 1e9 });
  return fc.property(seconds, (second) => {
    const ms = from + second * 1000;
    const date = new Date(ms);
    assertEquals(parseHttpDate(date.toUTCString(), NOW_MS), ms);
    const [, day, month, year, time] = date.toUTCString().split(" ");
    const asctime = `Sun ${month} ${Number(day)} ${time} ${year}`
      .replace(/ (\d) /, "  $1 ");
    assertEquals(parseHttpDate(asctime, NOW_MS), ms, asctime);
  });
}

const anyPosition = fc.oneof(fc.nat(30), fc.constantFrom(1e9, 2 ** 60));
const anySpec = fc.oneof(
  fc.tuple(anyPosition, fc.option(anyPosition, { nil: undefined })),
  fc.tuple(fc.constant(undefined), anyPosition),
);

/** A range set is the set of bytes that its members name, each looked at alone. */
function rangeProperty() {
  const specs = fc.array(anySpec, { minLength: 1, maxLength: 8 });
  return fc.property(specs, fc.integer({ min: 1, max: 20 }), (some, total) => {
    const text = some.map(([first, last]) => `${first ?? ""}-${last ?? ""}`);
    const outcome = evaluateRange(
      `bytes=${text.join(", ")}`,
      stored([], { bodyLength: total }),
    );
    const isValid = some.every(([first, last]) =>
      first === undefined || last === undefined || last >= first
    );
    const named = Array.from({ length: total }, (_, at) => at)
      .filter((at) => some.some((spec) => isNamed(at, spec, total)));
    if (!isValid) assertEquals(outcome, "whole");
    else if (named.length === 0) assertEquals(outcome, "unsatisfiable");
    else {
      assert(typeof outcome !== "string", `${outcome}`);
      const given = outcome.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i)
      );
      assertEquals(given.sort((a, b) => a - b), named);
    }
  });
}

function isNamed(
  at: number,
  [first, last]: readonly [number | undefined, number | undefined],
  total: number,
): boolean {
  if (first === undefined) return at >= total - (last ?? 0);
  return at >= first && at <= (last ?? Infinity);
}

function contentRangeProperty() {
  const total = fc.option(fc.nat(1000), { nil: undefined });
  return fc.property(fc.nat(100), fc.nat(100), total, (start, length, rest) => {
    const end = start + length + 1;
    const all = rest === undefined ? undefined : end + rest;
    assertEquals(parseContentRange(contentRange({ start, end }, all)), {
      start,
      end,
      total: all,
    });
  });
}

function entityTagsProperty() {
  const opaque = fc.string({
    unit: fc.constantFrom(..."a,; \\'\xff"),
    maxLength: 6,
  });
  const tag = fc.tuple(fc.constantFrom("", "W/"), opaque)
    .map(([weak, text]) => `${weak}"${text}"`);
  const blanks = fc.constantFrom(",", ", ", "\t,", " ,, ");
  return fc.property(fc.array(tag), blanks, (tags, between) => {
    assertEquals(entityTags(tags.join(between)), tags);
  });
}

function dictionaryProperty() {
  const key = fc.stringMatching(/^[a-z*][a-z0-9_.*-]{0,5}$/);
  const text = fc.string({
    unit: fc.constantFrom(...'a ",;=\\()'),
    maxLength: 6,
  });
  const item = fc.oneof(
    fc.integer({ min: -999, max: 999 }).map((value) => ({
      written: String(value),
      read: { type: "number", text: String(value) },
    })),
    text.map((value) => ({
      written: `"${value.replace(/["\\]/g, "\\$&")}"`,
      read: { type: "string", text: value },
    })),
    fc.boolean().map((value) => ({
      written: value ? "?1" : "?0",
      read: { type: "boolean", text: value ? "?1" : "?0" },
    })),
  );
  const parameter = fc.constantFrom("", ";a", "; b=1", ';c="x, y"');
  const members = fc.array(fc.tuple(key, item, parameter), { maxLength: 6 });
  return fc.property(members, (some) => {
    const written = some.map(([name, { written }, parameters]) =>
      `${name}=${written}${parameters}`
    ).join(" , ");
    const wanted = new Map(some.map(([name, { read }]) => [name, read]));
    assertEquals(
      Object.fromEntries(parseDictionary(written) ?? []),
      Object.fromEntries(wanted),
      written,
    );
  });
}
