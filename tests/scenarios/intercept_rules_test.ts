/** Scenarios of rules and lists over tunnels that are intercepted, and of rules that intercept. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Answer, answerOf, interceptScenario } from "./intercept_stage.ts";
import type { InterceptStage } from "./intercept_stage.ts";
import { head } from "./requests.ts";

async function get(
  { open, secure, records }: InterceptStage,
  path: string,
  host = "origin.test",
): Promise<Answer> {
  using peer = await open(host);
  await records.expect({ method: "CONNECT", outcome: "intercepted" });
  await peer.send(
    head(`GET ${path} HTTP/1.1`, `Host: ${host}:${secure.port}`),
  );
  return await answerOf(peer);
}

interceptScenario("rules see and change what is in a tunnel", {
  rules: {
    "1_block.ts": `{
      match: { path: "/blocked/*", method: "GET" },
      request: ({ scheme, url }) => ({ action: "block", reason: scheme + " " + url }),
    }`,
    "2_respond.ts": `{
      match: { path: "/mock" },
      request: () => ({ action: "respond", status: 200, body: "mocked" }),
    }`,
    "3_rewrite.ts": `{
      match: { path: "/old" },
      request: ({ url }) => ({ action: "rewrite", url: url.replace("/old", "/new") }),
    }`,
    "4_body.ts": `{
      match: { path: "/body" },
      needs: { responseBody: "text" },
      response: ({ body }) => ({ action: "rewrite", body: body.toUpperCase() }),
    }`,
  },
}, async (stage) => {
  const { records, secure, asked } = stage;
  const url = `https://origin.test:${secure.port}`;
  const blocked = await get(stage, "/blocked/x");
  assertEquals(blocked.status, 403);
  assertStringIncludes(blocked.body, `https ${url}/blocked/x`);
  await records.expect({ outcome: "blocked", rule: "block", status: 403 });
  assertEquals((await get(stage, "/mock")).body, "mocked");
  await records.expect({ outcome: "answered", rule: "respond" });
  assertEquals(asked, []);
  assertEquals((await get(stage, "/old")).body, "GET /new ");
  await records.expect({ url: `${url}/old`, outcome: "miss" });
  assertEquals((await get(stage, "/body")).body, "GET /BODY ");
  await records.expect({ url: `${url}/body`, outcome: "miss" });
});

interceptScenario("lists are for what is in a tunnel too", {
  block: ["*.exe"],
}, async (stage) => {
  const { open, secure, records } = stage;
  using peer = await open("origin.test");
  await records.expect({ outcome: "intercepted" });
  const host = `Host: origin.test:${secure.port}`;
  await peer.send(head("GET /ok HTTP/1.1", host));
  assertEquals((await answerOf(peer)).status, 200);
  await records.expect({ status: 200 });
  await peer.send(head("GET /no.exe HTTP/1.1", host));
  assertEquals((await answerOf(peer)).status, 403);
  await records.expect({ outcome: "blocked", rule: "lists" });
});

interceptScenario(
  "a rule intercepts without the option, and its tunnel wins over it",
  {
    interceptHosts: ["plain.many.test"],
    rules: {
      "1_open.ts":
        `{ match: { host: "origin.test" }, connect: () => ({ action: "intercept" }) }`,
      "2_pass.ts":
        `{ match: { host: "plain.many.test" }, connect: () => ({ action: "tunnel" }) }`,
    },
  },
  async (stage) => {
    const { open, records, originPem, secure } = stage;
    assertEquals((await get(stage, "/x")).body, "GET /x ");
    await records.expect({ outcome: "miss" });
    using peer = await open("plain.many.test", { trusts: originPem });
    await peer.send(
      head(
        "GET /t HTTP/1.1",
        `Host: plain.many.test:${secure.port}`,
        "Connection: close",
      ),
    );
    assertStringIncludes(await peer.rest(), "GET /t ");
    peer.close();
    const record = await records.next();
    assertEquals([record.method, record.outcome], ["CONNECT", "tunnel"]);
  },
);

interceptScenario(
  "a host that is never to be intercepted is not, whatever a rule says",
  {
    interceptExceptions: ["origin.test"],
    rules: {
      "1_open.ts":
        `{ match: { host: "*.test" }, connect: () => ({ action: "intercept" }) }`,
    },
  },
  async ({ open, records, originPem }) => {
    using peer = await open("origin.test", { trusts: originPem });
    peer.close();
    assertEquals((await records.next()).outcome, "tunnel");
    await assertRejects(() => open("many.test", { serverName: "origin.test" }));
    await records.expect({
      outcome: "error",
      errorCode: "tls_protocol_error",
    });
  },
);

interceptScenario("a tunnel is refused when the authority can't be used", {
  interceptHosts: [],
  ownCa: { certPath: "/dev/null/ca.pem", keyPath: "/dev/null/key.pem" },
  rules: {
    "1_open.ts":
      `{ match: { host: "*.test" }, connect: () => ({ action: "intercept" }) }`,
  },
}, async ({ open, records }) => {
  await assertRejects(() => open("origin.test"), Error, "HTTP/1.1 503 ");
  await records.expect({
    status: 503,
    errorCode: "proxy_configuration_error",
  });
});
