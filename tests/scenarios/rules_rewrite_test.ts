/** Scenarios of requests that rules rewrite: target, method, fields, body, way. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { rulesScenario, rulesScenarioOverBoth } from "./rules_folder.ts";

rulesScenarioOverBoth(
  "a rewritten URL goes to another host, and the record keeps what was asked",
  (scheme) => ({
    "1_map.ts": `{
      match: { host: "far.test" },
      request: ({ path, query, headers }) => ({
        action: "rewrite",
        url: "${scheme}://near.test:" + headers.get("x-port") + "/mapped" + path + query,
      }),
    }`,
    "2_see.ts": `{
      match: { host: "near.test" },
      request: ({ host, url }) => ({ action: "rewrite", setHeaders: { "x-seen": host + " " + url } }),
    }`,
  }),
  async ({ client, records, origin, scheme }) => {
    const c = await client();
    await c.send(head(
      "GET http://far.test/a?b=1 HTTP/1.1",
      "Host: far.test",
      `X-Port: ${origin.port}`,
    ));
    const o = await origin.accept();
    const sent = await o.head();
    assertEquals(sent.startLine, "GET /mapped/a?b=1 HTTP/1.1");
    assertEquals(sent.get("host"), `near.test:${origin.port}`);
    assertStringIncludes(
      sent.get("x-seen") ?? "",
      `near.test ${scheme}://near.test:`,
    );
    await o.send(answer("near"));
    assertEquals((await c.message()).body, "near");
    await records.expect({
      url: `${scheme}://far.test/a?b=1`,
      targetHost: "near.test",
      targetPort: origin.port,
      status: 200,
      rule: "",
    });
  },
);

rulesScenarioOverBoth(
  "fields are set and removed, and Connection can't undo it",
  {
    "fields.ts": `{
      request: () => ({
        action: "rewrite",
        setHeaders: { "X-Set": "ours", "x-list": ["1", "2"] },
        removeHeaders: ["Cookie", "referer"],
      }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(
      origin,
      "/",
      "Cookie: a=b",
      "X-set: theirs",
      "Connection: X-Set, X-Mine, keep-alive",
      "X-Mine: 1",
      "Referer: x",
    ));
    const o = await origin.accept();
    const sent = await o.head();
    assertEquals(sent.get("x-set"), "ours");
    assertEquals(sent.get("x-list"), "1, 2");
    for (const name of ["cookie", "referer", "x-mine"]) {
      assertEquals(sent.has(name), false, name);
    }
    await o.send(answer("ok"));
    await c.message();
    await records.expect({ status: 200 });
  },
);

rulesScenarioOverBoth(
  "a method becomes another, also with and without an answer's body",
  {
    "method.ts": `{
      request: ({ method, headers }) => ({ action: "rewrite", method: headers.get("x-to") }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin, "/", "X-To: HEAD"));
    const o = await origin.accept();
    assertEquals((await o.head()).startLine, "HEAD / HTTP/1.1");
    await o.send(head("HTTP/1.1 200 OK", "Content-Length: 5"));
    const empty = await c.message();
    assertEquals([empty.status, empty.body], [200, ""]);
    await c.send(request("HEAD", origin, "/", "X-To: GET"));
    const o2 = await origin.accept();
    assertEquals((await o2.head()).startLine, "GET / HTTP/1.1");
    await o2.send(answer("hello"));
    assertEquals((await c.message(true)).status, 200);
    await c.send(get(origin, "/", "X-To: DELETE"));
    const o3 = await origin.accept();
    assertEquals((await o3.head()).startLine, "DELETE / HTTP/1.1");
    await o3.send(answer("gone"));
    assertEquals((await c.message()).body, "gone");
    for (const method of ["GET", "HEAD", "GET"]) {
      await records.expect({ method, status: 200 });
    }
  },
);

rulesScenarioOverBoth(
  "a body that a rule writes takes the place of the client's",
  {
    "body.ts": `{
      match: { method: "POST" },
      request: () => ({ action: "rewrite", body: "new é", setHeaders: { "content-type": "text/plain" } }),
    }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(
      request(
        "POST",
        origin,
        "/",
        "Transfer-Encoding: chunked",
        "Content-Encoding: gzip",
        "Trailer: X-T",
      ) + "3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n" + get(origin, "/next"),
    );
    const o = await origin.accept();
    const sent = await o.message();
    assertEquals(sent.body, "new \xc3\xa9");
    assertEquals(sent.head.get("content-length"), "6");
    assertEquals(sent.head.has("content-encoding"), false);
    assertEquals(sent.head.has("transfer-encoding"), false);
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    assertEquals((await o.head()).startLine, "GET /next HTTP/1.1");
    await o.send(answer("next"));
    assertEquals((await c.message()).body, "next");
    await records.expect({ status: 200, method: "POST" });
    await records.expect({ status: 200, method: "GET" });
  },
);

rulesScenario(
  "each request has its own upstream, also on one client connection",
  {
    "canary.ts": `{
      match: { header: { cookie: "*canary=*" } },
      request: ({ headers }) => ({
        action: "rewrite",
        upstream: "http://ann:pw@127.0.0.1:" + /canary=(\\d+)/.exec(headers.get("cookie"))[1],
      }),
    }`,
  },
  async ({ client, records, origin, listen }) => {
    const parent = await listen();
    const c = await client();
    let direct, through;
    for (let i = 0; i < 2; i++) {
      await c.send(get(origin, "/direct"));
      direct ??= await origin.accept();
      assertEquals((await direct.head()).startLine, "GET /direct HTTP/1.1");
      await direct.send(answer("direct"));
      assertEquals((await c.message()).body, "direct");
      await c.send(get(origin, "/p", `Cookie: canary=${parent.port}`));
      through ??= await parent.accept();
      const sent = await through.head();
      assertEquals(sent.startLine, `GET ${origin.url("/p")} HTTP/1.1`);
      assertEquals(sent.get("proxy-authorization"), `Basic ${btoa("ann:pw")}`);
      await through.send(answer("parent"));
      assertEquals((await c.message()).body, "parent");
    }
    for (let i = 0; i < 4; i++) await records.expect({ status: 200 });
  },
);

rulesScenario(
  "a request or tunnel goes straight to its origin where a rule says so",
  {
    "straight.ts": `{
      match: { host: "origin.test" },
      connect: () => ({ action: "tunnel", upstream: "direct" }),
      request: () => ({ action: "rewrite", upstream: "direct" }),
    }`,
  },
  async ({ client, records, listen }) => {
    const own = await listen();
    const c = await client();
    const host = `origin.test:${own.port}`;
    await c.send(head(`GET http://${host}/ HTTP/1.1`, `Host: ${host}`));
    const o = await own.accept();
    assertEquals((await o.head()).startLine, "GET / HTTP/1.1");
    await o.send(answer("straight"));
    assertEquals((await c.message()).body, "straight");
    await records.expect({ status: 200 });
    const t = await client();
    await t.send(head(`CONNECT ${host} HTTP/1.1`, `Host: ${host}`) + "hello");
    const tunnelled = await own.accept();
    assertEquals(await tunnelled.text(5), "hello");
    assertEquals((await t.head()).status, 200);
    t.closeWrite();
    tunnelled.closeWrite();
    await records.expect({ status: 200, outcome: "tunnel" });
  },
  // A parent that nobody may ask: nothing listens there.
  { upstream: "http://127.0.0.1:1" },
);

rulesScenarioOverBoth(
  "a request can't be rewritten to the proxy itself",
  {
    "self.ts":
      `{ request: () => ({ action: "rewrite", url: "http://proxy-stats/" }) }`,
  },
  async ({ client, records, origin }) => {
    const c = await client();
    await c.send(get(origin));
    assertEquals((await c.message()).status, 508);
    await records.expect({
      status: 508,
      outcome: "error",
      errorCode: "proxy_loop_detected",
    });
  },
);
