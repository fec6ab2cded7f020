import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { html, htmlText } from "../../src/admin/html.ts";
import { layout, SECTIONS } from "../../src/admin/layout.ts";

const SHELL = { version: "1.2.3", rules: undefined };

Deno.test("layout() has one main, one heading, landmarks and a way past the navigation", async () => {
  const text = await htmlText(
    layout(SHELL, { title: "A <title>", body: html`<p>body</p>` }),
  );
  assertStringIncludes(text, "<title>A &lt;title&gt; · Sluice</title>");
  assertEquals(text.match(/<h1>/g)?.length, 1);
  assertEquals(text.match(/<main /g)?.length, 1);
  assertMatch(text, /<a class="skip" href="#main">/);
  assertEquals(text.match(/<nav aria-label="[^"]+">/g)?.length, 2);
  assertStringIncludes(text, "Sluice 1.2.3");
});

Deno.test("layout() marks the section that is open", async () => {
  for (const { href } of SECTIONS) {
    const text = await htmlText(
      layout(SHELL, { title: "x", section: href, body: "" }),
    );
    assertEquals(text.match(/aria-current="page"/g)?.length, 1);
    assertStringIncludes(text, `href="${href}" aria-current="page"`);
  }
});

Deno.test("layout() warns of broken rules, unless the body does", async () => {
  const problem = { file: "2_x.ts", message: "no" };
  const rules = { current: { broken: [problem] }, refused: [] };
  const shell = { version: "1", rules };
  const page = { title: "x", body: "" };
  assertStringIncludes(await htmlText(layout(shell, page)), "2_x.ts: no");
  const own = await htmlText(layout(shell, { ...page, hasOwnBanner: true }));
  assertEquals(own.includes("2_x.ts"), false);
});

Deno.test("layout() loads scripts as modules, and reloads without them", async () => {
  const text = await htmlText(layout(SHELL, {
    title: "x",
    body: "",
    scripts: ["stats.js"],
    refreshSeconds: 5,
  }));
  assertMatch(text, /<script type="module" src="\/assets\/[\w-]+\/stats\.js">/);
  assertMatch(text, /<noscript>\s*<meta http-equiv="refresh" content="5"/);
});
