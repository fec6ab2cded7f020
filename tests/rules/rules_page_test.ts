import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import rule from "../../rules/90_rules_page.ts";
import { connect, decide, request } from "../../src/policy/testing.ts";
import { loadFolder, withFolder } from "./rule_folder.ts";

const PAGE = new URL("../../rules/90_rules_page.ts", import.meta.url);

Deno.test("the rule rules_page answers rules.test, and nothing else", async () => {
  const verdict = await decide(rule, request("http://Rules.Test./any"));
  assertEquals(
    [verdict.action, verdict.reason],
    ["respond", "the rules' own page"],
  );
  const { decision } = verdict;
  const body = decision?.action === "respond" ? String(decision.body) : "";
  assertStringIncludes(body, "<li><code>90_rules_page.ts</code>");
  // It can't know which files were left out: the proxy's own page does.
  assertStringIncludes(body, `<a href="http://proxy-stats/">`);
  const others = [
    request("http://a.test/"),
    request("http://x.rules.test/"),
    connect("rules.test:443"),
  ];
  for (const message of others) {
    assertEquals((await decide(rule, message)).matched, false);
  }
});

Deno.test("the rule rules_page lists the rules beside it in their order, escaped", async () => {
  const other = "export default { request: () => undefined };";
  const files = {
    "10_b.ts": other,
    "9_a<b>.ts": other,
    "10_b_test.ts": "",
    "rule.d.ts": "",
    "README.md": "",
  };
  await withFolder(files, async (folder) => {
    await Deno.copyFile(PAGE, join(folder, "90_rules_page.ts"));
    const body = await loadFolder(folder, async ({ host, rules }) => {
      const reply = await host.ask({
        rule: rules.at(-1)?.index ?? 0,
        phase: "request",
        request: {
          id: "1",
          method: "GET",
          url: "http://rules.test/",
          scheme: "http",
          host: "rules.test",
          port: 80,
          path: "/",
          query: "",
          headers: [],
          clientIp: "::1",
          clientPort: 1,
          timeMs: 0,
        },
      });
      assertEquals(reply.error, undefined);
      const [decision] = reply.decisions;
      return decision?.action === "respond" ? String(decision.body) : "";
    });
    const listed = [...body.matchAll(/<li><code>(.*?)<\/code>/g)]
      .map(([, name]) => name);
    assertEquals(listed, ["9_a&#60;b&#62;.ts", "10_b.ts", "90_rules_page.ts"]);
  });
});
