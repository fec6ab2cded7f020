/** Scenarios of rules that open addresses: for one exchange or tunnel, and for nobody else. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { OwnList } from "../../src/policy/lists/own_list.ts";
import { answerOf, interceptScenario } from "./intercept_stage.ts";
import { answer, get, head } from "./requests.ts";
import { rulesScenario, type RulesStage } from "./rules_folder.ts";
import type { WirePeer } from "./wire_peer.ts";

const DENY = { privateAddresses: "deny" } as const;
const DENIED = {
  status: 403,
  outcome: "denied",
  errorCode: "destination_ip_prohibited",
} as const;

const BLOCKED = {
  status: 403,
  outcome: "blocked",
  errorCode: "http_request_denied",
} as const;

/** A request that no list can judge before the name is resolved. */
function asksByName({ port }: { port: number }): string {
  const authority = `name.test:${port}`;
  return head(`GET http://${authority}/ HTTP/1.1`, `Host: ${authority}`);
}

/** Opens loopback for who shows a pass. */
const PASS = {
  "1_pass.ts": `{
    match: { header: { "x-pass": "yes" } },
    request: () => ({ action: "allow", addresses: "127.0.0.0/8", reason: "has a pass" }),
  }`,
};

/** Lets the origin give an answer to what comes next. */
async function serve(o: WirePeer, body: string, ...lines: string[]) {
  await o.head();
  const length = `Content-Length: ${body.length}`;
  await o.send(head("HTTP/1.1 200 OK", length, ...lines) + body);
}

async function assertDenied({ records }: RulesStage, c: WirePeer) {
  assertEquals((await c.message()).status, 403);
  await records.expect(DENIED);
}

rulesScenario(
  "a rule opens a range for one request, and no other uses its connection",
  PASS,
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/", "X-Pass: yes"));
    const o = await origin.accept();
    await serve(o, "in");
    assertEquals((await c.message()).body, "in");
    await records.expect({
      status: 200,
      targetAddress: "127.0.0.1",
      rule: "pass",
      reason: "has a pass",
    });
    await c.send(get(origin, "/"));
    await assertDenied(stage, c);
    // It waits for the next one with a pass.
    await c.send(get(origin, "/again", "X-Pass: yes"));
    await serve(o, "again");
    assertEquals((await c.message()).body, "again");
    await records.expect({ status: 200 });
    assertEquals(origin.accepted, 1);
  },
  DENY,
);

rulesScenario(
  "what came from an opened address is stored for those for whom it is open",
  PASS,
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/", "X-Pass: yes"));
    await serve(await origin.accept(), "secret", "Cache-Control: max-age=60");
    assertEquals((await c.message()).body, "secret");
    await records.expect({ outcome: "miss" });
    await c.send(get(origin, "/"));
    await assertDenied(stage, c);
    await c.send(get(origin, "/", "X-Pass: yes"));
    assertEquals((await c.message()).body, "secret");
    await records.expect({ outcome: "hit" });
  },
  DENY,
);

rulesScenario(
  "what is stale is fetched anew by the same exception",
  PASS,
  async ({ origin, client, records }) => {
    const c = await client();
    const stale = "Cache-Control: max-age=0, stale-while-revalidate=60";
    await c.send(get(origin, "/", "X-Pass: yes"));
    const o = await origin.accept();
    await serve(o, "old", stale);
    assertEquals((await c.message()).body, "old");
    await records.expect({ outcome: "miss" });
    await c.send(get(origin, "/", "X-Pass: yes"));
    assertEquals((await c.message()).body, "old");
    await records.expect({ outcome: "stale" });
    await serve(o, "new", "Cache-Control: max-age=60");
    assertEquals(origin.accepted, 1);
  },
  DENY,
);

rulesScenario(
  "a rule opens a tunnel, and only to the ranges that it names",
  {
    "1_tunnel.ts": `{
      match: { method: "CONNECT", host: "origin.test" },
      request: () => ({ action: "allow", addresses: ["10.0.0.0/8", "127.0.0.1"] }),
    }`,
    "2_other.ts": `{
      match: { method: "CONNECT", host: "other.test" },
      connect: () => ({ action: "allow", addresses: "127.0.0.2" }),
    }`,
  },
  async (stage) => {
    const { origin, client, records } = stage;
    const ask = async (host: string) => {
      const c = await client();
      const authority = `${host}:${origin.port}`;
      await c.send(head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`));
      return c;
    };
    for (const host of ["other.test", "127.0.0.1"]) {
      await assertDenied(stage, await ask(host));
    }
    assertEquals(origin.accepted, 0);
    const c = await ask("origin.test");
    const o = await origin.accept();
    assertEquals((await c.head()).status, 200);
    await c.send("hello");
    assertEquals(await o.text(5), "hello");
    c.closeWrite();
    o.closeWrite();
    await records.expect({ status: 200, outcome: "tunnel" });
  },
  DENY,
);

rulesScenario(
  "a rule sends a request inside and opens the way, which no later rule can turn",
  {
    "1_map.ts": `{
      match: { path: "/mapped" },
      request: ({ port }) => [
        { action: "rewrite", url: "http://127.0.0.1:" + port + "/" },
        { action: "allow", addresses: "127.0.0.1" },
      ],
    }`,
    "2_turn.ts": `{
      request: ({ port }) => ({ action: "rewrite", url: "http://127.0.0.2:" + port + "/turned" }),
    }`,
  },
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const ask = (path: string) =>
      c.send(head(
        `GET http://far.example:${origin.port}${path} HTTP/1.1`,
        "Host: far.example",
      ));
    await ask("/mapped");
    const o = await origin.accept();
    assertEquals((await o.head()).startLine, "GET / HTTP/1.1");
    await o.send(answer("mapped"));
    assertEquals((await c.message()).body, "mapped");
    await records.expect({ status: 200 });
    await ask("/other");
    await assertDenied(stage, c);
    assertEquals(origin.accepted, 1);
  },
  DENY,
);

const ALL = {
  "1_all.ts": `{
    request: () => ({ action: "allow", addresses: ["0.0.0.0/0", "::/0"] }),
  }`,
};

rulesScenario(
  "what a list blocks stays closed to a rule that opens everything",
  ALL,
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(asksByName(origin));
    assertEquals((await c.message()).status, 403);
    const { reason } = await records.expect(BLOCKED);
    assertStringIncludes(reason, "127.0.0.0/8");
    assertEquals(origin.accepted, 0);
  },
  { ...DENY, block: ["127.0.0.0/8"] },
);

rulesScenario(
  "the proxy itself stays closed to a rule that opens everything",
  ALL,
  async ({ proxy, client, records }) => {
    const c = await client();
    await c.send(asksByName(proxy));
    assertEquals((await c.message()).status, 508);
    await records.expect({ status: 508, errorCode: "proxy_loop_detected" });
    assertEquals(proxy.server.connections, 1);
  },
  DENY,
);

rulesScenario(
  "a rule in report mode opens nothing, nor does one that names no range",
  {
    "1_trial.ts": `{
      mode: "report",
      match: { path: "/trial" },
      request: () => ({ action: "allow", addresses: "127.0.0.1" }),
    }`,
    "2_wrong.ts": `{
      match: { path: "/wrong" },
      request: () => ({ action: "allow", addresses: ["127.0.0.1", "localhost"] }),
    }`,
  },
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/trial"));
    await assertDenied(stage, c);
    await c.send(get(origin, "/wrong"));
    assertEquals((await c.message()).status, 503);
    const { reason } = await records.expect({
      status: 503,
      errorCode: "proxy_internal_error",
    });
    assertStringIncludes(
      reason,
      'allow.addresses[1]: got "localhost", wants an address such as',
    );
    assertEquals(origin.accepted, 0);
  },
  DENY,
);

rulesScenario(
  "a connection that waits is not used again once a list blocks its address",
  {},
  async ({ origin, client, records, proxy }) => {
    const c = await client();
    await c.send(asksByName(origin));
    await serve(await origin.accept(), "yes");
    assertEquals((await c.message()).body, "yes");
    await records.expect({ status: 200 });
    const [list] = proxy.services.lists.current.all;
    // The first list is that of --block, which is the operator's own.
    (list as OwnList).add({ entry: "127.0.0.0/8", action: "block" });
    await c.send(asksByName(origin));
    assertEquals((await c.message()).status, 403);
    await records.expect(BLOCKED);
    assertEquals(proxy.services.pool.size, 0);
  },
);

interceptScenario(
  "what is in an intercepted tunnel is opened request by request",
  {
    ...DENY,
    rules: {
      "1_open.ts": `{
      match: { path: "/open" },
      request: () => ({ action: "allow", addresses: "127.0.0.1" }),
    }`,
    },
  },
  async ({ open, secure, asked, records }) => {
    using peer = await open("origin.test");
    await records.expect({ method: "CONNECT", outcome: "intercepted" });
    for (const [path, status] of [["/open", 200], ["/closed", 403]] as const) {
      const host = `Host: origin.test:${secure.port}`;
      await peer.send(head(`GET ${path} HTTP/1.1`, host));
      assertEquals((await answerOf(peer)).status, status);
      await records.expect(status === 200 ? { status } : DENIED);
    }
    assertEquals(asked.map((one) => one.split(" ")[0]), ["GET"]);
  },
);

interceptScenario(
  "what a rule opens for a name is not opened by who writes that name in TLS",
  {
    ...DENY,
    interceptHosts: ["other.test"],
    rules: {
      "1_open.ts": `{
      match: { host: "opened.test" },
      connect: () => ({ action: "allow", addresses: "127.0.0.1" }),
    }`,
    },
  },
  async ({ open, asked, records }) => {
    const serverName = "opened.test";
    await assertRejects(() => open("127.0.0.1", { serverName }));
    await records.expect({
      method: "CONNECT",
      outcome: "denied",
      errorCode: "destination_ip_prohibited",
    });
    assertEquals(asked, []);
  },
);
