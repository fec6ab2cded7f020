import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AdminSite, HTML } from "./admin_site.ts";

const RECORDS = Array.from({ length: 7 }, (_, i) => ({
  id: `id-${i}`,
  url: `http://a.test/${i}`,
  outcome: i % 2 === 0 ? "hit" as const : "blocked" as const,
}));

Deno.test("the logs page leads from page to page, and back to the first", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const first = await site.page("/admin/logs?limit=3&outcome=hit");
  assertStringIncludes(first, "http://a.test/6");
  assertEquals(first.includes("First page"), false);
  const [, href = ""] = /rel="next" href="([^"]+)"/.exec(first) ?? [];
  const second = await site.page(href.replaceAll("&amp;", "&"));
  assertStringIncludes(second, "http://a.test/0");
  assertStringIncludes(second, 'href="/admin/logs?outcome=hit"');
});

Deno.test("the logs page keeps what was searched for in its form", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const text = await site.page("/admin/logs?host=.a.test&outcome=blocked,hit");
  assertStringIncludes(text, 'value=".a.test"');
  assertStringIncludes(text, '<option value="blocked,hit" selected>');
});

Deno.test("the logs page says why it is empty", async () => {
  await using empty = await AdminSite.open();
  const first = await empty.page("/admin/logs");
  assertStringIncludes(first, "No exchanges yet.");
  assertStringIncludes(first, "No records are kept yet.");
  await using site = await AdminSite.open({ records: RECORDS });
  const text = await site.page("/admin/logs?host=none.test");
  assertStringIncludes(text, "No exchange fits.");
});

Deno.test("the logs page offers to delete to who is logged in", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const path = "/admin/logs?host=a.test";
  assertEquals((await site.page(path)).includes("/delete"), false);
  assertStringIncludes(
    await site.page(path, await site.login()),
    'href="/admin/logs/delete?host=a.test"',
  );
});

Deno.test("the logs page of a search with a mistake has the form as it was", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const path = "/admin/logs?host=http://x&rule=ads&status=2xx";
  const response = await site.ask(path, { headers: HTML });
  const text = await response.text();
  assertEquals(response.status, 400);
  assertStringIncludes(text, "Nothing was looked for: see the field “host”.");
  assertMatch(text, /name="host" value="http:\/\/x"[^>]*aria-invalid="true"/);
  for (const kept of ['name="rule" value="ads"', 'name="status" value="2xx"']) {
    assertStringIncludes(text, kept);
  }
  const told = await site.json(path);
  assertEquals(told.error.status, 400);
});

Deno.test("the logs page names the time zone where a time is to be typed", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  assertStringIncludes(await site.page("/admin/logs"), `From (${timeZone})`);
});
