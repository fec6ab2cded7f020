import { assertStringIncludes } from "@std/assert";
import { rulesExplainPage } from "../../src/admin/rules_explain_page.ts";

Deno.test("rulesExplainPage() shows the table and the outcome, escaped", () => {
  const row = {
    phase: "request",
    rule: "<ads>",
    matched: true,
    verdict: "block",
    ms: "0.1",
    reason: "<r>",
  };
  const rules = { rows: [row], outcome: "outcome: blocked 403\n  <effect>" };
  const text = String(rulesExplainPage({ asked: {}, rules }).body);
  for (
    const part of ["&lt;ads&gt;", "&lt;r&gt;", "&lt;effect&gt;", "blocked 403"]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("rulesExplainPage() keeps what was asked, and says what was wrong with it", () => {
  const asked = { url: '"<u>', headers: "</textarea><b>" };
  const mistake = { where: "url", problem: "wrong <p>", values: asked };
  const text = String(rulesExplainPage({ asked, mistake }).body);
  assertStringIncludes(text, 'value="&quot;&lt;u&gt;"');
  assertStringIncludes(text, "&lt;/textarea&gt;&lt;b&gt;");
  assertStringIncludes(text, "wrong &lt;p&gt;");
  assertStringIncludes(text, "see the field “url”");
  const elsewhere = { ...mistake, where: "headers" };
  assertStringIncludes(
    String(rulesExplainPage({ asked, mistake: elsewhere }).body),
    "headers: wrong &lt;p&gt;",
  );
});
