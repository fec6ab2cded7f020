import { assertStringIncludes } from "@std/assert";
import { verdictBanner } from "../../src/admin/lists_explain_page.ts";
import { AdminSite } from "./admin_site.ts";

Deno.test("the explain page of the lists names every entry that fits, and the one that decides", async () => {
  await using site = await AdminSite.open();
  await site.lists.add({
    entry: ".ads.test",
    action: "block",
    note: "the note",
  });
  await site.lists.add({ entry: "x.ads.test", action: "allow" });
  const text = await site.page("/admin/lists/explain?url=http://x.ads.test/");
  for (const part of ["let it pass", "decides", "the note", "admin page"]) {
    assertStringIncludes(text, part);
  }
});

Deno.test("verdictBanner() says what a verdict means", () => {
  const words = (verdict: "allow" | "block" | "none") =>
    String(verdictBanner({ verdict: { verdict, reason: "<r>" }, matches: [] }));
  assertStringIncludes(words("none"), "rules are asked");
  assertStringIncludes(words("block"), "The lists block it.");
  assertStringIncludes(words("allow"), "&lt;r&gt;");
});
