/** Scenarios of clients that connect and say nothing, while others have something to say. */

import { assertEquals } from "@std/assert";
import { head } from "./requests.ts";
import { scenario, type Stage, until } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const FULL = {
  status: 503,
  outcome: "limited",
  errorCode: "proxy_internal_response",
} as const;

/** Asks, and gives the status of the answer. */
async function ask(
  c: WirePeer,
  { proxy, records }: Stage,
): Promise<number> {
  await c.send(head("GET /healthz HTTP/1.1", `Host: localhost:${proxy.port}`));
  const { status } = await c.message();
  await records.expect(status === 503 ? FULL : { status, outcome: "answered" });
  return status;
}

/** Clients that the proxy has accepted, one after another, and that say nothing. */
async function silentClients(
  { client, proxy }: Stage,
  count: number,
): Promise<WirePeer[]> {
  const clients: WirePeer[] = [];
  for (let i = 1; i <= count; i++) {
    clients.push(await client());
    await until(() => proxy.server.connections === i, "it is not accepted");
  }
  return clients;
}

/** Comes again and again until there is room, as one does who is told to. */
async function insist(stage: Stage): Promise<void> {
  while (true) {
    const c = await stage.client();
    const status = await ask(c, stage);
    if (status === 200) return;
    assertEquals(status, 503);
    await c.close();
  }
}

for (
  const [what, settings] of Object.entries({
    "the proxy": { maxConnections: 3 },
    "a client's share": { maxConnectionsPerClient: 3 },
  })
) {
  scenario(
    `who has said nothing longest makes room where ${what} is full`,
    settings,
    async (stage) => {
      const [oldest, second, third] = await silentClients(stage, 3);
      await insist(stage);
      await oldest!.end();
      assertEquals(await ask(second!, stage), 200);
      await insist(stage);
      await third!.end();
      // They have all said something.
      assertEquals(await ask(await stage.client(), stage), 503);
      assertEquals(await ask(second!, stage), 200);
    },
  );
}
