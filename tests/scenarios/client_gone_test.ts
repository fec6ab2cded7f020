/** Scenarios of clients that leave before their answer is there. */

import { assert, assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";

const GONE = { outcome: "error", errorCode: "client_gone" } as const;

scenario(
  "a reset while the origin is waited for ends both",
  {},
  async (stage) => {
    const { origin, client, proxy, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    await c.reset();
    await o.gone();
    assertEquals(proxy.services.pool.size, 0);
    await records.expect({ ...GONE, status: 0, bytesOut: 0 });
  },
);

scenario(
  "a client that ends its side is waited for, for five seconds",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    c.closeWrite();
    const o = await origin.accept();
    await o.head();
    await o.gone();
    await c.gone();
    const { totalMs } = await records.expect({ ...GONE, status: 0 });
    assert(totalMs >= 4900 && totalMs < 8000, `${totalMs} ms`);
  },
);

scenario("a reset while the answer comes down ends both", {}, async (stage) => {
  const { origin, client, proxy, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(head("HTTP/1.1 200 OK", "Content-Length: 1000000") + "start");
  await c.through("start");
  await c.reset();
  await o.gone();
  assertEquals(proxy.services.pool.size, 0);
  await records.expect({ ...GONE, status: 200, bodyBytesOut: 5 });
});

scenario(
  "a reset while the request's body goes up ends both",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Content-Length: 100") + "start");
    const o = await origin.accept();
    await o.head();
    await o.text(5);
    await c.reset();
    await o.gone();
    await records.expect({ ...GONE, method: "POST", status: 0 });
  },
);

scenario(
  "an end within a body with Content-Length is no end of the body",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Content-Length: 100") + "start");
    const o = await origin.accept();
    await o.head();
    c.closeWrite();
    assertEquals((await o.rest()).text, "start");
    await c.gone();
    await records.expect({ ...GONE, method: "POST", status: 0 });
  },
);

scenario(
  "an end within a chunked body is no end of the body",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const lines = ["Transfer-Encoding: chunked"];
    await c.send(request("POST", origin, "/", ...lines) + "5\r\nstart\r\n");
    const o = await origin.accept();
    await o.head();
    c.closeWrite();
    assertEquals((await o.rest()).text, "5\r\nstart\r\n");
    await c.gone();
    await records.expect({ ...GONE, method: "POST", status: 0 });
  },
);

scenario(
  "a client that leaves within its head leaves a record",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send("GET http://");
    c.closeWrite();
    await c.gone();
    assertEquals(origin.accepted, 0);
    await records.expect({ ...GONE, method: "", url: "", status: 0 });
  },
);

scenario("a reset during a dial ends the dial", (origin) => ({
  upstream: `http://127.0.0.1:${origin.port}`,
}), async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(head("CONNECT a.test:1 HTTP/1.1", "Host: a.test:1"));
  const parent = await origin.accept();
  await parent.head();
  await c.reset();
  await parent.gone();
  await records.expect({ ...GONE, method: "CONNECT", status: 0 });
});

scenario(
  "a client that leaves a pipeline gets the answers that it had asked for",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin, "/1") + get(origin, "/2"));
    c.closeWrite();
    const o = await origin.accept();
    await o.head();
    await o.send(answer("one"));
    assertEquals((await c.message()).body, "one");
    await o.head();
    await c.reset();
    await o.gone();
    await records.expect({ status: 200 });
    await records.expect({ ...GONE, status: 0 });
  },
);
