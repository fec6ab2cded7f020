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

Deno.test("judgeGoal() takes a difference, of latencies too", () => {
  const load = (p50Ms: number) => ({
    ...{ requests: 1, requestsPerSecond: 1, p50Ms, p99Ms: p50Ms },
  });
  const row = new Map([
    ["no rules", { ...figure(20), load: load(0.25) }],
    ["one allows", { ...figure(25), load: load(0.5) }],
  ]);
  const goal: Goal = {
    row: "rules",
    column: "one allows",
    title: "≤ none + 6 µs",
    than: "no rules",
    as: "difference",
    atMost: 6,
  };
  const all: Results = new Map([["rules", row]]);
  assertEquals(judgeGoal(goal, all).value, 5);
  assertEquals(judgeGoal({ ...goal, of: "p50Us" }, all), {
    title: goal.title,
    value: 250,
    state: "MISSED",
  });
});

Deno.test("judgeGoal() takes a rate that is to be so many times another", () => {
  const goal: Goal = {
    row: "miss",
    title: "requests/s ≥ 10 × Squid",
    than: "squid",
    of: "perSecond",
    atLeast: 10,
  };
  const at = (perSecond: number) => ({ ...figure(1), perSecond });
  assertEquals(judgeGoal(goal, results(at(5000), at(400))), {
    title: goal.title,
    value: 12.5,
    state: "ok",
  });
  assertEquals(judgeGoal(goal, results(at(3900), at(400))).state, "MISSED");
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
