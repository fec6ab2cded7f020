import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  doneBanner,
  rulesPage,
  ruleState,
} from "../../src/admin/rules_page.ts";
import { AdminSite } from "./admin_site.ts";

const RULES = {
  "1_ads.ts": { description: "No ads", request: () => undefined },
};

Deno.test("the rules page shows each rule with its state, and what was switched by hand", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  await site.rules.switch("ads", "report");
  const text = await site.page("/admin/rules");
  for (const part of ["No ads", "report only", "switched by hand", "abc123"]) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.includes("Reload now"), false);
  const page = await site.page("/admin/rules", await site.login());
  assertStringIncludes(page, "Reload now");
});

Deno.test("the rules page offers to forget what is switched and gone", async () => {
  await using site = await AdminSite.open();
  site.ruleBook.modes = new Map([["gone", "off"]]);
  const text = await site.page("/admin/rules", await site.login());
  assertStringIncludes(text, 'name="name" value="gone"');
  assertStringIncludes(text, "No rules yet.");
});

Deno.test("rulesPage() says that rules are off", () => {
  const { body } = rulesPage(undefined, { mayChange: true });
  assertStringIncludes(String(body), "Rules are off.");
});

Deno.test("the rules page's pieces", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  const rule = { ...site.rules.get("ads")!, isSetAside: true };
  assertStringIncludes(String(ruleState(rule)), "set aside");
  assertEquals(doneBanner("constructor"), "");
});
