/** Scenarios of requests for the proxy itself. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

scenario("the pages are there by name and by address", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const own = `127.0.0.1:${proxy.port}`;
  const heads = [
    head("GET http://proxy-stats/ HTTP/1.1", "Host: proxy-stats"),
    head(`GET http://${own}/ HTTP/1.1`, `Host: ${own}`),
    head("GET / HTTP/1.1", `Host: ${own}`),
    head("GET / HTTP/1.1", `Host: localhost:${proxy.port}`),
  ];
  const c = await client();
  for (const text of heads) {
    await c.send(text);
    const got = await c.message();
    assertEquals(got.status, 200, text);
    assertStringIncludes(got.head.get("content-type") ?? "", "text/html");
    assertStringIncludes(got.body, "is running");
    await records.expect({ status: 200, outcome: "answered" });
  }
});

scenario("a proxy on all addresses names the one that it was asked at", {
  host: "0.0.0.0",
  allowClients: ["127.0.0.0/8"],
}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  await c.send(head("GET http://proxy-stats/proxy.pac HTTP/1.1", "Host: x"));
  const { body } = await c.message();
  assertStringIncludes(body, `"PROXY 127.0.0.1:${proxy.port}"`);
  await c.send(
    head("GET http://proxy-stats/ HTTP/1.1", "Host: x", "Accept: text/html"),
  );
  const page = (await c.message()).body;
  assertStringIncludes(page, `curl -x http://127.0.0.1:${proxy.port} `);
  for (let i = 0; i < 2; i++) await records.expect({ outcome: "answered" });
});

scenario("/healthz answers on a connection that is kept", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const text = head("GET /healthz HTTP/1.1", `Host: localhost:${proxy.port}`);
  await c.send(text + text);
  for (let i = 0; i < 2; i++) {
    const got = await c.message();
    assertEquals(JSON.parse(got.body).status, "ok");
    await records.expect({ status: 200, outcome: "answered" });
  }
});

scenario("/healthz answers HTTP/1.0 without Host", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send("GET /healthz HTTP/1.0\r\n\r\n");
  const got = await c.message();
  assertEquals(got.status, 200);
  assertEquals(got.head.get("connection"), "close");
  assertEquals(got.head.has("transfer-encoding"), false);
  assertEquals(JSON.parse(got.body).status, "ok");
  await records.expect({ protocol: "HTTP/1.0", outcome: "answered" });
});

scenario("a Host that is not ours is 421", {}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(head("GET / HTTP/1.1", "Host: rebound.example"));
  assertEquals((await c.message()).status, 421);
  await records.expect({
    status: 421,
    outcome: "error",
    errorCode: "http_request_denied",
  });
});

scenario("a name given by --admin-host is ours", {
  adminHosts: ["box.lan"],
}, async (stage) => {
  const { client, records } = stage;
  const c = await client();
  await c.send(head("GET /healthz HTTP/1.1", "Host: BOX.lan"));
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200, outcome: "answered" });
});

scenario(
  "a body that no page reads is not asked for, HEAD has no body",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const refused = await client();
    const host = `Host: localhost:${proxy.port}`;
    const lines = ["Content-Length: 4", "Expect: 100-continue"];
    await refused.send(head("POST /none HTTP/1.1", host, ...lines));
    assertEquals((await refused.message()).status, 404);
    await refused.end();
    const c = await client();
    await c.send(head("HEAD /healthz HTTP/1.1", host));
    assertEquals((await c.message(true)).status, 200);
    await c.send(head("GET /healthz HTTP/1.1", host));
    assertEquals((await c.message()).status, 200);
    await records.expect({ method: "POST", status: 404, outcome: "answered" });
    await records.expect({ method: "HEAD", status: 200, outcome: "answered" });
    await records.expect({ method: "GET", status: 200, outcome: "answered" });
  },
);

scenario("a body that is too large for a page is 413", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const host = `Host: localhost:${proxy.port}`;
  const path = "/admin/login";
  await c.send(
    head(`POST ${path} HTTP/1.1`, host, "Content-Length: 999999999"),
  );
  assertEquals((await c.message()).status, 413);
  await c.end();
  await records.expect({ status: 413, outcome: "answered" });
});

scenario("a page says which methods it takes", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  const host = `Host: localhost:${proxy.port}`;
  for (const path of ["/healthz", "/admin/settings"]) {
    await c.send(head(`PUT ${path} HTTP/1.1`, host));
    const got = await c.message();
    assertEquals(got.status, 405);
    assertEquals(got.head.get("allow"), "GET, HEAD, OPTIONS");
    await records.expect({ status: 405, outcome: "answered" });
  }
  await c.send(head("OPTIONS /admin/lists/entries HTTP/1.1", host));
  const got = await c.message();
  assertEquals([got.status, got.head.get("allow")], [204, "POST, OPTIONS"]);
  await records.expect({ status: 204, outcome: "answered" });
});

scenario("TRACE is not for the proxy's own pages", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const c = await client();
  await c.send(head("TRACE / HTTP/1.1", `Host: localhost:${proxy.port}`));
  assertEquals((await c.message()).status, 405);
  await records.expect({
    status: 405,
    outcome: "error",
    errorCode: "http_request_denied",
  });
});

scenario("OPTIONS * is for the proxy itself", {}, async (stage) => {
  const { origin, proxy, client, records } = stage;
  const c = await client();
  await c.send(head("OPTIONS * HTTP/1.1", `Host: localhost:${proxy.port}`));
  const own = await c.message();
  assertEquals([own.status, own.head.get("allow")], [
    204,
    "GET, HEAD, OPTIONS",
  ]);
  await records.expect({ method: "OPTIONS", outcome: "answered" });
  await c.send(request("OPTIONS", origin, "/", "Max-Forwards: 0"));
  assertEquals((await c.message(true)).status, 204);
  await records.expect({ method: "OPTIONS", outcome: "answered" });
});
