import { assertEquals } from "@std/assert";
import { lingerAndClose } from "../../src/net/linger.ts";
import { fakeConn } from "./fake_stream.ts";
import { longText, pair, resettable, TestNet, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("lingerAndClose() lets the peer have our last words while it still sends", async () => {
  using near = await pair(new TestNet());
  await near.peer.send(longText(200_000));
  await near.conn.fill();
  await near.conn.write(new TextEncoder().encode("413 too large"));
  const closing = lingerAndClose(near.conn);
  await near.peer.send(longText(200_000));
  assertEquals(await near.peer.rest(), "413 too large");
  near.peer.close();
  await closing;
  assertEquals(near.conn.isClosed, true);
});

Deno.test("lingerAndClose() ends our side at once", async () => {
  using near = await pair(new TestNet());
  const closing = lingerAndClose(near.conn);
  assertEquals(await near.peer.rest(), "");
  assertEquals(near.conn.isClosed, false);
  near.peer.close();
  await closing;
});

Deno.test("lingerAndClose() waits for a silent peer no longer than 2 s", async () => {
  const net = new TestNet();
  using near = await pair(net);
  const closing = lingerAndClose(near.conn);
  net.pass(1_900);
  assertEquals(near.conn.isClosed, false);
  net.pass(200);
  await closing;
  assertEquals(near.conn.isClosed, true);
});

Deno.test("lingerAndClose() waits for a peer that keeps sending no longer either", async () => {
  const net = new TestNet();
  using near = fakeConn(net);
  const closing = lingerAndClose(near.conn);
  for (let i = 0; i < 4; i++) {
    await turn();
    if (near.conn.isClosed) break;
    near.stream.answer("drip");
    net.pass(700);
  }
  await closing;
  assertEquals(near.conn.isExpired, true);
});

Deno.test("lingerAndClose() drops a bounded number of bytes", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const closing = lingerAndClose(conn);
  await turn();
  let answers = 0;
  while (!conn.isClosed && answers < 2_000) {
    stream.answer(new Uint8Array(conn.bytes.length));
    answers++;
    await turn();
  }
  await closing;
  assertEquals(conn.bytesRead <= 1024 * 1024 + conn.bytes.length, true);
  assertEquals(stream.isClosed, true);
});

Deno.test("lingerAndClose() holds no more than one buffer of what it drops", async () => {
  using near = await pair(new TestNet());
  const closing = lingerAndClose(near.conn);
  await near.peer.send(longText(900_000));
  near.peer.close();
  await closing;
  assertEquals(near.conn.bytes.length <= 256 * 1024, true);
});

Deno.test("lingerAndClose() takes over deadline and end from who had them", async () => {
  const net = new TestNet();
  using near = await pair(net);
  let calls = 0;
  near.conn.onExpire = () => calls++;
  near.conn.onEnd = () => calls++;
  const closing = lingerAndClose(near.conn);
  net.pass(3_000);
  await closing;
  assertEquals([calls, near.conn.isClosed], [0, true]);
});

Deno.test("lingerAndClose() is fine with a connection that is closed or reset", async () => {
  using closed = await pair(new TestNet());
  closed.conn.close();
  await lingerAndClose(closed.conn);
  using broken = await resettable(new TestNet());
  await broken.reset();
  await lingerAndClose(broken.conn);
  assertEquals(broken.conn.isClosed, true);
});
