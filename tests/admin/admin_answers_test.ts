import { assertEquals, assertStringIncludes } from "@std/assert";
import { ADDRESS, AdminSite, HTML } from "./admin_site.ts";

Deno.test("AdminAnswers gives an error in the form that was asked for", async () => {
  await using site = await AdminSite.open();
  const path = "/admin/logs/none";
  const json = await site.ask(path);
  assertEquals([json.status, json.headers.get("Content-Type")], [
    404,
    "application/json",
  ]);
  assertEquals((await json.json()).error.status, 404);
  const page = await site.ask(path, { headers: HTML });
  assertEquals(page.status, 404);
  assertStringIncludes(await page.text(), "<h1>Not found</h1>");
});

Deno.test("AdminAnswers offers the login that leads back, and the logout to who is logged in", async () => {
  await using site = await AdminSite.open();
  const out = await site.page("/admin/lists?done=added");
  assertStringIncludes(
    out,
    'href="/admin/login?next=%2Fadmin%2Flists%3Fdone%3Dadded"',
  );
  const page = await site.page("/admin/lists", await site.login());
  assertStringIncludes(page, "Log out");
  assertEquals(page.includes("/admin/login"), false);
});

Deno.test("AdminAnswers says on a page that nothing was changed without a login", async () => {
  await using site = await AdminSite.open();
  const answer = await site.ask("/admin/rules/reload", {
    method: "POST",
    headers: { ...HTML, Origin: ADDRESS },
  });
  assertEquals(answer.status, 401);
  assertStringIncludes(await answer.text(), "Nothing was changed.");
});

Deno.test("AdminAnswers sends a browser on after a change, and a program what came of it", async () => {
  await using site = await AdminSite.open();
  const sent = await site.send("/admin/rules/reload", {});
  assertEquals([sent.status, sent.headers.get("Location")], [
    303,
    "/admin/rules?done=reloaded",
  ]);
  const posted = await site.post("/admin/rules/reload");
  assertEquals([posted.status, (await posted.json()).version], [200, "abc123"]);
});
