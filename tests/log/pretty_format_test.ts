import { assert, assertEquals } from "@std/assert";
import { droppedPretty, prettyFormat } from "../../src/log/pretty_format.ts";
import { OUTCOMES } from "../../src/log/record.ts";
import { NASTY_STRINGS } from "./nasty_strings.ts";
import { sampleRecord } from "./sample_record.ts";

const TIME_MS = new Date(2026, 0, 31, 9, 5, 7, 42).getTime();
// deno-lint-ignore no-control-regex
const SGR = /\x1b\[\d+m/g;
// deno-lint-ignore no-control-regex
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;

Deno.test("prettyFormat() writes one aligned line", () => {
  const record = sampleRecord({
    timeMs: TIME_MS,
    url: "http://example.com/a",
    outcome: "blocked",
    status: 403,
    rule: "10_ads",
    reason: "no ads",
  });
  assertEquals(
    prettyFormat(true, false)(record),
    "09:05:07.042 192.0.2.10      GET     http://example.com/a" +
      " ".repeat(29) + "403 blocked        12ms    18K 10_ads: no ads\n",
  );
});

Deno.test("prettyFormat() keeps its columns for every outcome", () => {
  const format = prettyFormat(true, true);
  const lengths = OUTCOMES.map((outcome) =>
    format(sampleRecord({ outcome, url: "/" })).replace(SGR, "").length
  );
  assertEquals(new Set(lengths).size, 1);
});

Deno.test("prettyFormat() differs by colour only in the colours", () => {
  const record = sampleRecord({ reason: "why" });
  const coloured = prettyFormat(true, true)(record);
  assert(coloured.includes("\x1b[32m200\x1b[0m"));
  assertEquals(coloured.replace(SGR, ""), prettyFormat(true, false)(record));
});

Deno.test("prettyFormat() shows text that would drive the terminal", () => {
  const format = prettyFormat(true, false);
  for (const text of NASTY_STRINGS) {
    const line = format(sampleRecord({
      client: { ip: text, port: 1, user: text },
      method: text,
      url: text,
      rule: text,
      reason: text,
      errorMessage: text + text,
    }));
    assert(line.endsWith("\n"));
    assert(!CONTROL.test(line.slice(0, -1)), JSON.stringify(line));
    assert(line.isWellFormed());
  }
});

Deno.test("prettyFormat() cuts a long URL", () => {
  const format = prettyFormat(true, false);
  for (const url of ["/" + "x".repeat(9000), "/" + "\u{1f600}".repeat(9000)]) {
    const line = format(sampleRecord({ url }));
    assert(line.length < 300);
    assert(line.includes("…"));
    assert(line.isWellFormed());
  }
});

Deno.test("prettyFormat() masks user information, and the query if told", () => {
  const url = "http://ann:secret@example.com/a?token=x";
  const line = prettyFormat(false, true)(sampleRecord({ url }));
  assert(line.includes("http://***@example.com/a?…"), line);
});

Deno.test("prettyFormat() writes durations and sizes short", () => {
  const format = prettyFormat(true, false);
  const cases = [
    [0.04, 0, "0.0ms", "0B"],
    [9.94, 999, "9.9ms", "999B"],
    [10, 1000, "10ms", "1.0K"],
    [9999, 20_480, "9999ms", "20K"],
    [61_000, 5 * 1024 ** 3, "61.0s", "5.0G"],
    [-1, -1, "-", "-"],
  ] as const;
  for (const [totalMs, bytesOut, duration, bytes] of cases) {
    const line = format(sampleRecord({ totalMs, bytesOut, url: "/" }));
    assertEquals(line.trim().split(/ +/).slice(-2), [duration, bytes]);
  }
});

Deno.test("droppedPretty() says how many", () => {
  assertEquals(droppedPretty(TIME_MS, 12), "09:05:07.042 12 records dropped\n");
});
