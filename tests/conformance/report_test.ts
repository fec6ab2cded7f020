import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  countOf,
  type Part,
  renderDiscrepancies,
  renderFailures,
  renderJson,
  renderTable,
  testsOf,
} from "./report.ts";
import type { Kind } from "./suite.ts";
import type { Judged, Verdict } from "./verdict.ts";

const TESTS = [
  judged("a", "required", "pass"),
  judged("b", "required", "fail"),
  judged("c", "required", "skipped"),
  judged("d", "optimal", "moot"),
  judged("e", "check", "pass"),
];
const PARTS: Part[] = [{
  name: "public tests",
  suites: [{ suite: { id: "s", name: "Suite", tests: [] }, tests: TESTS }],
}];

function judged(id: string, kind: Kind, verdict: Verdict): Judged {
  const test = { id, name: `Does ${id}`, requests: [] };
  return { test, kind, verdict, detail: verdict === "pass" ? "" : "as seen" };
}

Deno.test("countOf() counts what was run", () => {
  assertEquals(countOf(TESTS, "required"), { passed: 1, total: 2 });
  assertEquals(countOf(TESTS, "optimal"), { passed: 0, total: 1 });
  assertEquals(countOf(TESTS, "check"), { passed: 1, total: 1 });
});

Deno.test("renderTable() has a row for each suite and one for each part", () => {
  assertEquals(
    renderTable(PARTS).split("\n").map((line) => line.split(/ {2,}/)),
    [
      ["", "required", "optional", "observed", "not run"],
      ["Suite", "1/2", "0/1", "1/1", "1"],
      [""],
      ["All of public tests", "1/2", "0/1", "1/1", "1"],
    ],
  );
});

Deno.test("renderFailures() gives the test's own words, what was seen, and what is known", () => {
  assertEquals(
    renderFailures(TESTS, new Map([["b", "it can't"]])),
    `b (required, fail)
    Does b
    as seen
    known: it can't
d (optional, moot)
    Does d
    as seen`,
  );
});

Deno.test("renderFailures() says so when all passed", () => {
  assertStringIncludes(renderFailures([]), "passed");
});

Deno.test("renderDiscrepancies() has a line for each, and none when all fits", () => {
  const none = { unlisted: [], obsolete: [], unknown: [] };
  assertEquals(renderDiscrepancies(none), "");
  const found = {
    unlisted: TESTS.slice(1, 2),
    obsolete: ["x"],
    unknown: ["y"],
  };
  assertEquals(
    renderDiscrepancies(found).split("\n").map((line) => line.slice(-2)),
    [" b", " x", " y"],
  );
});

Deno.test("renderJson() holds counts and every test", () => {
  const [part] = JSON.parse(renderJson("http://proxy", PARTS)).parts;
  assertEquals(part.counts.required, { passed: 1, total: 2 });
  assertEquals(part.tests.length, testsOf(PARTS[0]!.suites).length);
  assertEquals(part.tests[3], {
    id: "d",
    suite: "s",
    kind: "optional",
    verdict: "moot",
    detail: "as seen",
    description: "Does d",
  });
});
