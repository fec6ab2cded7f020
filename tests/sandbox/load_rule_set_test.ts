import { assertEquals, assertRejects } from "@std/assert";
import { RuleSetError } from "../../src/sandbox/rule_set_error.ts";
import { requestRule, Stage } from "./stage.ts";

const RULE = requestRule("() => {}");

Deno.test("loadRuleSet() refuses two rules of one name", async () => {
  const named = requestRule("() => {}", `name: "ads",`);
  const error = await assertRejects(
    () => Stage.open({ "1_a.ts": named, "2_b.ts": named, "3_c.ts": RULE }),
    RuleSetError,
  );
  assertEquals(error.problems.map(({ file, line }) => [file, line]), [
    ["2_b.ts", 1],
  ]);
});

Deno.test("loadRuleSet() describes rules and compiles their matchers", async () => {
  await using stage = await Stage.open({
    "1_a.ts": requestRule(
      "() => {}",
      `match: { host: ["a.example"] }, mode: "report",`,
    ),
  });
  const [rule] = stage.sets.current.rules;
  assertEquals(rule?.description, {
    name: "a",
    file: "1_a.ts",
    mode: "report",
    onError: "block",
    match: { host: ["a.example"] },
    hooks: ["request"],
  });
  assertEquals(typeof rule?.matcher.explain, "function");
});

Deno.test("loadRuleSet() needs no process for a folder without rules", async () => {
  await using stage = await Stage.open({ "readme.md": "" });
  assertEquals(stage.sets.current.host.processes, 0);
});
