/** Scenarios of the proxy's own pages where users have to say who they are. */

import { assertEquals } from "@std/assert";
import { authScenario, basic, proxyAuthorization } from "./auth_scenario.ts";
import { head } from "./requests.ts";

const CHALLENGE = 'Basic realm="Sluice", charset="UTF-8"';
const DENIED = { outcome: "denied", errorCode: "http_request_denied" } as const;

authScenario(
  "our pages ask directly by 401",
  async ({ proxy, client, records }) => {
    const host = `Host: localhost:${proxy.port}`;
    const c = await client();
    const asking = [
      head("GET / HTTP/1.1", host),
      // What is for the proxy counts for nothing here.
      head("GET / HTTP/1.1", host, proxyAuthorization("ann")),
      head("OPTIONS * HTTP/1.1", host),
      head("GET /healthz/ HTTP/1.1", host),
      head("GET /x?/healthz HTTP/1.1", host),
    ];
    for (const text of asking) {
      await c.send(text);
      const got = await c.message();
      assertEquals(got.status, 401, text);
      assertEquals(got.head.get("www-authenticate"), CHALLENGE);
      assertEquals(got.head.has("proxy-authenticate"), false);
      await records.expect({ ...DENIED, status: 401 });
    }
    await c.send(
      head("GET / HTTP/1.1", host, `Authorization: ${basic("ann")}`),
    );
    assertEquals((await c.message()).status, 200);
    const record = await records.expect({ status: 200, outcome: "answered" });
    assertEquals(record.client.user, "ann");
  },
);

authScenario(
  "our pages ask through the proxy by 407",
  async ({ proxy, client, records }) => {
    const c = await client();
    const hosts = ["proxy-stats", `127.0.0.1:${proxy.port}`];
    for (const host of hosts) {
      const lines = [`GET http://${host}/ HTTP/1.1`, `Host: ${host}`];
      // What is for the page counts for nothing here.
      await c.send(head(...lines, `Authorization: ${basic("ann")}`));
      const got = await c.message();
      assertEquals(got.status, 407);
      assertEquals(got.head.get("proxy-authenticate"), CHALLENGE);
      await records.expect({ ...DENIED, status: 407 });
      await c.send(head(...lines, proxyAuthorization("ann")));
      assertEquals((await c.message()).status, 200);
      await records.expect({ status: 200, outcome: "answered" });
    }
  },
);

authScenario(
  "pages that programs look for are free",
  async ({ proxy, client, records }) => {
    const c = await client();
    const host = `127.0.0.1:${proxy.port}`;
    for (const path of ["/healthz", "/healthz?x", "/proxy.pac"]) {
      for (const target of [path, `http://proxy-stats${path}`]) {
        await c.send(head(`GET ${target} HTTP/1.1`, `Host: ${host}`));
        assertEquals((await c.message()).status, 200, target);
        await records.expect({ status: 200, outcome: "answered" });
      }
    }
    // Elsewhere such a path is as any other.
    await c.send(head("GET http://a.test/healthz HTTP/1.1", "Host: a.test"));
    assertEquals((await c.message()).status, 407);
    await records.expect({ ...DENIED, status: 407 });
  },
);
