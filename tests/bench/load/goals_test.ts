/** Verdicts on made-up figures. */

import { assertEquals } from "@std/assert";
import { type Goal, judgeGoal } from "./goals.ts";
import { failedFigure, type Figure, type Results } from "./results.ts";

const RATIO: Goal = {
  row: "miss",
  title: "miss ≤ 0.5 × Squid",
  than: "squid",
  atMost: 0.5,
};
const LIMIT: Goal = { row: "idle", title: "idle ≤ 20", atMost: 20 };

function figure(value: number): Figure {
  return { value, rounds: [value] };
}

function results(sluice?: Figure, squid?: Figure): Results {
  const row = new Map([
    ...(sluice ? [["sluice", sluice] as const] : []),
    ...(squid ? [["squid", squid] as const] : []),
  ]);
  return new Map([["miss", row], ["idle", row]]);
}

Deno.test("judgeGoal() divides by the other column", () => {
  assertEquals(judgeGoal(RATIO, results(figure(20), figure(50))), {
    title: RATIO.title,
    value: 0.4,
    state: "ok",
  });
  assertEquals(
    judgeGoal(RATIO, results(figure(30), figure(50))).state,
    "MISSED",
  );
});

Deno.test("judgeGoal() takes a limit in the row's unit", () => {
  assertEquals(judgeGoal(LIMIT, results(figure(20))).state, "ok");
  assertEquals(judgeGoal(LIMIT, results(figure(20.1))).state, "MISSED");
});

Deno.test("judgeGoal() misses a goal whose measurement of Sluice failed", () => {
  const failed = results(failedFigure("no answer"), figure(50));
  assertEquals(judgeGoal(RATIO, failed).state, "MISSED");
});

Deno.test("judgeGoal() leaves open what has nothing to be held against", () => {
  const states = [
    new Map(),
    results(figure(1)),
    results(figure(1), failedFigure("no answer")),
  ].map((it) => judgeGoal(RATIO, it).state);
  assertEquals(states, ["not measured", "not measured", "not measured"]);
});
