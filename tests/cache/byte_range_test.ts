import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  availableRange,
  evaluateRange,
  type RangeOutcome,
  wantedSpan,
} from "../../src/cache/byte_range.ts";
import { stored, storedPart } from "./stored_responses.ts";

/** An outcome as text: `0-1,4-9` with the ends on the wire. */
function textOf(outcome: RangeOutcome): string {
  return typeof outcome === "string"
    ? outcome
    : outcome.map(({ start, end }) => `${start}-${end - 1}`).join();
}

const OF_TEN_BYTES: [name: string, range: string, outcome: string][] = [
  ["first and last position", "bytes=2-4", "2-4"],
  ["one byte", "bytes=0-0", "0-0"],
  ["no last position", "bytes=3-", "3-9"],
  ["a suffix", "bytes=-3", "7-9"],
  [
    'a long suffix: "the entire representation is used" (RFC 9110 §14.1.2)',
    "bytes=-99",
    "0-9",
  ],
  [
    'an end past the end: "the remainder of the representation"',
    "bytes=8-99",
    "8-9",
  ],
  ["an end past all numbers", `bytes=8-${"9".repeat(400)}`, "8-9"],
  ["a start at the end", "bytes=10-", "unsatisfiable"],
  ["a start past all numbers", `bytes=${"9".repeat(400)}-`, "unsatisfiable"],
  ["a suffix of no bytes", "bytes=-0", "unsatisfiable"],
  ["several, none satisfiable", "bytes=10-,20-30", "unsatisfiable"],
  ["several, one satisfiable", "bytes=10-,1-2", "1-2"],
  [
    "several apart, in the order asked for",
    "bytes=8-9, 0-1\t,4-4",
    "8-9,0-1,4-4",
  ],
  ["empty members of a list (RFC 9110 §5.6.1)", "bytes=,0-1,,3-4,", "0-1,3-4"],
  ["overlapping ones are coalesced (§15.3.7.2)", "bytes=0-4,2-6", "0-6"],
  ["touching ones are coalesced", "bytes=0-4,5-6", "0-6"],
  ["ones a byte apart are not", "bytes=0-4,6-7", "0-4,6-7"],
  ["one that closes a gap", "bytes=0-1,8-9,4-4,1-8", "0-9"],
  ["all twice", "bytes=0-,0-", "0-9"],
  ["the unit in upper case", "BYTES=0-1", "0-1"],
  ["sixteen", `bytes=${Array(16).fill("0-0").join()}`, "0-0"],
  ["seventeen are too many", `bytes=${Array(17).fill("0-0").join()}`, "whole"],
  ["RFC 9110 §14.1.1: last before first is invalid", "bytes=5-4", "whole"],
  ["one invalid among valid ones", "bytes=0-1,5-4", "whole"],
  [
    'RFC 9110 §14.2: "MUST ignore [...] a range unit it does not understand"',
    "items=0-1",
    "whole",
  ],
  ["no range", "bytes=", "whole"],
  ["no range in a list", "bytes=,", "whole"],
  ["a hyphen alone", "bytes=-", "whole"],
  ["no unit", "0-1", "whole"],
  ["no number", "bytes=a-b", "whole"],
  ["a sign", "bytes=+1-2", "whole"],
  ["a fraction", "bytes=1.5-2", "whole"],
  ["hexadecimal", "bytes=0x1-2", "whole"],
  ["white space within", "bytes=0 -1", "whole"],
  ["white space before the equals sign", "bytes =0-1", "whole"],
];

for (const [name, range, outcome] of OF_TEN_BYTES) {
  Deno.test(`evaluateRange() of ten bytes: ${name}: ${outcome}`, () => {
    assertEquals(textOf(evaluateRange(range, stored())), outcome);
  });
}

Deno.test("evaluateRange() without a Range is the whole, which a part lacks", () => {
  assertEquals(evaluateRange(undefined, stored()), "whole");
  assertEquals(evaluateRange(undefined, storedPart(0, 5, 10)), "missing");
});

Deno.test('evaluateRange() ignores Range but where the answer without it "would be a 200 (OK) response" (RFC 9110 §14.2)', () => {
  for (const status of [203, 204, 301, 404, 500]) {
    assertEquals(evaluateRange("bytes=0-1", stored([], { status })), "whole");
  }
});

Deno.test("evaluateRange() ignores Range for an empty representation, of which no span can be named", () => {
  const empty = stored([], { bodyLength: 0 });
  for (const range of ["bytes=0-", "bytes=-1", "bytes=0-0"]) {
    assertEquals(evaluateRange(range, empty), "whole");
  }
});

Deno.test("evaluateRange() of a part has what is in the part", () => {
  const cases: [range: string, total: number | undefined, outcome: string][] = [
    ["bytes=4-8", 10, "4-8"],
    ["bytes=5-6", 10, "5-6"],
    ["bytes=4-4,8-8", 10, "4-4,8-8"],
    ["bytes=3-5", 10, "missing"],
    ["bytes=8-9", 10, "missing"],
    ["bytes=5-", 10, "missing"],
    ["bytes=5-", 9, "5-8"],
    ["bytes=-2", 9, "7-8"],
    ["bytes=-2", 10, "missing"],
    ["bytes=5-6,0-0", 10, "missing"],
    ["bytes=10-", 10, "unsatisfiable"],
    ["nonsense", 10, "missing"],
    // Of an unknown length no end can be told.
    ["bytes=5-6", undefined, "5-6"],
    ["bytes=5-", undefined, "missing"],
    ["bytes=-2", undefined, "missing"],
    ["bytes=100-", undefined, "missing"],
    ["bytes=5-99", undefined, "missing"],
  ];
  for (const [range, total, outcome] of cases) {
    const found = textOf(evaluateRange(range, storedPart(4, 9, total)));
    assertEquals(found, outcome, `${range} of ${total}`);
  }
});

Deno.test("wantedSpan() is one span, or the whole without one", () => {
  const cases: [string | undefined, number | undefined, number, number][] = [
    [undefined, 10, 0, 10],
    [undefined, undefined, 0, Infinity],
    ["nonsense", 10, 0, 10],
    ["bytes=3-", undefined, 3, Infinity],
    ["bytes=3-4", undefined, 3, 5],
    ["bytes=-4", 10, 6, 10],
  ];
  for (const [range, total, start, end] of cases) {
    assertEquals(wantedSpan(range, total), { start, end });
  }
  assertEquals(wantedSpan("bytes=-4", undefined), undefined);
  assertEquals(wantedSpan("bytes=0-1,4-5", 10), undefined);
  assertEquals(wantedSpan("bytes=10-", 10), undefined);
});

Deno.test("availableRange() of a whole response is all of it", () => {
  assertEquals(availableRange(stored()), { start: 0, end: 10, total: 10 });
  const part = { start: 4, end: 9, total: undefined };
  assertEquals(availableRange(storedPart(4, 9, undefined)), part);
});

const anyPosition = fc.integer({ min: 0, max: 14 });
const anySpec = fc.oneof(
  fc.tuple(anyPosition, anyPosition).map(([a, b]) =>
    `${Math.min(a, b)}-${Math.max(a, b)}`
  ),
  anyPosition.map((first) => `${first}-`),
  anyPosition.map((length) => `-${length}`),
);
const anySpecs = fc.array(anySpec, { minLength: 1, maxLength: 16 });

/** The bytes that specs ask for, byte by byte. */
function bytesAskedFor(specs: readonly string[], total: number): Set<number> {
  const asked = new Set<number>();
  for (let at = 0; at < total; at++) {
    const isAsked = specs.some((spec) => {
      const [first, last] = spec.split("-");
      if (first === "") return at >= total - Number(last);
      return at >= Number(first) && (last === "" || at <= Number(last));
    });
    if (isAsked) asked.add(at);
  }
  return asked;
}

Deno.test("evaluateRange() gives each byte that is asked for once, and no other", () => {
  fc.assert(
    fc.property(anySpecs, fc.integer({ min: 1, max: 12 }), (specs, total) => {
      const outcome = evaluateRange(
        `bytes=${specs.join()}`,
        stored([], { bodyLength: total }),
      );
      const asked = [...bytesAskedFor(specs, total)];
      if (typeof outcome === "string") {
        assertEquals([outcome, asked], ["unsatisfiable", []]);
        return;
      }
      const given = outcome.flatMap(({ start, end }) =>
        Array.from({ length: end - start }, (_, i) => start + i)
      );
      assertEquals(given.sort((a, b) => a - b), asked);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("evaluateRange() of a part gives what it gives of the whole, or says that it is missing", () => {
  const anyPart = fc.tuple(anyPosition, anyPosition).filter(([a, b]) => a < b);
  fc.assert(
    fc.property(anySpecs, anyPart, (specs, [start, end]) => {
      const range = `bytes=${specs.join()}`;
      const whole = evaluateRange(range, stored([], { bodyLength: 14 }));
      const part = evaluateRange(range, storedPart(start, end, 14));
      const isIn = typeof whole === "string" ||
        whole.every((span) => span.start >= start && span.end <= end);
      assertEquals(part, isIn ? whole : "missing");
    }),
    { numRuns: 1000 },
  );
});

Deno.test("evaluateRange() never throws, and its spans are within the representation", () => {
  const nearlyRange = fc.string({ unit: fc.constantFrom(..."bytes=0129-, ") });
  const anyText = fc.oneof(
    fc.string(),
    nearlyRange,
    nearlyRange.map((text) => "bytes=" + text),
  );
  fc.assert(
    fc.property(anyText, (text) => {
      const outcome = evaluateRange(text, stored());
      if (typeof outcome === "string") return;
      for (const { start, end } of outcome) {
        assert(0 <= start && start < end && end <= 10, text);
      }
    }),
    { numRuns: 1000 },
  );
});
