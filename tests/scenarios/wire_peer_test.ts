import { assertEquals, assertRejects } from "@std/assert";
import { WireListener } from "./wire_listener.ts";
import { dialPeer, type WirePeer } from "./wire_peer.ts";

async function withPair(
  play: (near: WirePeer, far: WirePeer) => Promise<void>,
): Promise<void> {
  const listener = await WireListener.open();
  const near = await dialPeer(listener.port);
  try {
    await play(near, await listener.accept());
  } finally {
    await near.reset();
    await listener.close();
  }
}

Deno.test("WirePeer tells an orderly end from a reset", async () => {
  await withPair(async (near, far) => {
    await near.send("bye");
    near.closeWrite();
    assertEquals(await far.rest(), { text: "bye", isReset: false });
    await far.send("still here");
    assertEquals(await near.text(10), "still here");
  });
  await withPair(async (near, far) => {
    await near.reset();
    assertEquals(await far.rest(), { text: "", isReset: true });
  });
});

Deno.test("WirePeer reads no further than it is asked to", async () => {
  await withPair(async (near, far) => {
    await near.send(
      "GET / HTTP/1.1\r\nA: b\r\n\r\n3\r\nabc\r\n0\r\nT: 1\r\n\r\n!",
    );
    assertEquals((await far.head()).get("a"), "b");
    assertEquals(await far.chunked(), { body: "abc", trailers: ["T: 1"] });
    assertEquals(await far.text(1), "!");
  });
});

Deno.test("WirePeer says what came in place of what was wanted", async () => {
  await withPair(async (near, far) => {
    await near.send("half");
    near.closeWrite();
    await assertRejects(() => far.head(), Error, "half");
    await assertRejects(() => far.text(5), Error, "half");
    await assertRejects(() => far.end());
  });
});

Deno.test("WirePeer.sendMany() tells when nobody reads", async () => {
  await withPair(async (near, far) => {
    const piece = new Uint8Array(1024 * 1024).fill(1);
    const { done, stalled } = near.sendMany(piece, 64);
    await stalled;
    await far.skip(64 * piece.length, 1);
    await done;
    assertEquals(near.bytesSent, far.bytesReceived);
  });
});
