import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ListsArchive } from "../../src/admin/lists_archive.ts";
import { ListsDesk } from "../../src/admin/lists_desk.ts";
import { InvalidEntry } from "../../src/policy/lists/own_list.ts";
import { ListBook } from "../../src/proxy/list_book.ts";
import { AdminSite } from "./admin_site.ts";

Deno.test("ListsDesk puts an entry in force at once, and keeps it in its order", async () => {
  const kv = await Deno.openKv(":memory:");
  try {
    await using site = await AdminSite.open({ kv });
    const { lists } = site;
    await lists.add({ entry: ".Ads.test", action: "block", note: "why" });
    await lists.add({ entry: "b.test", action: "block" });
    await lists.add({ entry: ".ads.test.", action: "allow" });
    assertEquals(await lists.remove("B.test"), true);
    assertEquals(await lists.remove("B.test"), false);
    await lists.add({ entry: "c.test", action: "block" });
    assertEquals(lists.explain("x.ads.test")?.verdict.verdict, "allow");
    await using after = await AdminSite.open({ kv });
    assertEquals(after.lists.entries(), lists.entries());
    assertEquals(after.lists.entries().map(({ entry }) => entry), [
      ".ads.test",
      "c.test",
    ]);
    assertEquals(after.problems, []);
  } finally {
    kv.close();
  }
});

Deno.test("ListsDesk changes nothing that the store does not keep", async () => {
  const kv = await Deno.openKv(":memory:");
  await using site = await AdminSite.open({ kv });
  const { lists } = site;
  await lists.add({ entry: "a.test", action: "block", note: "old" });
  kv.close();
  const before = lists.entries();
  const failing = [
    () => lists.add({ entry: "b.test", action: "block" }),
    () => lists.add({ entry: "a.test", action: "allow" }),
    () => lists.remove("a.test"),
  ];
  for (const change of failing) {
    await assertRejects(change, Error, "Cannot change the lists");
    assertEquals(lists.entries(), before);
  }
  assertEquals(lists.explain("a.test")?.verdict.verdict, "block");
});

Deno.test("ListsDesk refuses what is no entry", async () => {
  await using site = await AdminSite.open();
  const bad = { entry: "not an entry", action: "block" } as const;
  await assertRejects(() => site.lists.add(bad), InvalidEntry);
});

Deno.test("ListsDesk explains URLs, and hosts as tunnels", async () => {
  await using site = await AdminSite.open();
  const { lists } = site;
  await lists.add({ entry: "http://a.test/ads/", action: "block", note: "n" });
  await lists.add({ entry: "192.0.2.0/24", action: "block" });
  await lists.add({ entry: "2001:db8::/32", action: "block" });
  const cases = [
    ["http://A.test/ads/x", "block"],
    ["http://a.test/", "none"],
    ["a.test", "none"],
    ["192.0.2.7", "block"],
    ["192.0.2.7:8443", "block"],
    ["2001:db8::1", "block"],
    ["[2001:db8::1]:443", "block"],
  ] as const;
  for (const [what, verdict] of cases) {
    assertEquals(lists.explain(what)?.verdict.verdict, verdict, what);
  }
  assertEquals(lists.explain("http://a.test/ads/")?.matches[0]?.note, "n");
  for (const what of ["http://", "a b", "http://a:b:c/"]) {
    assertEquals(lists.explain(what), undefined, what);
  }
});

Deno.test("ListsDesk says what it can't read, and goes on without it", async () => {
  const kv = await Deno.openKv(":memory:");
  kv.close();
  const problems: string[] = [];
  const desk = await ListsDesk.open({
    archive: new ListsArchive(kv),
    book: new ListBook(),
    onError: (problem) => void problems.push(problem),
  });
  assertMatch(problems.join(), /^Cannot read the lists of the admin page/);
  assertEquals(desk.entries(), []);
  await desk.close();
});

Deno.test("ListsDesk refuses sub-domains of an address", async () => {
  await using site = await AdminSite.open();
  for (const entry of [".192.0.2.7", "*.192.0.2.7", ".192.0.2.7:80"]) {
    const add = () => site.lists.add({ entry, action: "block" });
    await assertRejects(add, InvalidEntry, '"192.0.2.7" is the address alone');
  }
  const own = { entry: "192.0.2.7", action: "block" } as const;
  assertEquals((await site.lists.add(own)).entry, own.entry);
});
