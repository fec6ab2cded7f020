import { assertEquals, assertThrows } from "@std/assert";
import { BadInput } from "../../src/admin/checked_input.ts";
import {
  choiceParameters,
  choiceTest,
  isNarrow,
  readStatsChoice,
  type StatsChoice,
  tellingWord,
} from "../../src/admin/stats_choice.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import { storedSample } from "../log/stored_sample.ts";
import { EVERYTHING } from "./sample_stats.ts";

function fits(
  choice: Partial<StatsChoice>,
  record: Partial<ExchangeRecord>,
): boolean {
  return choiceTest({ ...EVERYTHING, ...choice })(storedSample(record));
}

Deno.test("readStatsChoice() reads what was chosen, and leaves the rest to others", () => {
  assertEquals(readStatsChoice({}), EVERYTHING);
  const choice = { range: "day", text: "a b", outcome: "hit" } as const;
  const query = { range: ["day"], text: ["a b"], outcome: ["hit"], x: ["y"] };
  assertEquals(readStatsChoice(query), choice);
  assertEquals(readStatsChoice({ text: [""], outcome: [""] }), EVERYTHING);
  assertEquals(
    String(choiceParameters(choice)),
    "range=day&text=a+b&outcome=hit",
  );
});

Deno.test("readStatsChoice() refuses what there is not", () => {
  const wrong = [
    { range: ["year"] },
    { range: ["day", "hour"] },
    { outcome: ["x"] },
    { text: ["x".repeat(201)] },
  ];
  for (const query of wrong) {
    assertThrows(() => readStatsChoice(query), BadInput);
  }
});

Deno.test("choiceTest() wants each word somewhere in the row, without case", () => {
  const record = {
    method: "GET",
    url: "http://a.test/Apple",
    client: { ip: "192.0.2.1", port: 1, user: "ann" },
    outcome: "blocked",
    rule: "orchard",
    status: 403,
  } as const;
  for (const text of ["get APPLE", "192.0.2.1", "Orchard 403", "ann", " "]) {
    assertEquals(fits({ text }, record), true, text);
  }
  assertEquals(fits({ text: "get pear" }, record), false);
  assertEquals(fits({ outcome: "blocked" }, record), true);
  assertEquals(fits({ outcome: "hit", text: "apple" }, record), false);
});

Deno.test("tellingWord() is the longest, for a search that takes one text", () => {
  assertEquals(
    tellingWord({ ...EVERYTHING, text: "GET banner.js 403" }),
    "banner.js",
  );
  assertEquals(tellingWord(EVERYTHING), "");
});

Deno.test("isNarrow() is false for blanks", () => {
  assertEquals(isNarrow({ ...EVERYTHING, text: "  " }), false);
  assertEquals(isNarrow({ ...EVERYTHING, outcome: "hit" }), true);
});
