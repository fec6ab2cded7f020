import { assertEquals } from "@std/assert";
import { answer, get, head } from "../scenarios/requests.ts";
import { rulesScenario } from "../scenarios/rules_folder.ts";

rulesScenario(
  "relayJudged() keeps the upstream only when the origin's body has been read",
  {
    "r.ts": `{
      needs: { responseBody: "text" },
      response: ({ request: { path } }) => path === "/own"
        ? { action: "respond", status: 200, body: "own" }
        : { action: "rewrite", body: "rewritten" },
    }`,
  },
  async ({ client, records, origin, proxy }) => {
    const c = await client();
    await c.send(get(origin, "/kept"));
    const o = await origin.accept();
    await o.head();
    await o.send(answer("came"));
    assertEquals((await c.message()).body, "rewritten");
    await records.expect({ status: 200 });
    assertEquals(proxy.services.pool.size, 1);
    await c.send(get(origin, "/closing"));
    await o.head();
    await o.send(
      head("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 1") + "a",
    );
    assertEquals((await c.message()).body, "rewritten");
    await o.end();
    await records.expect({ status: 200 });
    assertEquals(proxy.services.pool.size, 0);
    await c.send(get(origin, "/own"));
    const o2 = await origin.accept();
    await o2.head();
    await o2.send(answer("came"));
    assertEquals((await c.message()).body, "own");
    await o2.end();
    await records.expect({ status: 200, outcome: "answered" });
  },
);
