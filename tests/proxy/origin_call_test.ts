import { assertEquals } from "@std/assert";
import { ConnectionLost } from "../../src/errors.ts";
import { answer, get, request } from "../scenarios/requests.ts";
import { scenario, type Stage } from "../scenarios/scenario.ts";
import type { WirePeer } from "../scenarios/wire_peer.ts";

/** A client that has had one answer; the origin's connection waits in the pool. */
async function warmed({ origin, client, records }: Stage): Promise<WirePeer> {
  const c = await client();
  await c.send(get(origin, "/warm"));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("warm"));
  assertEquals((await c.message()).body, "warm");
  await records.expect({ status: 200 });
  return c;
}

/** Lets the next connection from the pool be one that takes no more bytes, as after a reset. */
function breakPooled({ proxy }: Stage): void {
  const { pool } = proxy.services;
  const take = pool.take.bind(pool);
  pool.take = (key) => {
    const upstream = take(key);
    if (upstream === undefined) return undefined;
    const { conn } = upstream;
    const lost = new ConnectionLost(conn, new Deno.errors.BrokenPipe("gone"));
    conn.write = () => Promise.reject(lost);
    return upstream;
  };
}

scenario(
  "OriginCall sends a GET again when a reused connection takes no bytes",
  {},
  async (stage) => {
    const { origin, records } = stage;
    const c = await warmed(stage);
    breakPooled(stage);
    await c.send(get(origin, "/again"));
    const fresh = await origin.accept();
    assertEquals((await fresh.head()).startLine, "GET /again HTTP/1.1");
    await fresh.send(answer("fresh"));
    assertEquals((await c.message()).body, "fresh");
    await records.expect({ status: 200 });
  },
);

scenario(
  "OriginCall sends no POST again when a reused connection takes no bytes",
  {},
  async (stage) => {
    const { origin, records } = stage;
    const c = await warmed(stage);
    breakPooled(stage);
    await c.send(request("POST", origin, "/once"));
    assertEquals((await c.message()).status, 502);
    assertEquals(origin.accepted, 1);
    await records.expect({
      method: "POST",
      status: 502,
      outcome: "error",
      errorCode: "connection_terminated",
    });
  },
);

scenario(
  "OriginCall uses one connection for one request at a time",
  {},
  async (stage) => {
    const { origin, client, proxy, records } = stage;
    const clients = [await client(), await client()];
    for (const [n, c] of clients.entries()) await c.send(get(origin, `/${n}`));
    const origins = [await origin.accept(), await origin.accept()];
    for (const o of origins) {
      await o.head();
      await o.send(answer("ok"));
    }
    for (const c of clients) {
      assertEquals((await c.message()).status, 200);
      await records.expect({ status: 200 });
    }
    assertEquals(proxy.services.pool.size, 2);
  },
);
