import { assertEquals, assertStringIncludes } from "@std/assert";
import { areRulesDegraded, rulesBanner } from "../../src/admin/rules_banner.ts";

const PROBLEM = { file: "2_<b>.ts", line: 3, message: 'mtach: "&" unknown' };
const SOUND = { current: { broken: [] }, refused: [] };

Deno.test("rulesBanner() is empty when all rules are in force, or there are none", () => {
  assertEquals(String(rulesBanner(undefined)), "");
  assertEquals(String(rulesBanner(SOUND)), "");
  assertEquals(areRulesDegraded(undefined), false);
  assertEquals(areRulesDegraded(SOUND), false);
});

Deno.test("rulesBanner() names broken files with line and message, escaped", () => {
  const rules = { ...SOUND, current: { broken: [PROBLEM] } };
  assertEquals(areRulesDegraded(rules), true);
  const banner = String(rulesBanner(rules));
  assertStringIncludes(banner, "left out");
  assertStringIncludes(
    banner,
    "<code>2_&lt;b&gt;.ts:3: mtach: &quot;&amp;&quot; unknown</code>",
  );
});

Deno.test("rulesBanner() names refused changes, twenty of a kind at most", () => {
  const rules = { ...SOUND, refused: Array(25).fill(PROBLEM) };
  assertEquals(areRulesDegraded(rules), true);
  const banner = String(rulesBanner(rules));
  assertStringIncludes(banner, "refused");
  assertEquals(banner.split("<code>").length - 1, 20);
  assertStringIncludes(banner, "and 5 more");
});

Deno.test("rulesBanner() names rules that are switched by hand, which degrades nothing", () => {
  const rules = { ...SOUND, switched: ["ads", "<b>"] };
  assertEquals(areRulesDegraded(rules), false);
  const banner = String(rulesBanner(rules));
  assertStringIncludes(banner, "ads, &lt;b&gt;");
  assertStringIncludes(banner, "/admin/rules");
  const broken = { ...rules, current: { broken: [PROBLEM] } };
  assertStringIncludes(String(rulesBanner(broken)), "left out");
});

Deno.test("rulesBanner() names rules that are set aside, which degrades", () => {
  const aside = {
    description: { name: "<b>", onError: "block" as const },
    isSetAside: true,
  };
  const rules = { ...SOUND, current: { broken: [], rules: [aside] } };
  assertEquals(areRulesDegraded(rules), true);
  const banner = String(rulesBanner(rules));
  assertStringIncludes(banner, "The rule &lt;b&gt; is set aside");
  assertStringIncludes(banner, "503");
  const asked = [{ ...aside, isSetAside: false }];
  const sound = { ...SOUND, current: { broken: [], rules: asked } };
  assertEquals(areRulesDegraded(sound), false);
  assertEquals(String(rulesBanner(sound)), "");
});
