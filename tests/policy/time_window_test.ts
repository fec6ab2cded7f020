import { assert, assertEquals } from "@std/assert";
import {
  dayOfWeek,
  parseDays,
  parseHours,
  timeOfDay,
  type TimeTest,
} from "../../src/policy/time_window.ts";

/** A moment in the week of Sunday, 1 February 2026, by local time. */
function moment(day: number, hour = 12, minute = 0, second = 0): Date {
  return new Date(2026, 1, 1 + day, hour, minute, second);
}

function passes(test: TimeTest | undefined, at: Date): boolean {
  assert(test !== undefined);
  return test(at);
}

Deno.test("parseHours() takes the first minute in and leaves the last out", () => {
  const hours = parseHours("08:00-18:00");
  assert(!passes(hours, moment(1, 7, 59, 59)));
  assert(passes(hours, moment(1, 8)));
  assert(passes(hours, moment(1, 17, 59, 59)));
  assert(!passes(hours, moment(1, 18)));
});

Deno.test("parseHours() goes over midnight", () => {
  const hours = parseHours("22:00-06:00");
  for (const hour of [22, 23, 0, 5]) assert(passes(hours, moment(1, hour)));
  for (const hour of [6, 12, 21]) assert(!passes(hours, moment(1, hour)));
});

Deno.test("parseHours() takes 24:00 as an end", () => {
  assert(passes(parseHours("00:00-24:00"), moment(1, 23, 59)));
  assert(passes(parseHours("9:30-24:00"), moment(1, 9, 30)));
});

Deno.test("parseHours() refuses anything else", () => {
  const refused = [
    "",
    "08:00",
    "8-18",
    "08:00-08:00",
    "08:00-24:01",
    "24:00-06:00",
    "08:60-09:00",
    "08:00 to 18:00",
    "08:00-18:00-20:00",
  ];
  for (const text of refused) assertEquals(parseHours(text), undefined, text);
});

Deno.test("parseDays() reads a day, days in a row, and a row over the weekend", () => {
  const cases: [days: string, numbers: number[]][] = [
    ["sat", [6]],
    ["SUN", [0]],
    ["mon-fri", [1, 2, 3, 4, 5]],
    ["sat-sun", [0, 6]],
    ["fri-mon", [0, 1, 5, 6]],
    ["wed-wed", [3]],
  ];
  for (const [days, numbers] of cases) {
    const test = parseDays(days);
    const found = [0, 1, 2, 3, 4, 5, 6].filter((day) =>
      passes(test, moment(day))
    );
    assertEquals(found, numbers, days);
  }
});

Deno.test("parseDays() refuses anything else", () => {
  for (const text of ["", "monday", "mon-", "-fri", "mon-tue-wed", "mon,tue"]) {
    assertEquals(parseDays(text), undefined, text);
  }
});

Deno.test("timeOfDay() and dayOfWeek() say when a moment is", () => {
  assertEquals(timeOfDay(moment(1, 8, 5)), "08:05");
  assertEquals(dayOfWeek(moment(1)), "mon");
});
