import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { AdminSite, BEARER } from "./admin_site.ts";

const RECORDS = Array.from({ length: 6 }, (_, i) => ({
  id: `id-${i}`,
  url: `http://${i < 4 ? "a" : "b"}.test/${i}`,
  targetHost: i < 4 ? "a.test" : "b.test",
}));

Deno.test("the logs are searched by pages", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const first = await site.json("/admin/logs?host=a.test&limit=3");
  const ids = (page: { records: { id: string }[] }) =>
    page.records.map(({ id }) => id);
  assertEquals(ids(first), ["id-3", "id-2", "id-1"]);
  const second = await site.json(
    `/admin/logs?host=a.test&limit=3&after=${first.next}`,
  );
  assertEquals([ids(second), second.next], [["id-0"], null]);
});

Deno.test("the logs tell one exchange by its id", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  assertEquals((await site.json("/admin/logs/id-2")).url, "http://a.test/2");
  assertEquals((await site.ask("/admin/logs/id-9")).status, 404);
  const page = await site.page("/admin/logs/id-2");
  assertStringIncludes(page, 'href="/why/id-2.json"');
});

Deno.test("the logs are exported as lines and as an archive, as far as they fit", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const lines = await site.ask("/admin/logs/export.ndjson?host=b.test");
  assertEquals(lines.headers.get("Content-Type"), "application/x-ndjson");
  assertMatch(lines.headers.get("Content-Disposition") ?? "", /^attachment/);
  const ids = (await lines.text()).trimEnd().split("\n")
    .map((line) => JSON.parse(line).id);
  assertEquals(ids, ["id-5", "id-4"]);
  const { log } = await site.json("/admin/logs/export.har?host=b.test");
  assertEquals([log.version, log.entries.length], ["1.2", 2]);
});

Deno.test("the logs are deleted as they were searched, or all by name", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  assertEquals((await site.json("/admin/logs/delete?host=b.test")).count, 2);
  const init = { method: "DELETE", headers: BEARER };
  assertEquals(await site.json("/admin/logs?host=b.test", init), {
    deleted: 2,
  });
  for (const path of ["/admin/logs", "/admin/logs?all=yes&host=a.test"]) {
    assertEquals((await site.ask(path, init)).status, 400, path);
  }
  assertEquals(await site.json("/admin/logs?all=yes", init), { deleted: 4 });
});

Deno.test("the logs are deleted by a form that has asked before", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const members = { host: "a.test" };
  const unsure = await site.send("/admin/logs/delete", members);
  assertEquals(unsure.status, 400);
  const sure = { ...members, confirm: "yes" };
  const sent = await site.send("/admin/logs/delete", sure);
  const location = sent.headers.get("Location") ?? "";
  assertEquals([sent.status, location], [303, "/admin/logs?deleted=4"]);
  assertStringIncludes(await site.page(location), "Records deleted: 4.");
  const all = await site.send("/admin/logs/delete", {
    all: "yes",
    confirm: "yes",
  });
  assertEquals(all.headers.get("Location"), "/admin/logs?deleted=2");
});

Deno.test("the question before a deletion is about what was there when it was asked", async () => {
  await using site = await AdminSite.open({ records: RECORDS });
  const text = await site.page(
    "/admin/logs/delete?host=a.test",
    await site.login(),
  );
  assertMatch(text, /name="to" value="\d{4}-/);
});
