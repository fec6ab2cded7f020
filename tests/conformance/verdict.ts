/**
 * Judges results as the suite's own pages do: a test whose dependencies did not
 * pass says nothing, nor does one whose preparation failed. No I/O.
 */

import type { CacheTest, Kind, Result, TestSuite } from "./suite.ts";

/**
 * - `pass`: it did as asked; a check: yes.
 * - `fail`: it did not; a check: no.
 * - `setup`: what had to come first went wrong, or the exchange did.
 * - `moot`: a test on which it depends did not pass.
 * - `skipped`: it was not run.
 */
export type Verdict = "pass" | "fail" | "setup" | "moot" | "skipped";

/** A test with what became of it. */
export interface Judged {
  readonly test: CacheTest;
  readonly kind: Kind;
  readonly verdict: Verdict;
  /** Why it is not `pass`; "" otherwise. */
  readonly detail: string;
}

/** The tests of one matter with what became of them. */
export interface JudgedSuite {
  readonly suite: TestSuite;
  readonly tests: readonly Judged[];
}

/** Judges all tests. A dependency that was not run does not count. */
export function judge(
  suites: readonly TestSuite[],
  results: Readonly<Record<string, Result>>,
): JudgedSuite[] {
  const tests = new Map(
    suites.flatMap((suite) => suite.tests).map((test) => [test.id, test]),
  );
  return suites.map((suite) => ({
    suite,
    tests: suite.tests.map((test) => judgeTest(test, tests, results)),
  }));
}

/** Whether a required or optional test was run and did not pass. */
export function isFailure({ kind, verdict }: Judged): boolean {
  return kind !== "check" && verdict !== "pass" && verdict !== "skipped";
}

function judgeTest(
  test: CacheTest,
  tests: ReadonlyMap<string, CacheTest>,
  results: Readonly<Record<string, Result>>,
): Judged {
  const kind = test.kind ?? "required";
  const result = results[test.id];
  if (result === undefined) {
    return { test, kind, verdict: "skipped", detail: "" };
  }
  const unmet = unmetDependency(test, tests, results);
  if (unmet !== undefined) {
    return { test, kind, verdict: "moot", detail: `${unmet} did not pass` };
  }
  if (result === true) return { test, kind, verdict: "pass", detail: "" };
  const [error, message] = result;
  if (error === "Assertion") {
    return { test, kind, verdict: "fail", detail: message };
  }
  const detail = error === "Setup" ? message : `${error}: ${message}`;
  return { test, kind, verdict: "setup", detail };
}

/** The nearest test without whose success `test` says nothing. */
function unmetDependency(
  test: CacheTest,
  tests: ReadonlyMap<string, CacheTest>,
  results: Readonly<Record<string, Result>>,
): string | undefined {
  for (const id of test.depends_on ?? []) {
    const result = results[id];
    if (result === undefined) continue;
    if (result !== true) return id;
    const dependency = tests.get(id);
    const unmet = dependency && unmetDependency(dependency, tests, results);
    if (unmet !== undefined) return unmet;
  }
  return undefined;
}
