import { assert, assertEquals } from "@std/assert";
import type { DecisionRecord } from "../../src/log/record.ts";
import { RuleTotals } from "../../src/stats/rule_totals.ts";
import { largestValue, MAX_VALUE_BYTES, throughJson } from "./through_json.ts";

function decision(changes: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    rule: "10_ads",
    phase: "request",
    action: "block",
    reason: "",
    report: false,
    ms: 1,
    ...changes,
  };
}

function rulesOf(...decisions: Partial<DecisionRecord>[]): RuleTotals {
  const rules = new RuleTotals();
  rules.count(decisions.map(decision), 5_000);
  return rules;
}

Deno.test("RuleTotals counts decisions by rule and action", () => {
  const [ads, cache] = rulesOf(
    {},
    { rule: "20_cache", action: "cache" },
    { action: "rewrite", report: true },
    { action: "an action to come" },
  ).snapshot();
  assertEquals([ads?.name, cache?.name], ["10_ads", "20_cache"]);
  assertEquals([ads?.run.calls, cache?.run.calls], [3, 1]);
  assertEquals(ads?.run.decisions.block, 1);
  assertEquals(ads?.run.decisions.rewrite, 0);
  assertEquals(ads?.run.reported.rewrite, 1);
  assertEquals(cache?.total.decisions.cache, 1);
});

Deno.test("RuleTotals takes the decisions of one reply as one call", () => {
  const [{ run } = { run: undefined }] = rulesOf(
    { action: "rewrite", ms: 2 },
    { action: "cache", ms: 0 },
    { action: "allow", ms: 0, phase: "response" },
  ).snapshot();
  assertEquals([run?.calls, run?.totalMs], [2, 2]);
});

Deno.test("RuleTotals tells the time of a rule's calls", () => {
  const times = Array.from({ length: 100 }, (_, i) => ({ ms: i + 1 }));
  const [rule] = rulesOf(...times).snapshot();
  assert(Math.abs(rule!.p50Ms! - 50) <= 50 / 64);
  assert(Math.abs(rule!.p99Ms! - 99) <= 99 / 64);
});

Deno.test("RuleTotals counts errors and keeps the last, cut", () => {
  const [rule] = rulesOf(
    { action: "error", reason: "first" },
    { action: "error", reason: "x".repeat(9_999), report: true },
    {},
  ).snapshot();
  assertEquals(rule?.run.errors, 2);
  assertEquals(rule?.lastError, { message: "x".repeat(500), timeMs: 5_000 });
});

Deno.test("RuleTotals goes on with what was kept, but for its run", () => {
  const first = rulesOf({}, { action: "error", reason: "broken", ms: 7 });
  const second = rulesOf({ ms: 3 });
  second.restore(throughJson(first));
  const [rule] = second.snapshot();
  assertEquals([rule?.run.calls, rule?.run.totalMs], [1, 3]);
  assertEquals([rule?.total.calls, rule?.total.totalMs], [3, 11]);
  assertEquals([rule?.run.errors, rule?.total.errors], [0, 1]);
  assertEquals(rule?.lastError, { message: "broken", timeMs: 5_000 });
});

Deno.test("RuleTotals.changes() has the rules that decided, and those forgotten", () => {
  const rules = new RuleTotals(2);
  const keys = () =>
    rules.changes().map(({ key, value }) =>
      `${key} ${value === undefined ? "gone" : "kept"}`
    );
  rules.count([decision({ rule: "a" }), decision({ rule: "b" })], 0);
  assertEquals(keys().toSorted(), ["a kept", "b kept"]);
  assertEquals(keys(), []);
  rules.count([decision({ rule: "b" })], 0);
  assertEquals(keys(), ["b kept"]);
  rules.count([decision({ rule: "c" })], 0);
  assertEquals(keys(), ["a gone", "c kept"]);
  rules.changeAll();
  assertEquals(keys().toSorted(), ["b kept", "c kept"]);
});

Deno.test("RuleTotals removes kept rules for which there is no room", () => {
  const rules = new RuleTotals(1);
  rules.restore(throughJson(rulesOf({ rule: "a" }, { rule: "b" })));
  assertEquals(rules.snapshot().length, 1);
  const gone = rules.changes().filter(({ value }) => value === undefined);
  assertEquals(gone.length, 1);
});

Deno.test("RuleTotals.restore() leaves out what is damaged", () => {
  const rules = new RuleTotals();
  rules.restore([
    { key: ["a"], value: { counts: { calls: -1 }, lastError: 7, times: 7 } },
    { key: ["b"], value: null },
    { key: [7], value: { counts: { calls: 1 } } },
  ]);
  assertEquals(rules.snapshot().map(({ total }) => total.calls), [0]);
});

Deno.test("RuleTotals keeps values that Deno KV takes, however full", () => {
  const rules = new RuleTotals();
  for (let ms = 0.001; ms < 2e7; ms *= 1.0005) {
    const reason = "\u0001".repeat(999);
    rules.count([decision({ action: "error", reason, ms })], 0);
  }
  assert(largestValue(rules) < MAX_VALUE_BYTES);
});

Deno.test("RuleTotals counts calls without an opinion", () => {
  const totals = new RuleTotals();
  totals.countSilent("quiet", 2);
  totals.countSilent("quiet", 4);
  const [quiet] = totals.snapshot();
  assertEquals(quiet?.name, "quiet");
  assertEquals(quiet?.total.calls, 2);
  assertEquals(quiet?.total.errors, 0);
});
