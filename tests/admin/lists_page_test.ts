import { assertEquals, assertStringIncludes } from "@std/assert";
import { actionBadge, reportOf } from "../../src/admin/lists_page.ts";
import { AdminSite } from "./admin_site.ts";

Deno.test("the lists page shows entries, files and everything in force", async () => {
  await using site = await AdminSite.open();
  await site.lists.add({ entry: ".ads.test", action: "block", note: "why" });
  site.lists.files.begin("x.txt", new TextEncoder().encode("a.test\nb c\n"));
  await site.lists.files.settled();
  const text = await site.page("/admin/lists");
  for (
    const part of [".ads.test", "why", "x.txt", "imported x.txt", "line 2"]
  ) {
    assertStringIncludes(text, part);
  }
  assertEquals(text.includes("Remove"), false);
  const page = await site.page("/admin/lists", await site.login());
  assertStringIncludes(page, 'name="entry" value=".ads.test"');
  assertStringIncludes(page, 'enctype="multipart/form-data"');
});

Deno.test("the lists page says what was done, of things that can be done", async () => {
  await using site = await AdminSite.open();
  const done = await site.page("/admin/lists?done=added");
  assertStringIncludes(done, "The entry is in force.");
  for (const word of ["constructor", "__proto__", "x"]) {
    const text = await site.page(`/admin/lists?done=${word}`);
    assertEquals(text.includes("banner"), false, word);
  }
});

Deno.test("the lists page's pieces", async () => {
  assertStringIncludes(String(actionBadge("allow")), "tone-good");
  await using site = await AdminSite.open();
  assertEquals(site.lists.inForce.map(reportOf), [undefined]);
});

Deno.test("the lists page says of an import how far it is, and not for good that it is done", async () => {
  await using site = await AdminSite.open();
  site.lists.files.begin("x.txt", new TextEncoder().encode("a.test\n"));
  await site.lists.files.settled();
  const done = "x.txt is imported and in force.";
  assertEquals((await site.page("/admin/lists")).includes(done), false);
  const file = await site.page("/admin/lists/file?name=x.txt");
  assertStringIncludes(file, done);
  site.lists.files.begin("y.txt", new TextEncoder().encode("a b\n"));
  await site.lists.files.settled();
  const text = await site.page("/admin/lists");
  assertStringIncludes(text, "y.txt was not imported");
});
