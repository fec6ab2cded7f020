import { assertEquals, assertRejects } from "@std/assert";
import { RulesDesk, rulesInForce } from "../../src/admin/rules_desk.ts";
import { MAX_SWITCHED } from "../../src/admin/rules_modes.ts";
import { AdminSite } from "./admin_site.ts";

const RULES = {
  "1_ads.ts": { description: "No ads", request: () => undefined },
  "2_tag.ts": { mode: "report", request: () => undefined },
};

Deno.test("RulesDesk switches a rule in force at once, and back to its file", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  const { rules, ruleBook } = site;
  assertEquals(await rules.switch("ads", "off"), true);
  const ads = rules.get("ads");
  assertEquals(
    [ads?.description.mode, ads?.fileMode, ads?.switchedTo],
    ["off", "enforce", "off"],
  );
  assertEquals([...ruleBook.modes], [["ads", "off"]]);
  assertEquals(await rules.switch("ads", undefined), true);
  assertEquals(rules.get("ads")?.description.mode, "enforce");
  assertEquals(ruleBook.modes.size, 0);
  assertEquals(await rules.switch("none", "off"), false);
});

Deno.test("RulesDesk keeps no mode that the file says already", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  await site.rules.switch("tag", "report");
  assertEquals(site.ruleBook.modes.size, 0);
});

Deno.test("RulesDesk shows modes of rules that are gone, and can forget them", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  site.ruleBook.modes = new Map([["gone", "off"]]);
  assertEquals([...site.rules.view().leftOver], [["gone", "off"]]);
  assertEquals(await site.rules.switch("gone", "report"), true);
  assertEquals(site.ruleBook.modes.size, 0);
});

Deno.test("RulesDesk changes nothing that is not kept, and has its bound", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  const { current } = { current: site.rules.view() };
  assertEquals(current.rules.length, 2);
  const book = { modes: new Map() };
  const sets = {
    current: { rules: [], broken: [], modules: [], version: "" },
    refused: [],
    reload: () => Promise.resolve(),
  };
  const keep = () => Promise.reject(new Error("full"));
  const desk = new RulesDesk({ sets, book, keep, statistics: () => [] });
  book.modes = new Map([["x", "off"]]);
  await assertRejects(() => desk.switch("x", undefined), Error, "full");
  assertEquals(book.modes.size, 1);
  site.ruleBook.modes = new Map(
    Array.from({ length: MAX_SWITCHED }, (_, i) => [`${i}`, "off"]),
  );
  await assertRejects(
    () => site.rules.switch("ads", "off"),
    Error,
    "are switched already",
  );
});

Deno.test("RulesDesk has the text that a rule was made of", async () => {
  const sources = { "1_ads.ts": "export default {}" };
  await using site = await AdminSite.open({ rules: RULES, sources });
  const [ads, tag] = site.rules.view().rules;
  assertEquals(site.rules.sourceOf(ads!), "export default {}");
  assertEquals(site.rules.sourceOf(tag!), undefined);
});

Deno.test("rulesInForce() has the modes that rules were switched to, and names those rules", () => {
  const book = { modes: new Map([["gone", "off" as const]]) };
  const sets = {
    current: { rules: [], broken: [], modules: [], version: "" },
    refused: [],
  };
  const shown = rulesInForce(sets, book);
  assertEquals(shown.switched, []);
  assertEquals(shown.current, { rules: [], broken: [] });
});
