import { assertEquals } from "@std/assert";
import type { Entry } from "../../src/cache/entry.ts";
import {
  hasValidator,
  isSuperseding,
  selectRefreshed,
  validationCandidates,
  validatorFields,
} from "../../src/cache/validation.ts";
import { entryOf, fieldsOf, RECEIVED_MS } from "./stored_responses.ts";

function linesFor(candidates: readonly Entry[]): string {
  return validatorFields(candidates)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
}

function idsOf(entries: readonly Entry[]): number[] {
  return entries.map(({ id }) => id);
}

Deno.test("hasValidator() is true for an ETag or a Last-Modified", () => {
  assertEquals(hasValidator(entryOf(1, ['ETag: "a"'])), true);
  assertEquals(hasValidator(entryOf(1, ["Last-Modified: then"])), true);
  assertEquals(hasValidator(entryOf(1, ["Date: then"])), false);
  assertEquals(hasValidator(entryOf(1, ["ETag:"])), false);
});

Deno.test("validationCandidates() are the selected one, then variants with an ETag", () => {
  const [a, b, c, d] = [
    entryOf(1, ['ETag: "a"']),
    entryOf(2, ["Last-Modified: then"]),
    entryOf(3, ['ETag: "c"']),
    entryOf(4),
  ];
  const variants = [a, b, c, d];
  assertEquals(idsOf(validationCandidates(c, variants)), [3, 1]);
  assertEquals(idsOf(validationCandidates(b, variants)), [2, 1, 3]);
  assertEquals(idsOf(validationCandidates(d, variants)), [1, 3]);
  assertEquals(idsOf(validationCandidates(undefined, variants)), [1, 3]);
  assertEquals(validationCandidates(d, [d]), []);
});

Deno.test("validationCandidates() asks about a part only where that was selected", () => {
  const range = { start: 0, end: 5, total: 10 };
  const part = entryOf(1, ['ETag: "a"'], { range, status: 206 });
  assertEquals(validationCandidates(undefined, [part]), []);
  assertEquals(validationCandidates(part, [part]), [part]);
});

Deno.test("validationCandidates() are at most 8 with 1 KiB of tags, the selected one whatever its length", () => {
  const many = Array.from(
    { length: 20 },
    (_, i) => entryOf(i, [`ETag: "${i}"`]),
  );
  const last = many.at(-1)!;
  const expected = [19, 0, 1, 2, 3, 4, 5, 6];
  assertEquals(idsOf(validationCandidates(last, many)), expected);
  const wide = Array.from(
    { length: 8 },
    (_, i) => entryOf(i, [`ETag: "${"x".repeat(300)}${i}"`]),
  );
  assertEquals(idsOf(validationCandidates(undefined, wide)), [0, 1, 2]);
  const huge = entryOf(9, [`ETag: "${"x".repeat(5000)}"`]);
  assertEquals(validationCandidates(huge, wide), [huge]);
});

Deno.test('validatorFields(): "MUST send the relevant entity tags" (RFC 9111 §4.3.1)', () => {
  const entries = [
    entryOf(1, ['ETag: "a"', "Last-Modified: then"]),
    entryOf(2, ['ETag: W/"b"']),
    entryOf(3, ['ETag: "a"']),
  ];
  assertEquals(linesFor(entries), 'If-None-Match: "a", W/"b"\r\n');
});

Deno.test('validatorFields(): "SHOULD send the Last-Modified value if a single stored response is being validated"', () => {
  const cases: [lines: string[], expected: string][] = [
    [
      ['ETag: "a"', "Last-Modified: then"],
      'If-None-Match: "a"\r\nIf-Modified-Since: then\r\n',
    ],
    [["Last-Modified: then"], "If-Modified-Since: then\r\n"],
    [["ETag: a"], "If-None-Match: a\r\n"],
  ];
  for (const [lines, expected] of cases) {
    assertEquals(linesFor([entryOf(1, lines)]), expected);
  }
  assertEquals(linesFor([]), "");
});

/** Candidates, the second of which the request selects. */
const CANDIDATES = [
  entryOf(1, ['ETag: "a"', "Last-Modified: then"]),
  entryOf(2, ['ETag: W/"b"', "Last-Modified: then"], {
    responseTimeMs: RECEIVED_MS + 1,
  }),
  entryOf(3, ['ETag: "a"']),
  entryOf(4, ['ETag: "b"']),
];

const SELECTIONS: [name: string, update: string[], ids: number[]][] = [
  [
    '"All the stored responses with one of those same strong validators"',
    ['ETag: "a"'],
    [1, 3],
  ],
  ["a strong tag is no weak one", ['ETag: "b"'], [4]],
  [
    '"If none [...] the cache MUST NOT use the new response"',
    ['ETag: "c"', "Last-Modified: then"],
    [],
  ],
  [
    "a weak tag: the one that the request selects",
    ['ETag: W/"b"'],
    [2],
  ],
  ["a weak tag that none has", ['ETag: W/"c"', "Last-Modified: then"], []],
  ["a date: the one that the request selects", ["Last-Modified: then"], [2]],
  ["a date that none has", ["Last-Modified: now"], []],
  ["no validator: any of them could be meant", [], []],
];

for (const [name, update, ids] of SELECTIONS) {
  Deno.test(`selectRefreshed() (RFC 9111 §4.3.4): ${name}`, () => {
    const selected = selectRefreshed(
      CANDIDATES,
      fieldsOf(...update),
      CANDIDATES[1],
    );
    assertEquals(idsOf(selected), ids);
  });
}

Deno.test("selectRefreshed() is the one that was asked about, whatever the 304 says", () => {
  const only = entryOf(1, ['ETag: "a"']);
  for (const lines of [['ETag: "b"'], ['ETag: W/"a"'], []]) {
    assertEquals(selectRefreshed([only], fieldsOf(...lines), only), [only]);
  }
  assertEquals(selectRefreshed([], fieldsOf('ETag: "b"'), undefined), []);
});

Deno.test("selectRefreshed() takes no variant that another request selects by less than a strong validator (RFC 9110 §8.8.1)", () => {
  const other = entryOf(1, ['ETag: "a"']);
  const weak = entryOf(2, ['ETag: W/"a"']);
  const selects = (entry: Entry, ...lines: string[]) =>
    selectRefreshed([entry], fieldsOf(...lines), undefined).length;
  assertEquals(selects(other, 'ETag: "a"'), 1);
  assertEquals(selects(other, 'ETag: "b"'), 0);
  assertEquals(selects(other), 0);
  assertEquals(selects(weak, 'ETag: "a"'), 0);
  assertEquals(validationCandidates(undefined, [weak, other]), [other]);
});

Deno.test("isSuperseding() is true for a full response that is not stored (RFC 9111 §4.3.3)", () => {
  const is = (status: number, reason: string) => isSuperseding(status, reason);
  for (const reason of ["no-store", "private", "vary", "rule", "too-large"]) {
    assertEquals(is(200, reason), true, reason);
  }
  for (const status of [301, 401, 404, 410]) {
    assertEquals(is(status, "no-freshness"), true, String(status));
  }
});

Deno.test("isSuperseding() is false for what tells of the request, of a part, or of a failure", () => {
  const is = (status: number, reason: string) => isSuperseding(status, reason);
  for (const reason of ["request-no-store", "authorization", "cookie"]) {
    assertEquals(is(200, reason), false, reason);
  }
  assertEquals([is(206, "no-store"), is(304, "rule")], [false, false]);
  assertEquals([is(429, "status"), is(400, "no-freshness")], [false, false]);
  assertEquals([is(500, "no-freshness"), is(503, "no-store")], [false, false]);
});
