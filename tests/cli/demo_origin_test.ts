import { assertEquals, assertMatch } from "@std/assert";
import { startDemoOrigin } from "../../src/cli/demo_origin.ts";

Deno.test("startDemoOrigin() serves a page that can be stored and validated", async () => {
  await using origin = startDemoOrigin();
  const page = await fetch(`${origin.base}page`);
  assertEquals(page.headers.get("cache-control"), "max-age=60");
  const etag = page.headers.get("etag")!;
  assertEquals((await page.text()).length > 100, true);
  const same = await fetch(`${origin.base}page`, {
    headers: { "if-none-match": etag },
  });
  assertEquals([same.status, await same.text()], [304, ""]);
  assertEquals(origin.requests(), 2);
});

Deno.test("startDemoOrigin() serves what each step needs", async () => {
  await using origin = startDemoOrigin();
  const ask = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(origin.base + path, {
      redirect: "manual",
      ...init,
    });
    const { status, headers } = answer;
    return [status, headers.get("cache-control"), await answer.text()] as const;
  };
  assertEquals((await ask("private")).slice(0, 2), [200, "no-store"]);
  assertEquals(await ask("page", { method: "POST", body: "x" }), [
    200,
    "no-store",
    "changed\n",
  ]);
  assertEquals((await ask("old")).slice(0, 1), [301]);
  assertMatch((await ask("stream"))[2], /^(?:chunk \d\n){5}$/);
  assertEquals((await ask("slow")).slice(0, 2), [200, "max-age=60"]);
  assertEquals((await ask("other")).slice(0, 1), [404]);
});

Deno.test("startDemoOrigin() gives each run URLs of its own, on loopback", async () => {
  await using one = startDemoOrigin();
  await using other = startDemoOrigin();
  assertMatch(one.base, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{4}\/$/);
  assertEquals(one.base === other.base, false);
});
