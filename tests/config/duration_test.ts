import { assertEquals, assertThrows } from "@std/assert";
import { duration, parseDurationMs } from "../../src/config/duration.ts";
import { OptionError } from "../../src/config/option_error.ts";

Deno.test("parseDurationMs() reads a whole number with its unit", () => {
  const cases = [
    ["500ms", 500],
    ["10s", 10_000],
    ["5m", 300_000],
    ["1h", 3_600_000],
    ["2d", 172_800_000],
    ["0", 0],
    ["0s", 0],
  ] as const;
  for (const [text, expected] of cases) {
    assertEquals(parseDurationMs(text), expected, text);
  }
});

Deno.test("parseDurationMs() refuses everything else", () => {
  const texts = [
    "",
    "10",
    "s",
    "-1s",
    "1.5s",
    "10 s",
    "1h30m",
    "10S",
    "1w",
    "1e3s",
  ];
  for (const text of texts) {
    assertEquals(parseDurationMs(text), undefined, text);
  }
});

Deno.test("duration() keeps to its bounds, both included", () => {
  const kind = duration("1ms", "24h");
  assertEquals(kind.read("1ms", "--x"), 1);
  assertEquals(kind.read("24h", "--x"), 86_400_000);
  assertEquals(kind.read("1d", "--x"), 86_400_000);
  for (const text of ["0", "0s", "86401s", "2d"]) {
    assertThrows(() => kind.read(text, "--x"), OptionError, `got "${text}"`);
  }
  assertEquals(duration("0", "24h").read("0", "--x"), 0);
});

Deno.test("duration() tells a bare number that it needs a unit", () => {
  const error = assertThrows(
    () => duration("1ms", "24h").read("10", "--x"),
    OptionError,
  );
  assertEquals(
    error.message,
    '--x: got "10", wants a duration such as 500ms, 10s or 5m, ' +
      'from 1ms to 24h (a number needs a unit: did you mean "10s"?)',
  );
});

// Invariant: whole units in, the same number of milliseconds out.
Deno.test("parseDurationMs() reads n of a unit as n times that unit", () => {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  for (const [unit, unitMs] of Object.entries(units)) {
    for (let count = 0; count < 200; count += 7) {
      assertEquals(parseDurationMs(`${count}${unit}`), count * unitMs);
    }
  }
});
