import { assertEquals } from "@std/assert";
import { durationWords } from "../../src/admin/duration_words.ts";

Deno.test("durationWords() tells two units at most", () => {
  const cases: [number, string][] = [
    [0, "0 s"],
    [0.9, "0 s"],
    [38, "38 s"],
    [-38.5, "38 s"],
    [99, "99 s"],
    [100, "1 min 40 s"],
    [120, "2 min"],
    [3_599, "59 min 59 s"],
    [3_600, "1 h"],
    [3_659, "1 h"],
    [86_399, "23 h 59 min"],
    [86_400 * 3 + 4 * 3_600 + 59, "3 d 4 h"],
    [86_400 * 400, "400 d"],
  ];
  for (const [seconds, words] of cases) {
    assertEquals(durationWords(seconds), words);
  }
});
