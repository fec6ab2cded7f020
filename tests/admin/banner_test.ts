import { assertEquals, assertStringIncludes } from "@std/assert";
import { banner } from "../../src/admin/banner.ts";
import { html, htmlText } from "../../src/admin/html.ts";

Deno.test("banner() is said at once where it is bad, politely else", async () => {
  const bad = await htmlText(banner({ tone: "bad", what: "Full." }));
  assertStringIncludes(bad, 'role="alert"');
  const warn = await htmlText(banner({ tone: "warn", what: "Nearly full." }));
  assertStringIncludes(warn, 'role="status"');
});

Deno.test("banner() escapes what it says and takes details as markup", async () => {
  const text = await htmlText(
    banner({ tone: "good", what: "<b>", details: html`<p>so</p>` }),
  );
  assertStringIncludes(text, "<strong>&lt;b&gt;</strong>");
  assertEquals(text.includes("<p>so</p>"), true);
});
