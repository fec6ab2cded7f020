import { assertEquals, assertStringIncludes } from "@std/assert";
import { htmlText } from "../../src/admin/html.ts";
import { rulesTable } from "../../src/admin/stats_rules.ts";
import type { DecisionRecord } from "../../src/log/record.ts";
import { sampleRule, SampleStats } from "./sample_stats.ts";

const NONE = { current: { rules: [], broken: [] }, refused: [] };

function decision(changes: Partial<DecisionRecord>): DecisionRecord {
  return {
    rule: "a",
    phase: "request",
    action: "block",
    reason: "",
    report: false,
    ms: 1,
    ...changes,
  };
}

async function shown(
  rules: Parameters<typeof rulesTable>[0],
  ...decisions: DecisionRecord[]
): Promise<string> {
  const { statistics } = new SampleStats({ decisions });
  return await htmlText(rulesTable(rules, statistics.snapshot().rules));
}

Deno.test("rulesTable() has the rules in force in their order, with their state", async () => {
  const text = await shown({
    current: {
      rules: [
        sampleRule("z"),
        sampleRule("a", { mode: "report" }),
        sampleRule("m", { isSetAside: true }),
        sampleRule("o", { mode: "off" }),
      ],
      broken: [{ file: "9_x.ts", message: "no <default> export" }],
    },
    refused: [],
  });
  const states = [
    ...text.matchAll(/data-key="([^"]*)"[^]*?badge[^>]*>([^<]*)</g),
  ]
    .map(([, key, state]) => [key, state]);
  assertEquals(states, [
    ["9_x.ts", "broken"],
    ["z", "in force"],
    ["a", "report only"],
    ["m", "set aside"],
    ["o", "off"],
  ]);
  assertStringIncludes(text, "no &lt;default&gt; export");
});

Deno.test("rulesTable() tells what each did, lists and earlier rules too", async () => {
  const text = await shown(
    { ...NONE, current: { rules: [sampleRule("a")], broken: [] } },
    decision({}),
    decision({ action: "cache", report: true, phase: "response" }),
    decision({ rule: "gone", action: "error", reason: "TypeError: x" }),
  );
  assertStringIncludes(text, "block 1, cache 1 (report)");
  assertStringIncludes(text, "not in rules/");
  assertStringIncludes(text, "TypeError: x");
});

Deno.test("rulesTable() shows a hundred and counts the rest", async () => {
  const rules = Array.from({ length: 130 }, (_, i) => sampleRule(`r${i}`));
  const text = await shown({ ...NONE, current: { rules, broken: [] } });
  assertEquals(text.match(/<tr\s+data-key/g)?.length, 100);
  assertStringIncludes(text, "And 30 more");
});

Deno.test("rulesTable() without rules says how to have some", async () => {
  assertStringIncludes(
    await htmlText(rulesTable(NONE, [])),
    "rules/10_block.ts",
  );
  assertStringIncludes(await htmlText(rulesTable(undefined, [])), "--rules");
});

Deno.test("rulesTable() leads to rules in force, and says what is built in", async () => {
  const text = await shown(
    { ...NONE, current: { rules: [sampleRule("a")], broken: [] } },
    decision({ rule: "a" }),
    decision({ rule: "lists" }),
    decision({ rule: "gone" }),
  );
  assertStringIncludes(text, 'href="/admin/rules/rule?name=a"');
  assertEquals(text.match(/>built in</g)?.length, 1);
  assertEquals(text.match(/>not in rules\/</g)?.length, 1);
  assertEquals(text.match(/href=/g)?.length, 1);
});
