import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  contentRange,
  parseContentRange,
  unsatisfiedRange,
} from "../../src/cache/content_range.ts";

Deno.test("parseContentRange() takes spans of bytes", () => {
  const cases: [value: string, start: number, end: number, total?: number][] = [
    ["bytes 0-0/1", 0, 1, 1],
    ["bytes 42-1233/1234", 42, 1234, 1234],
    ["bytes 42-1233/*", 42, 1234],
    ["BYTES 0-4/10", 0, 5, 10],
  ];
  for (const [value, start, end, total] of cases) {
    assertEquals(parseContentRange(value), { start, end, total });
  }
});

Deno.test('parseContentRange() refuses what RFC 9110 §14.4 says "is invalid", and other units', () => {
  const wrong = [
    "bytes 5-4/10",
    "bytes 0-9/9",
    "bytes 0-10/10",
    "bytes */10",
    "bytes 0-4",
    "bytes=0-4/10",
    "bytes -4/10",
    "bytes 0-/10",
    "items 0-4/10",
    "bytes 0-4/10, bytes 5-9/10",
    "bytes 0-9999999999999999/*",
    "bytes 0 - 4/10",
    "",
  ];
  for (const value of wrong) {
    assertEquals(parseContentRange(value), undefined, value);
  }
});

Deno.test("contentRange() is what parseContentRange() takes", () => {
  const anyRange = fc.record({
    start: fc.nat(),
    length: fc.integer({ min: 1 }),
    rest: fc.option(fc.nat(), { nil: undefined }),
  });
  fc.assert(fc.property(anyRange, ({ start, length, rest }) => {
    const end = start + length;
    const total = rest === undefined ? undefined : end + rest;
    const value = contentRange({ start, end }, total);
    assertEquals(parseContentRange(value), { start, end, total });
  }));
});

Deno.test("unsatisfiedRange() is the form of a 416 (RFC 9110 §15.5.17)", () => {
  assertEquals(unsatisfiedRange(47022), "bytes */47022");
});
