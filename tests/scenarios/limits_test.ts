/** Scenarios of too many clients, and of a proxy that stops. */

import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { answer, get, head } from "./requests.ts";
import { scenario, type Stage, until } from "./scenario.ts";
import { dialPeer, type WirePeer } from "./wire_peer.ts";

async function expectFull({ client, records }: Stage): Promise<void> {
  const c = await client();
  const got = await c.message();
  assertEquals(got.status, 503);
  assertEquals(got.head.get("retry-after"), "5");
  assertEquals(got.head.get("connection"), "close");
  assertStringIncludes(
    got.head.get("proxy-status") ?? "",
    "error=proxy_internal_response",
  );
  c.closeWrite();
  await c.end();
  await records.expect({
    status: 503,
    outcome: "limited",
    errorCode: "proxy_internal_response",
  });
}

async function expectServed(
  c: WirePeer,
  { proxy, records }: Stage,
): Promise<void> {
  const host = `Host: localhost:${proxy.port}`;
  await c.send(head("GET /healthz HTTP/1.1", host));
  assertEquals((await c.message()).status, 200);
  await records.expect({ outcome: "answered" });
}

for (
  const [what, settings] of Object.entries({
    "clients": { maxConnections: 2 },
    "clients from one address": { maxConnectionsPerClient: 2 },
  })
) {
  scenario(
    `too many ${what} are 503, until one leaves`,
    settings,
    async (stage) => {
      const { client, proxy } = stage;
      const first = await client();
      await expectServed(first, stage);
      await expectServed(await client(), stage);
      await expectFull(stage);
      await expectFull(stage);
      await expectServed(first, stage);
      await first.close();
      await until(() => proxy.server.connections === 1, "its slot is not free");
      await expectServed(await client(), stage);
      await expectFull(stage);
    },
  );
}

scenario(
  "a stopping proxy ends what is under way with Connection: close",
  {},
  async (stage) => {
    const { origin, client, proxy, records, stop } = stage;
    const c = await client();
    const idle = await client();
    await expectServed(idle, stage);
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    const stopped = stop();
    await idle.end();
    await assertRejects(() => client());
    await o.send(answer("last"));
    const got = await c.message();
    assertEquals(got.body, "last");
    assertEquals(got.head.get("connection"), "close");
    await c.end();
    c.closeWrite();
    assertEquals(await stopped, 0);
    assertEquals(proxy.services.pool.size, 0);
    await o.gone();
    await records.expect({ status: 200, bodyBytesOut: 4 });
  },
);

scenario("a stopping proxy cuts a tunnel at its time", {
  drainTimeoutMs: 200,
}, async (stage) => {
  const { origin, client, records, stop } = stage;
  const c = await client();
  await c.send(
    head(`CONNECT ${origin.authority} HTTP/1.1`, `Host: ${origin.authority}`),
  );
  const o = await origin.accept();
  assertEquals((await c.head()).status, 200);
  const startMs = performance.now();
  const stopped = stop();
  // Until then bytes pass.
  await c.send("ping");
  assertEquals(await o.text(4), "ping");
  assertEquals(await stopped, 1);
  assert(performance.now() - startMs >= 190);
  await c.gone();
  await o.gone();
  await records.expect({
    outcome: "tunnel",
    errorCode: "connection_terminated",
  });
});

scenario("a stopping proxy cuts an answer that does not end", {
  drainTimeoutMs: 200,
}, async (stage) => {
  const { origin, client, records, stop } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 200 OK", "Content-Length: 10") + "start");
  await c.through("start");
  assertEquals(await stop(), 1);
  await c.gone();
  await o.gone();
  const record = await records.next();
  assertEquals(record.outcome, "error");
});

scenario(
  "clients that reset at once do not keep others waiting",
  {},
  async (stage) => {
    const { proxy, origin, client, records } = stage;
    for (let i = 0; i < 30; i++) await (await dialPeer(proxy.port)).reset();
    const c = await client();
    const startMs = performance.now();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("ok"));
    assertEquals((await c.message()).body, "ok");
    assert(performance.now() - startMs < 1000);
    await records.expect({ status: 200 });
  },
);
