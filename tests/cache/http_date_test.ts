import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseHttpDate } from "../../src/cache/http_date.ts";

const NOW_MS = Date.UTC(2026, 5, 15);

Deno.test("parseHttpDate() reads the three formats of RFC 9110 §5.6.7", () => {
  const moment = Date.UTC(1994, 10, 6, 8, 49, 37);
  for (
    const text of [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
    ]
  ) assertEquals(parseHttpDate(text, NOW_MS), moment, text);
});

Deno.test("parseHttpDate() reads what common servers make of them", () => {
  const moment = Date.UTC(2050, 7, 18, 2, 1, 18);
  for (
    const text of [
      "THU, 18 Aug 2050 02:01:18 GMT",
      "Thu, 18 AUG 2050 02:01:18 gMT",
      "Thu, 18 Aug 2050 02:01:18 UTC",
      "Thu 18 Aug 2050 02:01:18 GMT",
      "Thu, 18-Aug-2050 02:01:18 GMT",
      "Thu, 18 Aug 2050 2:01:18 GMT",
      "Thu, 18 Aug 50 02:01:18 GMT",
      "18 Aug 2050 02:01:18 GMT",
      "Mon, 18 Aug 2050 02:01:18 GMT",
      "Thu Aug 18 02:01:18 2050",
    ]
  ) assertEquals(parseHttpDate(text, NOW_MS), moment, text);
});

Deno.test("parseHttpDate() refuses what names no moment", () => {
  for (
    const text of [
      "",
      "0",
      "-1",
      "now",
      "1994-11-06T08:49:37Z",
      "784111777",
      "Thu, 18 Aug 2050 02:01:18",
      "Thu, 18 Aug 2050 02:01:18 AEST",
      "Thu, 18 Aug 2050 02:01:18 +0100",
      "Thu, 18 Aug 2050 02.01.18 GMT",
      "Thu, 18  Aug  2050 02:01:18 GMT",
      "Thu, 32 Aug 2050 02:01:18 GMT",
      "Thu, 00 Aug 2050 02:01:18 GMT",
      "Wed, 29 Feb 2023 02:01:18 GMT",
      "Thu, 18 Foo 2050 02:01:18 GMT",
      "Thu, 18 Aug 2050 24:01:18 GMT",
      "Thu, 18 Aug 2050 02:60:18 GMT",
      "Thu, 18 Aug 2050 02:01:61 GMT",
      "Mon, 01 Jan 0001 00:00:00 GMT",
      "Thu, 18 Aug 2050 02:01:18 GMT, Thu, 18 Aug 2050 02:01:18 GMT",
    ]
  ) assertEquals(parseHttpDate(text, NOW_MS), undefined, text);
});

Deno.test("parseHttpDate() knows leap years and leap seconds", () => {
  assertEquals(
    parseHttpDate("Thu, 29 Feb 2024 00:00:00 GMT", NOW_MS),
    Date.UTC(2024, 1, 29),
  );
  assertEquals(
    parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", NOW_MS),
    Date.UTC(2017, 0, 1),
  );
});

Deno.test("parseHttpDate() takes a year of two digits for a past one when it is more than 50 years ahead", () => {
  const cases: [date: string, year: number][] = [
    ["Monday, 15-Jun-76 00:00:00 GMT", 2076],
    ["Monday, 15-Jun-76 00:00:01 GMT", 1976],
    ["Monday, 15-Jun-75 00:00:00 GMT", 2075],
    ["Monday, 15-Jun-99 00:00:00 GMT", 1999],
    ["Monday, 15-Jun-00 00:00:00 GMT", 2000],
  ];
  for (const [date, year] of cases) {
    const found = new Date(parseHttpDate(date, NOW_MS) ?? NaN);
    assertEquals(found.getUTCFullYear(), year, date);
  }
});

Deno.test("parseHttpDate() gives back every moment as the runtime writes it", () => {
  const anySecond = fc.integer({
    min: Date.UTC(1900, 0, 1) / 1000,
    max: Date.UTC(9999, 11, 31) / 1000,
  });
  fc.assert(fc.property(anySecond, (second) => {
    const text = new Date(second * 1000).toUTCString();
    assertEquals(parseHttpDate(text, NOW_MS), second * 1000);
  }));
});
