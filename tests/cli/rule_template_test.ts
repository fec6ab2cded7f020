import { assertEquals, assertMatch } from "@std/assert";
import { templateFiles } from "../../src/cli/rule_template.ts";
import { isRuleFile } from "../../src/policy/rule_file.ts";

Deno.test("templateFiles() is one rule, and the contract as declarations", async () => {
  const files = await templateFiles();
  assertEquals(files.map(({ name }) => isRuleFile(name)), [true, false]);
  const [rule, types] = files.map(({ text }) => text);
  assertMatch(rule ?? "", /^import type \{ Rule \} from "\.\/rule\.d\.ts";$/m);
  assertMatch(types ?? "", /^export interface Rule \{$/m);
  assertEquals(types?.includes("../"), false);
});
