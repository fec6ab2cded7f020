import { assertEquals } from "@std/assert";
import { head } from "../scenarios/requests.ts";
import { scenario } from "../scenarios/scenario.ts";
import type { WireListener } from "../scenarios/wire_listener.ts";

function connect({ authority }: WireListener, version = "1.1"): string {
  return head(`CONNECT ${authority} HTTP/${version}`, `Host: ${authority}`);
}

scenario(
  "tunnel() delivers a client's bytes and end, sent before it was there",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(connect(origin) + "all at once");
    c.closeWrite();
    const o = await origin.accept();
    assertEquals(await o.rest(), { text: "all at once", isReset: false });
    await o.send("answered");
    o.closeWrite();
    assertEquals((await c.head()).status, 200);
    assertEquals(await c.rest(), { text: "answered", isReset: false });
    await records.expect({ outcome: "tunnel", bodyBytesOut: 8 });
  },
);

scenario(
  "tunnel() passes what looks like requests unread",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    const inner = connect(origin) + "\0\xff\r\nGET / HTTP/9.9\r\n\r\n";
    await c.send(connect(origin) + inner);
    const o = await origin.accept();
    assertEquals(await o.text(inner.length), inner);
    await o.close();
    assertEquals((await c.head()).status, 200);
    assertEquals((await c.rest()).text, "");
    c.closeWrite();
    await records.expect({ outcome: "tunnel" });
  },
);

scenario("tunnel() is there for HTTP/1.0 clients", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(connect(origin, "1.0"));
  const o = await origin.accept();
  assertEquals((await c.head()).status, 200);
  await o.send("hi");
  assertEquals(await c.text(2), "hi");
  await c.reset();
  await o.gone();
  await records.expect({
    outcome: "tunnel",
    protocol: "HTTP/1.0",
    errorCode: "connection_terminated",
  });
});

scenario("tunnel() stays open while either side moves bytes", {
  tunnelIdleTimeoutMs: 200,
}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(connect(origin));
  const o = await origin.accept();
  await c.head();
  const endMs = performance.now() + 450;
  // Bytes go one way only, and for longer than the idle timeout.
  while (performance.now() < endMs) {
    await o.send(".");
    await c.text(1);
  }
  await c.gone();
  await records.expect({ outcome: "tunnel", errorCode: "tunnel_idle" });
});
