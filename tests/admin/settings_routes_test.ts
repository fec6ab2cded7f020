import { assertEquals } from "@std/assert";
import { ADDRESS, AdminSite } from "./admin_site.ts";

Deno.test("settings and limits are told as values", async () => {
  await using site = await AdminSite.open();
  const room = { name: "Cache in memory", used: 1, most: 10, unit: "count" };
  assertEquals(await site.json("/admin/settings"), {
    address: ADDRESS,
    settings: [],
    capacity: [room],
  });
  assertEquals(await site.json("/admin/limits"), { capacity: [room] });
});
