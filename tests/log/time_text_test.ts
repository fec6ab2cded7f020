import { assert, assertEquals } from "@std/assert";
import {
  apacheTimeText,
  clockTimeText,
  isoTimeText,
} from "../../src/log/time_text.ts";

const TIMES_MS = [
  0,
  1,
  999,
  1000,
  1_000_000_000_999,
  Date.UTC(2026, 0, 31, 8, 15, 0, 250),
  Date.UTC(2026, 11, 31, 23, 59, 59, 999),
  Date.UTC(1969, 11, 31, 23, 59, 59, 1),
];

Deno.test("isoTimeText() writes what a Date writes", () => {
  const text = isoTimeText();
  for (const timeMs of [...TIMES_MS, ...TIMES_MS.toReversed()]) {
    assertEquals(text(timeMs), new Date(timeMs).toISOString());
  }
});

Deno.test("isoTimeText() drops what is less than a millisecond", () => {
  assertEquals(isoTimeText()(1000.9999), "1970-01-01T00:00:01.000Z");
});

Deno.test("isoTimeText() takes a time that no Date can hold as 0", () => {
  const text = isoTimeText();
  for (const timeMs of [NaN, Infinity, -Infinity, 1e300]) {
    assertEquals(text(timeMs), "1970-01-01T00:00:00.000Z");
  }
});

Deno.test("apacheTimeText() writes a local time that reads back", () => {
  const text = apacheTimeText();
  for (const timeMs of TIMES_MS) {
    const match = /^(\d\d)\/(\w{3})\/(\d{4}):([\d:]{8}) ([+-]\d{4})$/
      .exec(text(timeMs));
    assert(match !== null, text(timeMs));
    const [, day, month, year, clock, zone] = match;
    assertEquals(
      Date.parse(`${day} ${month} ${year} ${clock} ${zone}`),
      Math.floor(timeMs / 1000) * 1000,
    );
  }
});

Deno.test("clockTimeText() writes the local time of day", () => {
  const date = new Date(2026, 0, 31, 9, 5, 7, 42);
  assertEquals(clockTimeText()(date.getTime()), "09:05:07.042");
});
