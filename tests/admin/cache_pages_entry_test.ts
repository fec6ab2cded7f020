import { assertEquals, assertStringIncludes } from "@std/assert";
import { AdminSite } from "./admin_site.ts";

const URL = encodeURIComponent("http://a.test/");

Deno.test("the page of a stored URL tells freshness in words, fields, and what a request would get", async () => {
  await using site = await AdminSite.open({
    cached: [{
      url: "http://a.test/",
      lines: ["Cache-Control: s-maxage=2000000000", "Set-Cookie: a=secret"],
    }],
  });
  const text = await site.page(`/admin/cache/entry?url=${URL}`);
  assertStringIncludes(text, "Outcome of such a request: hit");
  assertStringIncludes(text, "s-maxage=2000000000");
  assertEquals(text.includes("secret"), false);
  const field = encodeURIComponent("Cache-Control: no-store");
  const other = await site.page(`/admin/cache/entry?url=${URL}&field=${field}`);
  assertStringIncludes(other, "Outcome of such a request: miss");
  assertStringIncludes(other, 'value="Cache-Control: no-store"');
});

Deno.test("the page of a stored URL offers to purge it to who is logged in", async () => {
  await using site = await AdminSite.open({ cached: ["http://a.test/"] });
  const path = `/admin/cache/entry?url=${URL}`;
  assertEquals((await site.page(path)).includes("Mark stale"), false);
  const text = await site.page(path, await site.login());
  assertStringIncludes(text, "Mark stale");
  assertStringIncludes(text, 'name="value" value="http://a.test/"');
});
