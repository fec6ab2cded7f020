/** Scenarios of what rules decide about responses, where their bodies stream. */

import { assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { rulesScenarioOverBoth } from "./rules_folder.ts";

rulesScenarioOverBoth(
  "status and fields of a response are rewritten while its body streams",
  {
    "1_status.ts": `{
      match: { path: "/s/*" },
      response: ({ request: { path } }) => ({ action: "rewrite", status: Number(path.slice(3)) }),
    }`,
    "2_fields.ts": `{
      response: ({ status, headers }) => ({
        action: "rewrite",
        setHeaders: { "x-status": String(status), "x-a": "ours" },
        removeHeaders: ["server"],
      }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/s/404"));
    const o = await origin.accept();
    await o.head();
    await o.send(head(
      "HTTP/1.1 200 Fine",
      "Server: x",
      "Set-Cookie: a=1",
      "Set-Cookie: b=2",
      "Connection: X-A",
      "Content-Length: 10",
    ));
    const got = await c.head();
    assertEquals(got.startLine, "HTTP/1.1 404 Not Found");
    assertEquals(got.get("x-status"), "404");
    assertEquals(got.get("x-a"), "ours");
    assertEquals(got.get("set-cookie"), "a=1, b=2");
    assertEquals([got.has("server"), got.get("content-length")], [false, "10"]);
    await o.send("01234");
    assertEquals(await c.text(5), "01234");
    await o.send("56789");
    assertEquals(await c.text(5), "56789");
    await records.expect({ status: 404 });
    // What has no body takes none, and what had none gets an empty one.
    await c.send(get(origin, "/s/204"));
    await o.head();
    await o.send(answer("dropped"));
    assertEquals((await c.message(true)).head.has("content-length"), false);
    await records.expect({ status: 204 });
    await c.send(get(origin, "/s/200"));
    const o2 = await origin.accept();
    await o2.head();
    await o2.send(head("HTTP/1.1 304 Not Modified", "Content-Length: 99"));
    const full = await c.message();
    assertEquals([full.status, full.body], [200, ""]);
    await records.expect({ status: 200 });
  },
);

rulesScenarioOverBoth(
  "a rule's answer takes the place of the origin's",
  {
    "r.ts": `{
      match: { path: "/*" },
      response: ({ request: { path }, status }) => {
        if (path === "/block") return { action: "block", reason: "bad answer" };
        if (path === "/respond") return { action: "respond", status: 200, body: "was " + status };
        if (path === "/redirect") return { action: "redirect", location: "http://a.test/", status: 307 };
        if (path === "/throw") throw new Error("oh no");
        return { action: "cache", ttlSeconds: 60, reason: "static" };
      },
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    for (
      const [path, status, outcome] of [
        ["/block", 403, "blocked"],
        ["/respond", 200, "answered"],
        ["/redirect", 307, "redirected"],
      ] as const
    ) {
      await c.send(get(origin, path));
      const o = await origin.accept();
      await o.head();
      await o.send(head("HTTP/1.1 500 No", "Content-Length: 1000") + "part");
      const got = await c.message();
      assertEquals(got.status, status);
      if (path === "/respond") assertEquals(got.body, "was 500");
      await o.gone();
      await records.expect({ status, outcome, rule: "r" });
    }
    await c.send(get(origin, "/throw"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("x"));
    assertEquals((await c.message()).status, 503);
    await records.expect({
      status: 503,
      outcome: "error",
      rule: "r",
      errorCode: "proxy_internal_error",
    });
    await c.send(get(origin, "/other"));
    const o2 = await origin.accept();
    await o2.head();
    await o2.send(answer("x"));
    assertEquals((await c.message()).body, "x");
    const cached = await records.expect({ status: 200 });
    assertEquals(
      cached.decisions?.map(({ action, phase }) => [action, phase]),
      [
        ["cache", "response"],
      ],
    );
    await c.send(request("HEAD", origin, "/block"));
    await o2.head();
    await o2.send(head("HTTP/1.1 200 OK", "Content-Length: 7"));
    assertEquals((await c.message(true)).status, 403);
    await records.expect({ status: 403, outcome: "blocked" });
  },
);
