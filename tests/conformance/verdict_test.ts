import { assertEquals } from "@std/assert";
import type { CacheTest, Result } from "./suite.ts";
import { isFailure, judge, type Verdict } from "./verdict.ts";

function verdicts(
  tests: readonly Omit<CacheTest, "name" | "requests">[],
  results: Record<string, Result>,
): Verdict[] {
  const named = tests.map((test) => ({ ...test, name: test.id, requests: [] }));
  return judge([{ id: "s", name: "S", tests: named }], results)
    .flatMap(({ tests }) => tests).map(({ verdict }) => verdict);
}

Deno.test("judge() tells a failed check from a failed setup and a lost exchange", () => {
  const tests = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d" }];
  const results: Record<string, Result> = {
    a: true,
    b: ["Assertion", "no"],
    c: ["Setup", "no"],
    d: ["TypeError", "no"],
  };
  assertEquals(verdicts(tests, results), ["pass", "fail", "setup", "setup"]);
});

Deno.test("judge() holds nothing for shown where a dependency did not pass, near or far", () => {
  const tests = [
    { id: "a" },
    { id: "b", depends_on: ["a"] },
    { id: "c", depends_on: ["b"] },
  ];
  const results: Record<string, Result> = {
    a: ["Assertion", "no"],
    b: true,
    c: true,
  };
  assertEquals(verdicts(tests, results), ["fail", "moot", "moot"]);
});

Deno.test("judge() does not count a dependency that was not run", () => {
  const tests = [{ id: "a" }, { id: "b", depends_on: ["a", "elsewhere"] }];
  assertEquals(verdicts(tests, { b: true }), ["skipped", "pass"]);
});

Deno.test("isFailure() leaves out checks and what was not run", () => {
  const test = { id: "a", name: "a", requests: [] };
  const judged = { test, detail: "" };
  assertEquals(isFailure({ ...judged, kind: "check", verdict: "fail" }), false);
  assertEquals(
    isFailure({ ...judged, kind: "required", verdict: "skipped" }),
    false,
  );
  for (const verdict of ["fail", "setup", "moot"] as const) {
    assertEquals(isFailure({ ...judged, kind: "required", verdict }), true);
    assertEquals(isFailure({ ...judged, kind: "optimal", verdict }), true);
  }
});
