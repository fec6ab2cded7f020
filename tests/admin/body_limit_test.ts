import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BodyTooLong, limitBody } from "../../src/admin/body_limit.ts";
import { ADDRESS, AdminSite, BEARER } from "./admin_site.ts";

function requestOf(parts: readonly string[], headers: HeadersInit = {}) {
  let taken = 0;
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const part = parts[taken++];
      if (part === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(part));
    },
  }, { highWaterMark: 0 });
  const request = new Request(ADDRESS, { method: "POST", headers, body });
  return { request, taken: () => taken };
}

Deno.test("limitBody() passes what is not too long, and reads nothing by itself", async () => {
  const { request, taken } = requestOf(["ab", "cd"]);
  const limited = limitBody(request, 4);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(taken(), 0);
  assertEquals(await limited.text(), "abcd");
  const bare = new Request(ADDRESS);
  assertEquals(limitBody(bare, 0), bare);
});

Deno.test("limitBody() ends what is too long, and refuses what says so", async () => {
  const { request, taken } = requestOf(["ab", "cd", "ef", "gh"]);
  await assertRejects(() => limitBody(request, 5).text(), BodyTooLong);
  assertEquals(taken(), 3);
  const declared = requestOf(["ab"], { "content-length": "6" });
  assertThrows(() => limitBody(declared.request, 5), BodyTooLong, "at most 5");
  assertEquals(declared.taken(), 0);
});

Deno.test("limitBody() keeps forms to a MiB, and lets lists be longer", async () => {
  await using site = await AdminSite.open();
  const note = "x".repeat(1024 * 1024);
  const entry = { entry: "a.test", action: "block", note };
  const refused = await site.post("/admin/lists/entries", entry);
  assertEquals(refused.status, 413);
  assertEquals((await refused.json()).error.status, 413);
  const text = `${"# a note\n".repeat(120_000)}b.test\n`;
  const begun = await site.ask("/admin/lists/import?name=long", {
    method: "POST",
    headers: { ...BEARER, "content-type": "text/plain" },
    body: text,
  });
  assertEquals(begun.status, 202);
  await begun.body?.cancel();
});

Deno.test("adminRoutes() refuse who may not change anything before the body is read", async () => {
  await using site = await AdminSite.open();
  for (const headers of [{}, { ...BEARER, Origin: "http://evil.test" }]) {
    const { request, taken } = requestOf(["never"], headers);
    const url = `${ADDRESS}/admin/lists/import?name=a`;
    const client = { ip: "127.0.0.1", port: 1 };
    const refused = await site.app.fetch(new Request(url, request), { client });
    assertEquals([refused.status < 400, taken()], [false, 0]);
    await refused.body?.cancel();
  }
});
