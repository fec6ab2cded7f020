import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ADDRESS, AdminSite, BEARER, HTML } from "./admin_site.ts";

Deno.test("entries are added, told, exported and removed", async () => {
  await using site = await AdminSite.open();
  const entry = { entry: ".Ads.test", action: "block", note: "two\nlines" };
  const added = await site.post("/admin/lists/entries", entry);
  assertEquals(added.status, 201);
  assertEquals((await added.json()).entry.entry, ".ads.test");
  const sent = await site.send("/admin/lists/entries", {
    entry: "good.test",
    action: "allow",
    note: "",
  });
  assertEquals(sent.headers.get("Location"), "/admin/lists?done=added");
  assertEquals((await site.json("/admin/lists")).entries.length, 2);
  const text = async (action: string) =>
    await (await site.ask(`/admin/lists/entries.txt?action=${action}`)).text();
  assertEquals(await text("block"), "# two lines\n.ads.test\n");
  assertEquals(await text("allow"), "good.test\n");
  const removed = await site.post("/admin/lists/entries/remove", {
    entry: "ADS.test",
  });
  assertEquals(removed.status, 404);
  const other = { entry: ".ads.test" };
  assertEquals(
    (await site.post("/admin/lists/entries/remove", other)).status,
    200,
  );
  assertEquals(await text("block"), "");
});

Deno.test("a list is imported by a form with a file, and by a plain text", async () => {
  await using site = await AdminSite.open();
  const form = new FormData();
  form.append("name", "");
  form.append("text", "");
  form.append("file", new File(["a.test\n"], "ads.txt"));
  const sent = await site.ask("/admin/lists/import", {
    method: "POST",
    headers: { ...HTML, Origin: ADDRESS, Cookie: await site.login() },
    body: form,
  });
  const location = sent.headers.get("Location") ?? "";
  assertEquals([sent.status, location], [
    303,
    "/admin/lists/file?name=ads.txt",
  ]);
  await site.lists.files.settled();
  assertStringIncludes(await site.page(location), "is imported and in force.");

  const headers = { ...BEARER, "Content-Type": "text/plain" };
  const posted = await site.ask("/admin/lists/import?name=more", {
    method: "POST",
    headers,
    body: "b.test\n",
  });
  assertEquals(posted.status, 202);
  const { see } = await posted.json();
  await site.lists.files.settled();
  assertEquals((await site.json(see)).file.report.entries, 1);
  const text = await site.ask("/admin/lists/file.txt?name=more");
  assertEquals(text.headers.get("Content-Type"), "text/plain; charset=utf-8");
  assertEquals(await text.text(), "b.test\n");
});

Deno.test("a list without a name that can be is wrong input, in every way to send it", async () => {
  await using site = await AdminSite.open();
  const headers = { ...BEARER, "Content-Type": "text/plain" };
  for (const name of ["", "a<b", "../x", "x".repeat(300)]) {
    const query = new URLSearchParams({ name });
    const path = `/admin/lists/import?${query}`;
    const plain = await site.ask(path, {
      method: "POST",
      headers,
      body: "a.test",
    });
    const form = await site.post("/admin/lists/import", {
      name,
      text: "a.test",
    });
    for (const response of [plain, form]) {
      const { error } = await response.json();
      assertEquals([response.status, error.status], [400, 400]);
      assertMatch(error.reason, /^name: /);
    }
  }
  const zipped = new Uint8Array([0x1f, 0x8b, 8, 0]);
  const path = "/admin/lists/import?name=x";
  const sent = await site.ask(path, { method: "POST", headers, body: zipped });
  assertEquals(sent.status, 400);
  assertMatch((await sent.json()).error.reason, /compressed/);
});

Deno.test("a page that shows an import asks again while it runs, without script", async () => {
  await using site = await AdminSite.open();
  const text = new TextEncoder().encode("a.test\n".repeat(50_000));
  site.lists.files.begin("x", text);
  const running = await site.ask("/admin/lists/file?name=x", { headers: HTML });
  assertEquals(running.headers.get("Refresh"), "1");
  assertStringIncludes(await running.text(), "Importing x");
  const busy = await site.ask("/admin/lists/import?name=y", {
    method: "POST",
    headers: { ...BEARER, "Content-Type": "text/plain" },
    body: "b.test",
  });
  assertEquals(busy.status, 409);
  assertMatch((await busy.json()).error.reason, /is being imported/);
  await site.lists.files.settled();
  const done = await site.ask("/admin/lists/file?name=x");
  assertEquals(done.headers.get("Refresh"), null);
  await done.body?.cancel();
});

Deno.test("an imported list is removed", async () => {
  await using site = await AdminSite.open();
  site.lists.files.begin("x", new TextEncoder().encode("a.test\n"));
  await site.lists.files.settled();
  const remove = () => site.post("/admin/lists/file/remove", { name: "x" });
  assertEquals((await remove()).status, 200);
  assertEquals((await remove()).status, 404);
  for (const path of ["file.txt?name=x", "file?name=none"]) {
    assertEquals((await site.ask(`/admin/lists/${path}`)).status, 404);
  }
});

Deno.test("the lists tell which entry fits", async () => {
  await using site = await AdminSite.open();
  await site.lists.add({ entry: ".ads.test", action: "block" });
  const { verdict, matches } = await site.json(
    "/admin/lists/explain?url=x.ads.test",
  );
  assertEquals([verdict.verdict, matches.length], ["block", 1]);
  const bad = await site.ask("/admin/lists/explain?url=http://");
  assertEquals(bad.status, 400);
});

Deno.test("a browser gets its form back after a mistake, a program an error", async () => {
  await using site = await AdminSite.open();
  const entry = { entry: "a b", action: "allow", note: "long thought about" };
  const sent = await site.send("/admin/lists/entries", entry);
  assertEquals(sent.status, 400);
  const text = await sent.text();
  assertStringIncludes(text, "Nothing was changed: see the field “entry”.");
  assertStringIncludes(text, 'name="note" value="long thought about"');
  const told = await site.post("/admin/lists/entries", entry);
  assertEquals(told.headers.get("Content-Type"), "application/json");
  assertMatch((await told.json()).error.reason, /it has a space/);

  const list = { name: "a<b", text: "||a.test^" };
  const imported = await site.send("/admin/lists/import", list);
  assertStringIncludes(await imported.text(), "||a.test^</textarea>");
  assertEquals(site.lists.files.all(), []);

  const asked = await site.ask("/admin/lists/explain?url=http://", {
    headers: HTML,
  });
  assertEquals(asked.status, 400);
  assertMatch(await asked.text(), /name="url" value="http:\/\/"[^>]*aria-inv/);
});
