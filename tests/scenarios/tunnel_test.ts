/** Scenarios of CONNECT. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { head } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

function connect(authority: string, ...lines: string[]): string {
  return head(`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`, ...lines);
}

async function open(
  { origin, client }: Stage,
  early = "",
): Promise<{ c: WirePeer; o: WirePeer }> {
  const c = await client();
  await c.send(connect(origin.authority) + early);
  const o = await origin.accept();
  const got = await c.head();
  assertEquals(got.status, 200);
  assertEquals(got.has("content-length"), false);
  assertEquals(got.has("transfer-encoding"), false);
  return { c, o };
}

scenario(
  "bytes sent with the head of a CONNECT go first",
  {},
  async (stage) => {
    const { c, o } = await open(stage, "hello");
    assertEquals(await o.text(5), "hello");
    await o.send("welcome");
    assertEquals(await c.text(7), "welcome");
    await c.send("\x00\xff");
    assertEquals(await o.text(2), "\x00\xff");
    c.closeWrite();
    await o.end();
    await o.send("after the end");
    assertEquals(await c.text(13), "after the end");
    o.closeWrite();
    await c.end();
    await stage.records.expect({
      method: "CONNECT",
      url: stage.origin.authority,
      status: 200,
      outcome: "tunnel",
      targetPort: stage.origin.port,
      bytesIn: connect(stage.origin.authority).length + 7,
      bodyBytesOut: 20,
    });
  },
);

scenario("an origin may end its side of a tunnel first", {}, async (stage) => {
  const { c, o } = await open(stage);
  await o.send("bye");
  o.closeWrite();
  assertEquals(await c.text(3), "bye");
  await c.end();
  await c.send("still here");
  assertEquals(await o.text(10), "still here");
  c.closeWrite();
  await o.end();
  await stage.records.expect({ outcome: "tunnel", bodyBytesOut: 3 });
});

/** A tunnel that did not end in order says so. */
const RESET = {
  outcome: "tunnel",
  errorCode: "connection_terminated",
} as const;

scenario("a reset on either side ends the tunnel", {}, async (stage) => {
  const first = await open(stage);
  await first.o.reset();
  await first.c.gone();
  await stage.records.expect(RESET);
  const second = await open(stage);
  await second.c.reset();
  await second.o.gone();
  await stage.records.expect(RESET);
});

scenario("a tunnel without traffic is closed", {
  tunnelIdleTimeoutMs: 200,
}, async (stage) => {
  const { c, o } = await open(stage);
  await c.gone();
  await o.gone();
  await stage.records.expect({ outcome: "tunnel", errorCode: "tunnel_idle" });
});

scenario("a CONNECT to a closed port is 502", {}, async (stage) => {
  const { client, records, listen } = stage;
  const closed = await listen();
  await closed.close();
  const c = await client();
  await c.send(connect(closed.authority));
  const got = await c.message();
  assertEquals(got.status, 502);
  assertStringIncludes(
    got.head.get("proxy-status") ?? "",
    "error=connection_refused",
  );
  await records.expect({
    method: "CONNECT",
    status: 502,
    outcome: "error",
    errorCode: "connection_refused",
  });
});

scenario("CONNECT to the proxy itself is 403", {}, async (stage) => {
  const { proxy, client, records } = stage;
  for (const host of [`127.0.0.1:${proxy.port}`, `localhost:${proxy.port}`]) {
    const c = await client();
    await c.send(connect(host));
    assertEquals((await c.message()).status, 403, host);
    await records.expect({
      status: 403,
      outcome: "error",
      errorCode: "http_request_denied",
    });
  }
});

scenario("a CONNECT without port or with a body is 400", {}, async (stage) => {
  const { origin, client, records } = stage;
  const heads = [
    connect("127.0.0.1"),
    connect("127.0.0.1:"),
    connect(`http://${origin.authority}`),
    connect(`user@${origin.authority}`),
    connect(origin.authority, "Content-Length: 5") + "hello",
    connect(origin.authority, "Transfer-Encoding: chunked") + "0\r\n\r\n",
  ];
  for (const text of heads) {
    const c = await client();
    await c.send(text);
    assertEquals((await c.message()).status, 400, text);
    await c.end();
    await records.expect({
      status: 400,
      outcome: "error",
      errorCode: "http_request_error",
    });
  }
  assertEquals(origin.accepted, 0);
});
