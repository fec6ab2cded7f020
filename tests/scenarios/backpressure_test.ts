/** Scenarios of large bodies: whoever does not read stops the sender, and both go on later. */

import { assert, assertEquals } from "@std/assert";
import { get, head, request } from "./requests.ts";
import { scenario } from "./scenario.ts";
import type { WirePeer } from "./wire_peer.ts";

const MEBIBYTE = 1024 * 1024;
const PIECE = new Uint8Array(MEBIBYTE).fill(97);
/** More than the sockets on the way hold. */
const PIECES = 96;

async function assertStopsAndGoesOn(
  sender: WirePeer,
  reader: WirePeer,
): Promise<void> {
  const sentBefore = sender.bytesSent;
  const { done, stalled } = sender.sendMany(PIECE, PIECES);
  await stalled;
  const held = sender.bytesSent - sentBefore;
  assert(held < PIECES * MEBIBYTE / 2, `${held} bytes were taken unread`);
  await reader.skip(PIECES * MEBIBYTE, 97);
  await done;
}

scenario("an origin that does not read stops the upload", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  const length = PIECES * MEBIBYTE;
  await c.send(request("PUT", origin, "/", `Content-Length: ${length}`));
  const o = await origin.accept();
  await o.head();
  await assertStopsAndGoesOn(c, o);
  await o.send(head("HTTP/1.1 204 No Content"));
  assertEquals((await c.head()).status, 204);
  const record = await records.expect({ method: "PUT", status: 204 });
  assert(record.bytesIn > length);
});

scenario(
  "a client that does not read stops the download",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(get(origin));
    const o = await origin.accept();
    await o.head();
    const length = PIECES * MEBIBYTE;
    await o.send(head("HTTP/1.1 200 OK", `Content-Length: ${length}`));
    await c.head();
    await assertStopsAndGoesOn(o, c);
    await records.expect({ status: 200, bodyBytesOut: length });
  },
);

scenario("both sides of a tunnel stop and go on", {}, async (stage) => {
  const { origin, client, records } = stage;
  const c = await client();
  await c.send(
    head(
      `CONNECT ${origin.authority} HTTP/1.1`,
      `Host: ${origin.authority}`,
    ),
  );
  const o = await origin.accept();
  assertEquals((await c.head()).status, 200);
  await assertStopsAndGoesOn(c, o);
  await assertStopsAndGoesOn(o, c);
  c.closeWrite();
  await o.end();
  o.closeWrite();
  await c.end();
  const length = PIECES * MEBIBYTE;
  await records.expect({ outcome: "tunnel", bodyBytesOut: length });
});

scenario(
  "a large chunked body passes whole, both ways at once",
  {},
  async (stage) => {
    const { origin, client, records } = stage;
    const c = await client();
    await c.send(request("POST", origin, "/", "Transfer-Encoding: chunked"));
    const o = await origin.accept();
    await o.head();
    const pieces = 8;
    const chunk = new Uint8Array(MEBIBYTE + 10);
    chunk.set(new TextEncoder().encode("100000\r\n"));
    chunk.set(PIECE, 8);
    chunk.set(new TextEncoder().encode("\r\n"), MEBIBYTE + 8);
    await o.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
    await c.head();
    const up = c.sendMany(chunk, pieces).done;
    const down = o.sendMany(chunk, pieces).done;
    await Promise.all([
      skipChunks(c, pieces * MEBIBYTE),
      skipChunks(o, pieces * MEBIBYTE),
      up,
      down,
    ]);
    await c.send("0\r\n\r\n");
    assertEquals(await o.chunked(), { body: "", trailers: [] });
    await o.send("0\r\n\r\n");
    assertEquals(await c.chunked(), { body: "", trailers: [] });
    await records.expect({ status: 200, bodyBytesOut: pieces * MEBIBYTE });
  },
);

/** Reads chunks, however they were cut, until that many bytes of data have come. */
async function skipChunks(peer: WirePeer, count: number): Promise<void> {
  let left = count;
  while (left > 0) {
    const size = parseInt(await peer.through("\r\n"), 16);
    await peer.skip(size, 97);
    assertEquals(await peer.text(2), "\r\n");
    left -= size;
  }
}
