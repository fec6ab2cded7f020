/** Scenarios of clients that come from where none may, and of ports that no tunnel leads to. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { authScenario, proxyAuthorization } from "./auth_scenario.ts";
import { answer, get, head } from "./requests.ts";
import { scenario } from "./scenario.ts";

const DENIED = {
  status: 403,
  outcome: "denied",
  errorCode: "http_request_denied",
} as const;
const ELSEWHERE = { allowClients: ["10.0.0.0/8", "::1"] };
const REASON = "127.0.0.1 is not among the clients of this proxy";

scenario(
  "a stranger gets 403, whatever it asks for, and goes",
  ELSEWHERE,
  async (stage) => {
    const { origin, proxy, client, records } = stage;
    const own = `Host: 127.0.0.1:${proxy.port}`;
    const requests = [
      get(origin),
      head(`CONNECT ${origin.authority} HTTP/1.1`, "Host: a"),
      head("GET /healthz HTTP/1.1", own),
      head("GET http://proxy-stats/ HTTP/1.1", "Host: proxy-stats"),
    ];
    for (const text of requests) {
      const c = await client();
      await c.send(text + get(origin));
      const got = await c.message();
      assertEquals(got.status, 403);
      assertEquals(got.head.get("connection"), "close");
      assertEquals(JSON.parse(got.body).error.reason, REASON);
      c.closeWrite();
      await c.end();
      await records.expect({ ...DENIED, reason: REASON });
    }
    assertEquals(origin.accepted, 0);
  },
);

scenario("a stranger's browser gets a page", ELSEWHERE, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/", "Accept: text/html"));
  assertStringIncludes((await c.message()).body, REASON);
  await records.expect(DENIED);
});

scenario(
  "strangers take no client's place, and a stop does not wait for them",
  ELSEWHERE,
  async ({ origin, proxy, client, records, stop }) => {
    const c = await client();
    await c.send("GET ");
    // Who came later has been served, so this one was accepted.
    const other = await client();
    await other.send(get(origin));
    assertEquals((await other.message()).status, 403);
    await records.expect(DENIED);
    assertEquals(proxy.server.connections, 0);
    assertEquals(await stop(), 0);
    await c.gone();
    await records.expect({ status: 0, errorCode: "client_gone" });
  },
);

scenario(
  "a client of a range is served",
  { allowClients: ["127.0.0.0/8"] },
  async ({ origin, client, records }) => {
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    await records.expect({ status: 200 });
  },
);

authScenario("a user has to come from the right place too", async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin, "/", proxyAuthorization("ann")));
  assertEquals((await c.message()).status, 403);
  await records.expect(DENIED);
}, () => ELSEWHERE);

scenario(
  "CONNECT leads to some ports only",
  ({ port }) => ({ connectPorts: [{ first: port, last: port }] }),
  async ({ origin, client, records, listen }) => {
    const other = await listen();
    const refused = await client();
    await refused.send(head(`CONNECT ${other.authority} HTTP/1.1`, "Host: a"));
    const got = await refused.message();
    assertEquals(got.status, 403);
    assertStringIncludes(got.body, `CONNECT to port ${other.port} is not`);
    await records.expect(DENIED);
    const c = await client();
    await c.send(head(`CONNECT ${origin.authority} HTTP/1.1`, "Host: a"));
    const o = await origin.accept();
    assertEquals((await c.head()).status, 200);
    c.closeWrite();
    o.closeWrite();
    await records.expect({ status: 200, outcome: "tunnel" });
    // Requests are not tunnels.
    const plain = await client();
    await plain.send(get(other));
    const o2 = await other.accept();
    await o2.head();
    await o2.send(answer("ok"));
    assertEquals((await plain.message()).body, "ok");
    await records.expect({ status: 200 });
    assertEquals(other.accepted, 1);
  },
);

authScenario(
  "who may not use the proxy learns nothing of its ports",
  async (stage) => {
    const { client, records } = stage;
    const c = await client();
    await c.send(head("CONNECT a.test:25 HTTP/1.1", "Host: a.test"));
    assertEquals((await c.message()).status, 407);
    await records.expect({ ...DENIED, status: 407 });
  },
  () => ({ connectPorts: [{ first: 443, last: 443 }] }),
);
