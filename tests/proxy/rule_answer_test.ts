import { assertEquals, assertStringIncludes } from "@std/assert";
import { get, request } from "../scenarios/requests.ts";
import { rulesScenario } from "../scenarios/rules_folder.ts";

rulesScenario(
  "answerEnding() gives what a rule gave, with its status, fields and body",
  {
    "r.ts": `{
      request: ({ path }) => ({
        "/page": { action: "block", reason: "a <b> \\"c\\"", headers: { "X-A": "1", "Content-Type": "text/odd", "cache-control": "max-age=1" } },
        "/own": { action: "block", reason: "é", status: 410, body: "own" },
        "/date": { action: "respond", status: 304, headers: { date: "x", etag: '"1"' } },
        "/none": { action: "block", reason: "none", status: 204 },
        "/jump": { action: "redirect", location: "http://b.test/", status: 308 },
      })[path],
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/page", "Accept: text/html"));
    const page = await c.message();
    assertEquals(page.head.get("content-type"), "text/html; charset=utf-8");
    assertEquals(page.head.get("cache-control"), "max-age=1");
    assertEquals(page.head.get("x-a"), "1");
    assertStringIncludes(page.body, "<p>A &#60;b&#62; &#34;c&#34;.</p>");
    assertStringIncludes(
      page.head.get("proxy-status") ?? "",
      'details="a <b> \\"c\\""',
    );
    await c.send(get(origin, "/own"));
    const own = await c.message();
    assertEquals([own.status, own.body], [410, "own"]);
    assertStringIncludes(own.head.get("content-type") ?? "", "text/plain");
    await c.send(get(origin, "/date"));
    const date = await c.message(true);
    assertEquals([date.status, date.head.get("date")], [304, "x"]);
    assertEquals(date.head.has("content-length"), false);
    await c.send(get(origin, "/none"));
    assertEquals((await c.message(true)).status, 204);
    await c.send(request("HEAD", origin, "/own"));
    const bare = await c.message(true);
    assertEquals(bare.head.get("content-length"), "3");
    await c.send(get(origin, "/jump"));
    const jump = await c.message();
    assertEquals([jump.status, jump.body], [308, ""]);
    for (const status of [403, 410, 304, 204, 410, 308]) {
      await records.expect({ status, rule: "r" });
    }
  },
);
