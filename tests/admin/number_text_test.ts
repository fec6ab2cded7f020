import { assertEquals, assertMatch } from "@std/assert";
import {
  bytesText,
  clockText,
  countText,
  dateText,
  msText,
  percentText,
  rateText,
} from "../../src/admin/number_text.ts";

Deno.test("countText() groups digits", () => {
  assertEquals([0, 999, 1_234_567].map(countText), ["0", "999", "1,234,567"]);
});

Deno.test("bytesText() chooses the unit", () => {
  assertEquals(
    [0, 999, 1000, 1536, 64 * 2 ** 20, 3.25 * 2 ** 40, 2 ** 70].map(bytesText),
    [
      "0 B",
      "999 B",
      "0.98 KiB",
      "1.5 KiB",
      "64 MiB",
      "3.3 TiB",
      "1,048,576 PiB",
    ],
  );
});

Deno.test("msText() chooses the unit, and has a sign for nothing", () => {
  assertEquals(
    [null, 0, 0.424, 9.96, 127.2, 1_500, 99_000, 180_000].map(msText),
    ["–", "0 ms", "0.42 ms", "10 ms", "127 ms", "1.5 s", "99 s", "3 min"],
  );
});

Deno.test("percentText() is 100% for all alone", () => {
  assertEquals(
    [null, 0, 0.4256, 0.999, 0.9996, 1].map(percentText),
    ["–", "0%", "42.6%", "99.9%", "100%", "100%"],
  );
});

Deno.test("rateText() has one decimal below a hundred", () => {
  assertEquals([0, 0.26, 99.44, 1234.5].map(rateText), [
    "0",
    "0.3",
    "99.4",
    "1,235",
  ]);
});

Deno.test("clockText() and dateText() tell the machine's time", () => {
  const time = new Date(2026, 0, 31, 14, 3, 22).getTime();
  assertEquals(clockText(time), "14:03:22");
  assertEquals(dateText(time), "2026-01-31 14:03");
  assertMatch(clockText(0), /^\d\d:\d\d:00$/);
});
