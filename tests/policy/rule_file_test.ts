import { assert, assertEquals } from "@std/assert";
import {
  compareRuleFiles,
  isRuleFile,
  ruleName,
} from "../../src/policy/rule_file.ts";

Deno.test("isRuleFile() takes TypeScript files that are no tests", () => {
  for (const name of ["a.ts", "10_a.ts", "test.ts", "latest.ts"]) {
    assert(isRuleFile(name), name);
  }
  const others = ["a_test.ts", "a.test.ts", "a.d.ts", "a.js", "ts", ".a.ts"];
  for (const name of others) assert(!isRuleFile(name), name);
});

Deno.test("ruleName() leaves number and ending away", () => {
  const cases: [file: string, name: string][] = [
    ["10_no_ads.ts", "no_ads"],
    ["no_ads.ts", "no_ads"],
    ["001-no-ads.ts", "no-ads"],
    ["rules/10_a.ts", "a"],
    ["10.ts", "10"],
    ["2fa.ts", "2fa"],
    ["10_.ts", "10_"],
  ];
  for (const [file, name] of cases) assertEquals(ruleName(file), name);
});

Deno.test("compareRuleFiles() orders by name, numbers by their value", () => {
  const ordered = [
    "1_a.ts",
    "02_a.ts",
    "9_a.ts",
    "10_a.ts",
    "10_b.ts",
    "10_b2.ts",
    "10_b10.ts",
    "99999999999999999999998.ts",
    "99999999999999999999999.ts",
    "A.ts",
    "a.ts",
    "b.ts",
  ];
  assertEquals(ordered.toReversed().sort(compareRuleFiles), ordered);
  assertEquals(compareRuleFiles("a.ts", "a.ts"), 0);
  assertEquals(Math.sign(compareRuleFiles("01.ts", "1.ts")), -1);
});
