import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  RuleExplainError,
  type RuleQuestion,
} from "../../src/admin/rules_explain.ts";
import { AdminSite, HTML } from "./admin_site.ts";

const RULES = { "1_ads.ts": { request: () => undefined } };

Deno.test("rules are told, each with its source", async () => {
  const sources = { "1_ads.ts": "// text" };
  await using site = await AdminSite.open({ rules: RULES, sources });
  const { rules, version } = await site.json("/admin/rules");
  assertEquals([rules[0].name, rules[0].fileMode, version], [
    "ads",
    "enforce",
    "abc123",
  ]);
  const rule = await site.json("/admin/rules/rule?name=ads");
  assertEquals([rule.file, rule.source], ["1_ads.ts", "// text"]);
  assertEquals((await site.ask("/admin/rules/rule?name=x")).status, 404);
});

Deno.test("a rule is switched by a program and by a form, and back", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  const posted = await site.post("/admin/rules/mode", {
    name: "ads",
    mode: "off",
  });
  assertEquals((await posted.json()).rule.mode, "off");
  const form = { name: "ads", mode: "file", from: "rule" };
  const sent = await site.send("/admin/rules/mode", form);
  const location = sent.headers.get("Location") ?? "";
  assertEquals(location, "/admin/rules/rule?name=ads&done=switched-back");
  assertStringIncludes(await site.page(location), "as its file says");
  const other = { name: "none", mode: "off" };
  assertEquals((await site.post("/admin/rules/mode", other)).status, 404);
});

Deno.test("rules are loaded anew", async () => {
  await using site = await AdminSite.open({ rules: RULES });
  const answer = await site.post("/admin/rules/reload");
  assertEquals(await answer.json(), {
    version: "abc123",
    broken: [],
    refused: [],
  });
  assertEquals(site.reloads, 1);
});

Deno.test("rules explain a request, after the lists", async () => {
  const asked: RuleQuestion[] = [];
  await using site = await AdminSite.open({
    explain: (question) => {
      asked.push(question);
      return Promise.resolve({ rows: [], outcome: "outcome: forwarded" });
    },
  });
  await site.lists.add({ entry: "a.test", action: "allow" });
  const path = "/admin/rules/explain?url=http://a.test/&headers=X:%20y";
  const { rules, lists } = await site.json(path);
  assertEquals(asked[0]?.headers, [["X", "y"]]);
  assertEquals([rules.outcome, lists.verdict.verdict], [
    "outcome: forwarded",
    "allow",
  ]);
});

Deno.test("no rule explains what the lists block, by whatever method", async () => {
  const asked: RuleQuestion[] = [];
  await using site = await AdminSite.open({
    explain: (question) => {
      asked.push(question);
      return Promise.resolve({ rows: [], outcome: "outcome: forwarded" });
    },
  });
  await site.lists.add({ entry: "a.test", action: "block" });
  const explain = "/admin/rules/explain?";
  for (const query of ["url=http://a.test/", "url=a.test:443&method=CONNECT"]) {
    const { rules, lists } = await site.json(explain + query);
    assertEquals([rules, lists.verdict.verdict], [null, "block"], query);
    const text = await site.page(explain + query);
    assertStringIncludes(text, "The lists block it.");
    assertStringIncludes(text, "answered with 403, and no rule is asked");
  }
  assertEquals(asked, []);
  // Of a request there is no such URL: that is for the rules to say.
  const { lists } = await site.json(`${explain}url=a.test:443`);
  assertEquals([lists, asked.length], [null, 1]);
});

Deno.test("rules say why they explain nothing", async () => {
  await using site = await AdminSite.open({
    explain: () => Promise.reject(new RuleExplainError("broken: x.ts")),
  });
  for (const query of ["url=http://a.test/", "url=u&method=a%20b"]) {
    const path = `/admin/rules/explain?${query}`;
    assertEquals((await site.ask(path)).status, 400, query);
    const page = await site.ask(path, { headers: HTML });
    assertEquals(page.status, 400, query);
    assertStringIncludes(await page.text(), "banner tone-bad");
  }
  const wrong = "/admin/rules/explain?url=zz&client=9.9.9";
  const { error } = await site.json(wrong);
  assertEquals(error.reason, 'client: got "9.9.9", wants an address');
  assertStringIncludes(await site.page(wrong), "see the field “client”");
});
