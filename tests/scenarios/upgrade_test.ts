/** Scenarios of Upgrade: 101 and bytes both ways, or no change of protocol. */

import { assertEquals } from "@std/assert";
import { answer, get, head, request } from "./requests.ts";
import { scenario, type Stage } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const WEBSOCKET = ["Connection: keep-alive, Upgrade", "Upgrade: websocket"];
const SWITCH = head(
  "HTTP/1.1 101 Switching Protocols",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Accept: abc",
);

async function ask(
  { client, origin }: Stage,
  early = "",
): Promise<{ c: WirePeer; o: WirePeer }> {
  const c = await client();
  await c.send(get(origin, "/chat", ...WEBSOCKET) + early);
  const o = await origin.accept();
  const sent = await o.head();
  assertEquals(sent.get("connection"), "Upgrade");
  assertEquals(sent.get("upgrade"), "websocket");
  return { c, o };
}

scenario(
  "after 101 bytes go both ways, early ones first",
  {},
  async (stage) => {
    const { c, o } = await ask(stage, "early up");
    await o.send(SWITCH + "early down");
    const switched = await c.head();
    assertEquals(switched.status, 101);
    assertEquals(switched.get("upgrade"), "websocket");
    assertEquals(switched.get("connection"), "Upgrade");
    assertEquals(switched.get("sec-websocket-accept"), "abc");
    assertEquals(await c.text(10), "early down");
    assertEquals(await o.text(8), "early up");
    await c.send("ping");
    assertEquals(await o.text(4), "ping");
    await o.send("pong");
    assertEquals(await c.text(4), "pong");
    // Each side's end is passed on by itself.
    c.closeWrite();
    await o.end();
    await o.send("last");
    assertEquals(await c.text(4), "last");
    o.closeWrite();
    await c.end();
    await stage.records.expect({ status: 101, bodyBytesOut: 18 });
  },
);

scenario(
  "the origin may end an upgraded connection first",
  {},
  async (stage) => {
    const { c, o } = await ask(stage);
    await o.send(SWITCH);
    await c.head();
    o.closeWrite();
    await c.end();
    await c.send("late");
    assertEquals(await o.text(4), "late");
    c.closeWrite();
    await o.end();
    await stage.records.expect({ status: 101, bodyBytesOut: 0 });
  },
);

scenario(
  "a reset of an upgraded connection reaches the other side",
  {},
  async (stage) => {
    const { c, o } = await ask(stage);
    await o.send(SWITCH);
    await c.head();
    await c.reset();
    await o.gone();
    await stage.records.expect({
      status: 101,
      errorCode: "connection_terminated",
    });
  },
);

scenario("a refused upgrade is an answer like any other", {}, async (stage) => {
  const { origin, records } = stage;
  const { c, o } = await ask(stage);
  await o.send(answer("no"));
  assertEquals((await c.message()).body, "no");
  await c.send(get(origin));
  assertEquals((await o.head()).has("upgrade"), false);
  await o.send(answer("kept"));
  assertEquals((await c.message()).body, "kept");
  await records.expect({ status: 200 });
  await records.expect({ status: 200 });
});

scenario("a 101 that nobody asked for is 502", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(get(origin));
  const o = await origin.accept();
  await o.head();
  await o.send(SWITCH);
  assertEquals((await c.message()).status, 502);
  await o.gone();
  await records.expect({
    status: 502,
    outcome: "error",
    errorCode: "http_upgrade_failed",
  });
});

scenario(
  "a 101 to another protocol than asked for is 502",
  {},
  async (stage) => {
    const { c, o } = await ask(stage);
    await o.send(SWITCH.replace("websocket", "irc"));
    assertEquals((await c.message()).status, 502);
    await stage.records.expect({
      status: 502,
      outcome: "error",
      errorCode: "http_upgrade_failed",
    });
  },
);

scenario("h2c is not offered to the origin", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const lines = [
    "Connection: Upgrade, HTTP2-Settings",
    "Upgrade: h2c",
    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA",
  ];
  await c.send(get(origin, "/", ...lines));
  const o = await origin.accept();
  const sent = await o.head();
  for (const name of ["upgrade", "connection", "http2-settings"]) {
    assertEquals(sent.has(name), false, name);
  }
  await o.send(answer("plain"));
  assertEquals((await c.message()).body, "plain");
  await records.expect({ status: 200 });
});

scenario("a request with a body changes no protocol", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const lines = [...WEBSOCKET, "Content-Length: 2"];
  await c.send(request("POST", origin, "/", ...lines) + "hi");
  const o = await origin.accept();
  assertEquals((await o.head()).has("upgrade"), false);
  await o.text(2);
  await o.send(answer("ok"));
  assertEquals((await c.message()).status, 200);
  await records.expect({ status: 200 });
});
