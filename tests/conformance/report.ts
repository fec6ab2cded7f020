/**
 * What a run found, as a table and lists for people and as JSON for programs.
 * No I/O.
 */

import { textTable } from "../../src/cli/text_table.ts";
import type { Discrepancies, Exceptions } from "./exceptions.ts";
import type { Kind } from "./suite.ts";
import { isFailure, type Judged, type JudgedSuite } from "./verdict.ts";

/** The suites that one package or folder holds. */
export interface Part {
  readonly name: string;
  readonly suites: readonly JudgedSuite[];
}

/** How many tests of a kind passed, of those that were run. */
export interface Count {
  readonly passed: number;
  readonly total: number;
}

const HEADING = ["", "required", "optional", "observed", "not run"];
const KINDS: readonly Kind[] = ["required", "optimal", "check"];
/** The suite's own word for what is not required is "optimal". */
const KIND_WORDS = {
  required: "required",
  optimal: "optional",
  check: "check",
};

/** Counts the tests of a kind. */
export function countOf(tests: readonly Judged[], kind: Kind): Count {
  const run = tests.filter((one) =>
    one.kind === kind && one.verdict !== "skipped"
  );
  const passed = run.filter(({ verdict }) => verdict === "pass").length;
  return { passed, total: run.length };
}

/** All tests of some suites. */
export function testsOf(suites: readonly JudgedSuite[]): Judged[] {
  return suites.flatMap(({ tests }) => tests);
}

/** A row for each suite that was run, then the sum of each part. */
export function renderTable(parts: readonly Part[]): string {
  const suites = parts.flatMap((part) => part.suites);
  const rows = [
    ...suites.map(({ suite, tests }) => row(suite.name, tests)),
    HEADING.map(() => ""),
    ...parts.map(({ name, suites }) => row(`All of ${name}`, testsOf(suites))),
  ];
  return textTable(HEADING, rows);
}

/** A line for each required or optional test that did not pass. */
export function renderFailures(
  tests: readonly Judged[],
  exceptions?: Exceptions,
): string {
  const failures = tests.filter(isFailure);
  if (failures.length === 0) return "Every required and optional test passed.";
  return failures.map((one) => {
    const why = exceptions?.get(one.test.id);
    return `${failureText(one)}${why ? `\n    known: ${why}` : ""}`;
  }).join("\n");
}

/** What to do about the list of exceptions; "" when it fits. */
export function renderDiscrepancies(found: Discrepancies): string {
  return [
    ...found.unlisted.map((one) => `Not a known exception: ${one.test.id}`),
    ...found.obsolete.map((id) => `A known exception that passes now: ${id}`),
    ...found.unknown.map((id) => `A known exception that no test is: ${id}`),
  ].join("\n");
}

/** Everything, for a file. */
export function renderJson(proxy: string, parts: readonly Part[]): string {
  const report = {
    proxy,
    parts: parts.map(({ name, suites }) => ({
      name,
      counts: Object.fromEntries(
        KINDS.map((kind) => [
          KIND_WORDS[kind],
          countOf(testsOf(suites), kind),
        ]),
      ),
      tests: suites.flatMap(({ suite, tests }) =>
        tests.map(({ test, kind, verdict, detail }) => ({
          id: test.id,
          suite: suite.id,
          kind: KIND_WORDS[kind],
          verdict,
          detail,
          description: test.name,
        }))
      ),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function row(name: string, tests: readonly Judged[]): string[] {
  const skipped = tests.filter(({ verdict }) => verdict === "skipped").length;
  return [
    name,
    ...KINDS.map((kind) => fraction(countOf(tests, kind))),
    skipped === 0 ? "" : String(skipped),
  ];
}

function fraction({ passed, total }: Count): string {
  return total === 0 ? "" : `${passed}/${total}`;
}

function failureText({ test, kind, verdict, detail }: Judged): string {
  return `${test.id} (${KIND_WORDS[kind]}, ${verdict})
    ${test.name}
    ${detail}`;
}
