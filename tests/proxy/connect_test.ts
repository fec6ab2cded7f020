import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { answer, get, head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";

scenario("connect() notes the address and the times", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const host = `name.test:${origin.port}`;
  const text = head(`GET http://${host}/ HTTP/1.1`, `Host: ${host}`);
  await c.send(text + text);
  const o = await origin.accept();
  for (let i = 0; i < 2; i++) {
    await o.head();
    await o.send(answer("ok"));
    assertEquals((await c.message()).status, 200);
  }
  const fresh = await records.expect({ targetAddress: "127.0.0.1" });
  assert(fresh.dnsMs >= 0 && fresh.connectMs >= 0);
  assertEquals(fresh.tlsMs, -1);
  assert(fresh.firstByteMs >= fresh.connectMs);
  // A connection that is used again took no time to make.
  const reused = await records.expect({ targetAddress: "127.0.0.1" });
  assertEquals([reused.dnsMs, reused.connectMs], [-1, -1]);
});

scenario("connect() notes no look-up for an address", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  assertEquals((await records.expect({ status: 200 })).dnsMs, -1);
});

scenario(
  "connect() goes nowhere that is the proxy itself",
  {},
  async (stage) => {
    const { proxy, client, records } = stage;
    const c = await client();
    const host = `other-name.test:${proxy.port}`;
    await c.send(head(`CONNECT ${host} HTTP/1.1`, `Host: ${host}`));
    const got = await c.message();
    assertEquals(got.status, 403);
    assertStringIncludes(got.body, "the proxy itself");
    await records.expect({
      status: 403,
      outcome: "error",
      errorCode: "http_request_denied",
    });
  },
);
