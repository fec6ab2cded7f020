import { assertEquals } from "@std/assert";
import { keepRuleMode, readRuleModes } from "../../src/admin/rules_modes.ts";

Deno.test("keepRuleMode() keeps modes by rules, and forgets them", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    await keepRuleMode(kv, "ads", "off");
    await keepRuleMode(kv, "tag", "report");
    await keepRuleMode(kv, "ads", undefined);
    // What some other version may have written.
    await kv.set(["rule-mode", "x"], "sometimes");
    assertEquals(await readRuleModes(kv), new Map([["tag", "report"]]));
  } finally {
    kv.close();
  }
});

Deno.test("readRuleModes() reads nothing that a rule can write", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    // Where the state of a rule of that name is kept.
    await kv.set(["rules", "rule-mode", "ads"], "off");
    assertEquals((await readRuleModes(kv)).size, 0);
  } finally {
    kv.close();
  }
});
