/** A small client that changes to WebSocket on its connection with the proxy. */

import { assertEquals, assertMatch } from "@std/assert";
import { Peer, ScriptedServer } from "../net/loopback.ts";
import { Origin } from "./content_origin.ts";
import { ProxyProcess } from "./proxy_process.ts";
import { answerEcho } from "./web_socket_echo.ts";

Deno.test("the proxy passes 101 and then bytes both ways", async () => {
  await using origin = new Origin(answerEcho);
  await using proxy = await ProxyProcess.start();
  using peer = await connect(proxy);
  const url = `${origin.url}/echo`;
  await peer.send(upgradeRequest(url, "websocket"));
  const head = await peer.head();
  assertMatch(head, /^HTTP\/1\.1 101 /);
  assertMatch(head, /^upgrade: websocket\r$/im);
  assertMatch(head, /^connection: upgrade\r$/im);
  // RFC 6455 §1.3: the answer to this key.
  assertMatch(
    head,
    /^sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$/im,
  );

  for (const text of ["hello", "again ".repeat(20_000)]) {
    await peer.send(frame(1, text));
    assertEquals(await readText(peer), text);
  }
  await peer.send(frame(8, ""));
  assertEquals((await peer.bytes(2))[0], 0x88);
  assertEquals(await peer.rest(), "");
  peer.close();
  const record = await proxy.record((one) => one.url === url);
  assertEquals([record.method, record.status], ["GET", 101]);
});

Deno.test("the proxy offers the origin no change to HTTP/2", async () => {
  await using origin = new ScriptedServer(async (peer) => {
    const head = await peer.head();
    const offers = /^(upgrade|http2-settings):/im.test(head);
    await peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
    await peer.send(offers ? "offered" : "not offered");
  });
  await using proxy = await ProxyProcess.start();
  using peer = await connect(proxy);
  await peer.send(upgradeRequest(`http://127.0.0.1:${origin.port}/`, "h2c"));
  assertMatch(await peer.head(), /^HTTP\/1\.1 200 /);
  assertMatch(await peer.text(16), /not offered/);
});

async function connect({ port }: ProxyProcess): Promise<Peer> {
  return new Peer(await Deno.connect({ hostname: "127.0.0.1", port }));
}

function upgradeRequest(url: string, protocol: string): string {
  return `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n` +
    `Connection: Upgrade, HTTP2-Settings\r\nUpgrade: ${protocol}\r\n` +
    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n" +
    "Sec-WebSocket-Version: 13\r\n" +
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

/** A frame as a client sends it (RFC 6455 §5.2), masked with zeros. */
function frame(opcode: number, text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const { length } = payload;
  const size = length < 126
    ? [0x80 | length]
    : [0x80 | 127, 0, 0, 0, 0, ...bytesOf(length)];
  return Uint8Array.of(0x80 | opcode, ...size, 0, 0, 0, 0, ...payload);
}

function bytesOf(count: number): number[] {
  return [count >>> 24, count >>> 16, count >>> 8, count].map((n) => n & 0xff);
}

/** The text of a message, in as many frames as the origin made of it. */
async function readText(peer: Peer): Promise<string> {
  let text = "";
  while (true) {
    const [first = 0, short = 0] = await peer.bytes(2);
    text += await peer.text(await payloadLength(peer, short));
    if ((first & 0x80) !== 0) return text;
  }
}

async function payloadLength(peer: Peer, short: number): Promise<number> {
  if (short < 126) return short;
  const bytes = await peer.bytes(short === 126 ? 2 : 8);
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}
