import { assertEquals, assertStringIncludes } from "@std/assert";
import { entryHref, stateBadge } from "../../src/admin/cache_pages_list.ts";
import { AdminSite } from "./admin_site.ts";

Deno.test("the cache page shows what is stored, in words, and leads on", async () => {
  const cached = ["1", "2", "3"].map((n) => `http://a.test/${n}`);
  await using site = await AdminSite.open({ cached });
  const first = await site.page("/admin/cache?limit=2&host=a.test");
  assertStringIncludes(first, "2 of 3 entries");
  assertStringIncludes(first, '<span class="badge tone-warn">stale</span>');
  const [, href = ""] = /rel="next" href="([^"]+)"/.exec(first) ?? [];
  const second = await site.page(href.replaceAll("&amp;", "&"));
  assertStringIncludes(second, "http://a.test/3");
  assertEquals(second.includes("http://a.test/2"), false);
});

Deno.test("the cache page offers to purge what was searched for, to who is logged in", async () => {
  await using site = await AdminSite.open({ cached: ["http://a.test/"] });
  const path = "/admin/cache?host=a.test";
  assertEquals(
    (await site.page(path)).includes('action="/admin/cache/purge"'),
    false,
  );
  const text = await site.page(path, await site.login());
  assertStringIncludes(text, '<option value="host" selected>');
  assertStringIncludes(text, 'name="confirm" value="yes" required');
});

Deno.test("the cache page says why it is empty", async () => {
  await using site = await AdminSite.open();
  assertStringIncludes(await site.page("/admin/cache"), "Nothing is stored.");
  assertStringIncludes(await site.page("/admin/cache?q=x"), "stored fits");
});

Deno.test("entryHref() and stateBadge() name a URL and a state", () => {
  assertEquals(
    entryHref("http://a.test/?a&b"),
    "/admin/cache/entry?url=http%3A%2F%2Fa.test%2F%3Fa%26b",
  );
  assertStringIncludes(String(stateBadge("stale")), "tone-warn");
});
