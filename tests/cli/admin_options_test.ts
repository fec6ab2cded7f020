import { assertEquals } from "@std/assert";
import { keepRuleMode } from "../../src/admin/rules_modes.ts";
import { openRuleModes } from "../../src/cli/admin_options.ts";

Deno.test("openRuleModes() reads what is kept, and nothing where the store fails", async () => {
  const kv = await Deno.openKv(":memory:");
  await keepRuleMode(kv, "ads", "off");
  assertEquals([...await openRuleModes(kv)], [["ads", "off"]]);
  kv.close();
  assertEquals((await openRuleModes(kv)).size, 0);
});
