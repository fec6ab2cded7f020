import { assertEquals } from "@std/assert";
import { answer, get, head } from "../scenarios/requests.ts";
import { scenario, until } from "../scenarios/scenario.ts";

scenario("Server counts its clients", {}, async (stage) => {
  const { proxy, client, records } = stage;
  const { server } = proxy;
  assertEquals(server.connections, 0);
  const clients = [await client(), await client()];
  await until(() => server.connections === 2, "it does not count two");
  await clients[0]!.close();
  await until(() => server.connections === 1, "it does not count one");
  await clients[1]!.send(head("GET /healthz HTTP/1.0"));
  assertEquals((await clients[1]!.message()).status, 200);
  await records.expect({ outcome: "answered" });
});

scenario(
  "Server.drain() has nothing to wait for without clients",
  {},
  async ({ stop }) => {
    assertEquals(await stop(), 0);
  },
);

scenario(
  "Server.drain() lets a slow head become a request",
  {},
  async (stage) => {
    const { origin, client, records, stop } = stage;
    const c = await client();
    const text = get(origin, "/late");
    await c.send(get(origin) + text.slice(0, 20));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("one"));
    assertEquals((await c.message()).body, "one");
    await records.expect({ status: 200 });
    const stopped = stop();
    await c.send(text.slice(20));
    await o.head();
    await o.send(answer("late"));
    const got = await c.message();
    assertEquals(got.body, "late");
    assertEquals(got.head.get("connection"), "close");
    c.closeWrite();
    assertEquals(await stopped, 0);
    await records.expect({ status: 200 });
  },
);

scenario("Server.drain() closes pooled connections", {}, async (stage) => {
  const { origin, client, proxy, records, stop } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("ok"));
  await c.message();
  await records.expect({ status: 200 });
  assertEquals(proxy.services.pool.size, 1);
  await stop();
  await o.end();
  assertEquals(proxy.services.pool.size, 0);
});

scenario(
  "Server tells many at once that it is full",
  { maxConnections: 1 },
  async (stage) => {
    const { client, records, proxy } = stage;
    const first = await client();
    // Who has said something keeps its place.
    const host = `Host: localhost:${proxy.port}`;
    await first.send(head("GET /healthz HTTP/1.1", host));
    assertEquals((await first.message()).status, 200);
    await records.expect({ outcome: "answered" });
    const others = await Promise.all(
      Array.from({ length: 20 }, () => client()),
    );
    for (const other of others) {
      assertEquals((await other.message()).status, 503);
      await other.close();
      await records.expect({
        status: 503,
        outcome: "limited",
        errorCode: "proxy_internal_response",
      });
    }
    await first.close();
  },
);
