import { assertEquals, assertStringIncludes } from "@std/assert";
import { rulePage, sourceListing } from "../../src/admin/rules_rule_page.ts";
import { AdminSite } from "./admin_site.ts";

Deno.test("sourceListing() numbers lines, keeps indentation and escapes", () => {
  const text = String(sourceListing("a\n  <b>\tc\r\n\u202ed\n"));
  assertEquals(text.match(/<tr/g)?.length, 3);
  assertStringIncludes(text, "  &lt;b&gt;  c<");
  assertStringIncludes(text, "\\u202ed");
  assertStringIncludes(text, 'id="L3"');
});

Deno.test("sourceListing() cuts what is too long", () => {
  const text = String(sourceListing("x\n".repeat(2_500)));
  assertStringIncludes(text, "And 500 more lines.");
});

Deno.test("rulePage() offers the modes that the rule is not in", async () => {
  await using site = await AdminSite.open({
    rules: { "1_ads.ts": { request: () => undefined } },
  });
  const words = (mayChange: boolean) =>
    String(rulePage(site.rules.get("ads")!, undefined, { mayChange }).body);
  assertEquals(words(false).includes("<form"), false);
  assertStringIncludes(words(true), "Switch off");
  assertStringIncludes(words(true), "Report only");
  await site.rules.switch("ads", "off");
  assertEquals(words(true).includes("Switch off"), false);
  assertStringIncludes(words(true), "Back to its file: enforce");
  assertStringIncludes(
    words(true),
    "off, switched by hand; its file says enforce",
  );
});
