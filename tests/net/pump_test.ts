import { assert, assertEquals } from "@std/assert";
import { pump } from "../../src/net/pump.ts";
import { fakeConn } from "./fake_stream.ts";
import {
  fillTo,
  longText,
  pair,
  resettable,
  soon,
  TestNet,
  turn,
} from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const IDLE_TIMEOUT_MS = 10_000;

/** A pump between two pairs: what one peer sends, the other one gets. */
async function pumpBench(net = new TestNet()) {
  const client = await pair(net);
  const origin = await pair(net);
  return {
    net,
    client: client.peer,
    origin: origin.peer,
    near: client.conn,
    far: origin.conn,
    start: () => pump(client.conn, origin.conn, IDLE_TIMEOUT_MS),
    [Symbol.dispose]() {
      client[Symbol.dispose]();
      origin[Symbol.dispose]();
    },
  };
}

Deno.test("pump() carries bytes both ways at once, unchanged", async () => {
  using bench = await pumpBench();
  const { client, origin } = bench;
  const pumping = bench.start();
  const up = longText(700_000);
  const down = longText(500_000).toUpperCase();
  const sending = Promise.all([client.send(up), origin.send(down)]);
  const [gotUp, gotDown] = await Promise.all([
    origin.text(up.length),
    client.text(down.length),
  ]);
  await sending;
  assert(gotUp === up && gotDown === down, "the bytes have changed");
  await Promise.all([client.closeWrite(), origin.closeWrite()]);
  assertEquals(await pumping, "closed");
});

Deno.test("pump() passes the client's end on and lets the origin go on", async () => {
  using bench = await pumpBench();
  const pumping = bench.start();
  await bench.client.send("question");
  await bench.client.closeWrite();
  assertEquals(await bench.origin.rest(), "question");
  await bench.origin.send("answer");
  bench.origin.close();
  assertEquals(await bench.client.rest(), "answer");
  assertEquals(await pumping, "closed");
});

Deno.test("pump() passes the origin's end on and lets the client go on", async () => {
  using bench = await pumpBench();
  const pumping = bench.start();
  await bench.origin.send("greeting");
  await bench.origin.closeWrite();
  assertEquals(await bench.client.rest(), "greeting");
  await bench.client.send("more");
  bench.client.close();
  assertEquals(await bench.origin.rest(), "more");
  assertEquals(await pumping, "closed");
});

Deno.test("pump() sends first what is in the buffers", async () => {
  using bench = await pumpBench();
  await bench.client.send("early");
  await bench.origin.send("too");
  await fillTo(bench.near, 5);
  await fillTo(bench.far, 3);
  const pumping = bench.start();
  assertEquals(await bench.origin.text(5), "early");
  assertEquals(await bench.client.text(3), "too");
  bench.client.close();
  bench.origin.close();
  assertEquals(await pumping, "closed");
});

Deno.test("pump() goes on with a read that runs already", async () => {
  using bench = await pumpBench();
  bench.near.readAhead();
  const pumping = bench.start();
  await bench.client.send("one");
  assertEquals(await bench.origin.text(3), "one");
  await bench.client.send("two");
  assertEquals(await bench.origin.text(3), "two");
  bench.client.close();
  bench.origin.close();
  assertEquals(await pumping, "closed");
});

Deno.test("pump() delivers what a side left behind that has ended before", async () => {
  using bench = await pumpBench();
  await bench.client.send("last words");
  await bench.client.closeWrite();
  while (await bench.near.fill());
  const pumping = bench.start();
  assertEquals(await bench.origin.rest(), "last words");
  bench.origin.close();
  assertEquals(await pumping, "closed");
});

Deno.test("pump() closes both sides when either is reset", async () => {
  for (const isFirst of [true, false]) {
    const net = new TestNet();
    using whole = await pair(net);
    using broken = await resettable(net);
    const pumping = isFirst
      ? pump(broken.conn, whole.conn, IDLE_TIMEOUT_MS)
      : pump(whole.conn, broken.conn, IDLE_TIMEOUT_MS);
    await broken.reset();
    assertEquals(await soon(pumping, "the end of the pump"), "lost");
    assertEquals(await whole.peer.rest(), "");
    assertEquals([whole.conn.isClosed, broken.conn.isClosed], [true, true]);
  }
});

Deno.test("pump() ends when nothing moves for the idle time", async () => {
  using bench = await pumpBench();
  const pumping = bench.start();
  bench.net.pass(IDLE_TIMEOUT_MS - 1);
  assertEquals(bench.near.isClosed, false);
  bench.net.pass(100);
  assertEquals(await pumping, "idle");
  assertEquals(await bench.client.rest(), "");
  assertEquals(await bench.origin.rest(), "");
});

Deno.test("pump() counts bytes of either side as movement", async () => {
  using bench = await pumpBench();
  const pumping = bench.start();
  for (
    const [from, to] of [["client", "origin"], ["origin", "client"]] as const
  ) {
    for (let i = 0; i < 3; i++) {
      bench.net.pass(IDLE_TIMEOUT_MS * 0.6);
      await bench[from].send("x");
      await bench[to].text(1);
      // The pump counts a byte once its own write has come back.
      await turn();
    }
  }
  assertEquals(bench.near.isClosed, false);
  bench.net.pass(IDLE_TIMEOUT_MS * 2);
  assertEquals(await pumping, "idle");
});

Deno.test("pump() is idle when one side has ended and the other is silent", async () => {
  using bench = await pumpBench();
  const pumping = bench.start();
  await bench.client.closeWrite();
  assertEquals(await bench.origin.rest(), "");
  bench.net.pass(IDLE_TIMEOUT_MS * 2);
  assertEquals(await pumping, "idle");
});

Deno.test("pump() ends by the idle time while a peer takes nothing", async () => {
  const net = new TestNet();
  using from = fakeConn(net);
  using to = fakeConn(net);
  to.stream.holdsWrites = true;
  const pumping = pump(from.conn, to.conn, IDLE_TIMEOUT_MS);
  from.stream.answer("stuck");
  await turn();
  net.pass(IDLE_TIMEOUT_MS * 2);
  assertEquals(await soon(pumping, "the end of the pump"), "idle");
});

Deno.test("pump() counts each part as movement that a slow peer takes", async () => {
  const net = new TestNet();
  using from = fakeConn(net);
  using to = fakeConn(net);
  to.stream.holdsWrites = true;
  const pumping = pump(from.conn, to.conn, IDLE_TIMEOUT_MS);
  from.stream.answer("slow");
  for (let i = 0; i < 4; i++) {
    await turn();
    net.pass(IDLE_TIMEOUT_MS * 0.6);
    assertEquals(to.conn.isClosed, false, `closed after ${i} bytes`);
    to.stream.takeWrite(1);
  }
  assertEquals(to.stream.written, "slow");
  await turn();
  from.conn.close();
  await pumping;
});

Deno.test("pump() ends when a side is closed by others while the other takes nothing", async () => {
  for (const isFirst of [true, false]) {
    const net = new TestNet();
    using from = fakeConn(net);
    using to = fakeConn(net);
    to.stream.holdsWrites = true;
    const [a, b] = isFirst ? [from.conn, to.conn] : [to.conn, from.conn];
    const pumping = pump(a, b, IDLE_TIMEOUT_MS);
    from.stream.answer("last");
    await turn();
    from.conn.close();
    to.stream.takeWrite(4);
    await turn();
    net.pass(IDLE_TIMEOUT_MS * 2);
    await soon(pumping, "the end of the pump");
    assertEquals(to.stream.isClosed, true);
  }
});

Deno.test("pump() reads no more while a peer takes nothing", async () => {
  const net = new TestNet();
  using from = fakeConn(net);
  using to = fakeConn(net);
  to.stream.holdsWrites = true;
  const pumping = pump(from.conn, to.conn, IDLE_TIMEOUT_MS);
  from.stream.answer("one");
  await turn();
  assertEquals(from.stream.readsUnderWay, 0);
  to.stream.takeWrite(3);
  await turn();
  assertEquals(from.stream.readsUnderWay, 1);
  from.conn.close();
  await pumping;
});

Deno.test("pump() ends both sides when a write fails", async () => {
  const net = new TestNet();
  using from = fakeConn(net);
  using to = fakeConn(net);
  to.stream.writeError = new Deno.errors.BrokenPipe("gone");
  const pumping = pump(from.conn, to.conn, IDLE_TIMEOUT_MS);
  from.stream.answer("lost");
  assertEquals(await pumping, "lost");
  assertEquals([from.stream.isClosed, to.stream.isClosed], [true, true]);
});

Deno.test("pump() leaves nothing to watch", async () => {
  const net = new TestNet();
  using bench = await pumpBench(net);
  const pumping = bench.start();
  bench.client.close();
  bench.origin.close();
  await pumping;
  assertEquals(net.deadlines.size, 0);
});
