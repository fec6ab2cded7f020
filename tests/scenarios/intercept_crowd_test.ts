/** A scenario of many tunnels that are intercepted at once. */

import { assertEquals } from "@std/assert";
import { answerOf, interceptScenario } from "./intercept_stage.ts";
import { head } from "./requests.ts";

interceptScenario(
  "a hundred hosts at once, two clients each",
  {},
  async (stage) => {
    const { open, secure, records, asked, proxy } = stage;
    const ask = async (_: unknown, i: number) => {
      const host = `h${i % 100}.many.test`;
      // Takes no certificate but one for that host, of the proxy's authority.
      using peer = await open(host);
      await peer.send(
        head(`GET /${i} HTTP/1.1`, `Host: ${host}:${secure.port}`),
      );
      return (await answerOf(peer)).body;
    };
    const bodies = await Promise.all(Array.from({ length: 200 }, ask));
    assertEquals(bodies, bodies.map((_, i) => `GET /${i} `));
    assertEquals(new Set(asked).size, 200);
    for (let i = 0; i < 400; i++) {
      assertEquals((await records.next()).status, 200);
    }
    const { intercepted, leaves } = proxy.services.interception.stats(0);
    assertEquals(intercepted, 200);
    assertEquals(leaves, { cached: 100, most: 1000, made: 100, hits: 100 });
  },
);
