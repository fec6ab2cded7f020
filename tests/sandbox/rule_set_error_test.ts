import { assertEquals } from "@std/assert";
import { problemText, RuleSetError } from "../../src/sandbox/rule_set_error.ts";

Deno.test("problemText() names as much of the place as is known", () => {
  const problem = { file: "1_a.ts", message: "no" };
  assertEquals(problemText(problem), "1_a.ts: no");
  assertEquals(problemText({ ...problem, line: 3 }), "1_a.ts:3: no");
  const place = { line: 3, column: 5 };
  assertEquals(problemText({ ...problem, ...place }), "1_a.ts:3:5: no");
});

Deno.test("RuleSetError has a line for each problem", () => {
  const error = new RuleSetError([
    { file: "1_a.ts", message: "no" },
    { file: "2_b.ts", message: "neither" },
  ]);
  assertEquals(error.message, "1_a.ts: no\n2_b.ts: neither");
});
