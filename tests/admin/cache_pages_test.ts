import { assertEquals, assertStringIncludes } from "@std/assert";
import { AdminSite, HTML } from "./admin_site.ts";

const CACHED = ["http://a.test/1", "http://a.test/2", "http://b.test/"];

Deno.test("cachePages() purges by a form as by the API", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  const purge = async (members: Record<string, string>) =>
    (await site.send("/admin/cache/purge", members)).headers.get("Location");
  assertEquals(
    await purge({ by: "host", value: "a.test", mode: "soft" }),
    "/admin/cache?purged=2",
  );
  assertEquals(
    await purge({ by: "url", value: "http://b.test/", mode: "hard" }),
    "/admin/cache?purged=1",
  );
  assertEquals(
    await purge({ by: "all", confirm: "yes", mode: "hard" }),
    "/admin/cache?purged=2",
  );
});

Deno.test("cachePages() purges all for none that did not tick it, and nothing for nonsense", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  for (
    const members of [
      { by: "all", mode: "hard" },
      { by: "url", value: "nonsense" },
      { by: "x", value: "y" },
      { by: "host" },
    ]
  ) {
    const answer = await site.send("/admin/cache/purge", members);
    assertEquals(answer.status, 400, JSON.stringify(members));
    await answer.body?.cancel();
  }
  assertEquals((await site.json("/admin/cache")).total, 3);
});

Deno.test("cachePages() leaves programs to the API", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  const answer = await site.post("/admin/cache/purge", { host: "a.test" });
  assertEquals(await answer.json(), { purged: 2, mode: "hard" });
});

Deno.test("cachePages() refuses fields that are none", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  const path = "/admin/cache/entry?url=http://a.test/1&field=nonsense";
  assertEquals((await site.ask(path, { headers: HTML })).status, 400);
});

Deno.test("cachePages() tells a URL of which nothing is stored, and those like it", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  const answer = await site.ask("/admin/cache/entry?url=http://a.test/3", {
    headers: HTML,
  });
  assertEquals(answer.status, 404);
  assertStringIncludes(await answer.text(), ">http://a.test/1</a>");
});

Deno.test("cachePages() gives a form back after a mistake, with what was typed", async () => {
  await using site = await AdminSite.open({ cached: CACHED });
  const purge = { by: "prefix", value: "no url", mode: "soft" };
  const text = await (await site.send("/admin/cache/purge", purge)).text();
  assertStringIncludes(text, "Nothing was purged: see the field “value”.");
  assertStringIncludes(text, '<option value="prefix" selected>');
  assertStringIncludes(text, 'name="value" value="no url"');
  assertStringIncludes(text, '<option value="soft" selected>');

  const empty = { by: "url", value: "" };
  const again = await (await site.send("/admin/cache/purge", empty)).text();
  assertStringIncludes(again, "it is empty, wants what to purge");

  const search = await site.ask("/admin/cache?host=http://x&q=png", {
    headers: HTML,
  });
  assertEquals(search.status, 400);
  const form = await search.text();
  assertStringIncludes(form, 'name="host" value="http://x"');
  assertStringIncludes(form, 'name="q" value="png"');

  const entry = await site.ask(
    "/admin/cache/entry?url=http://a.test/1&field=x",
    {
      headers: HTML,
    },
  );
  assertEquals(entry.status, 400);
  const fields = await entry.text();
  assertStringIncludes(fields, "Those fields were not taken into account.");
  assertStringIncludes(fields, 'name="field" value="x"');
});
