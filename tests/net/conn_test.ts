import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { LARGE_BYTES, SMALL_BYTES } from "../../src/net/buffers.ts";
import { Conn } from "../../src/net/conn.ts";
import { ConnectionLost } from "../../src/errors.ts";
import { fakeConn, FakeStream } from "./fake_stream.ts";
import { fillTo, longText, pair, TestNet, textIn, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("Conn.write() goes on until all is taken, and tells of progress", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  stream.holdsWrites = true;
  let steps = 0;
  conn.onWriteProgress = () => steps++;
  const writing = conn.write(new TextEncoder().encode("abcdef"));
  stream.takeWrite(1);
  await turn();
  stream.takeWrite(2);
  await turn();
  stream.takeWrite(3);
  await writing;
  assertEquals(stream.written, "abcdef");
  assertEquals(stream.writeSizes, [6, 5, 3]);
  assertEquals([conn.bytesWritten, steps], [6, 2]);
});

Deno.test("Conn.write() rejects with ConnectionLost, the cause within", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  stream.writeError = new Deno.errors.BrokenPipe("gone");
  const error = await assertRejects(
    () => conn.write(new Uint8Array(1)),
    ConnectionLost,
  );
  assertStrictEquals(error.conn, conn);
  assertStrictEquals(error.cause, stream.writeError);
});

Deno.test("Conn.write() carries bytes to the peer unchanged", async () => {
  using near = await pair(new TestNet());
  const text = longText(300 * 1024);
  const receiving = near.peer.text(text.length);
  await near.conn.write(new TextEncoder().encode(text));
  assert(await receiving === text, "the peer got something else");
});

Deno.test("Conn.closeWrite() lets the peer go on sending", async () => {
  using near = await pair(new TestNet());
  await near.conn.closeWrite();
  assertEquals(await near.peer.rest(), "");
  await near.peer.send("late");
  await fillTo(near.conn, 4);
  assertEquals(textIn(near.conn), "late");
});

Deno.test("Conn.closeWrite() on a closed connection is fine", async () => {
  using near = await pair(new TestNet());
  near.conn.close();
  await near.conn.closeWrite();
});

Deno.test("Conn.close() ends a read under way", async () => {
  using near = await pair(new TestNet());
  const filling = near.conn.fill();
  near.conn.close();
  assertEquals(await filling, false);
  near.conn.close();
  assertEquals(await near.conn.fill(), false);
});

/** In Deno 2.8.2 and 2.9.0 a write under way outlives the closing of its connection; not in 2.9.6. */
const ENDS_WRITES = !/^2\.(8|9\.[0-5](?!\d))/.test(Deno.version.deno);

Deno.test({
  name: "Conn.close() ends a write that the peer does not take",
  ignore: !ENDS_WRITES,
  fn: async () => {
    using near = await pair(new TestNet());
    const writing = near.conn.write(new Uint8Array(32 * 1024 * 1024));
    const lost = assertRejects(() => writing, ConnectionLost);
    await turn();
    near.conn.close();
    await lost;
  },
});

Deno.test("Conn.write() on a closed connection rejects with ConnectionLost", async () => {
  using near = await pair(new TestNet());
  near.conn.close();
  await assertRejects(
    () => near.conn.write(new Uint8Array(1)),
    ConnectionLost,
  );
});

Deno.test("Conn.expireAfter() closes the connection when the time is over", async () => {
  const net = new TestNet();
  using near = await pair(net);
  const filling = near.conn.fill();
  near.conn.expireAfter(1_000);
  net.pass(900);
  assertEquals(near.conn.isExpired, false);
  net.pass(200);
  assertEquals([near.conn.isExpired, near.conn.isClosed], [true, true]);
  assertEquals(await filling, false);
});

Deno.test("Conn.onExpire takes the place of closing", () => {
  const net = new TestNet();
  using near = fakeConn(net);
  let calls = 0;
  near.conn.onExpire = () => calls++;
  near.conn.expireAfter(1_000);
  net.pass(2_000);
  net.pass(2_000);
  assertEquals([calls, near.conn.isExpired, near.conn.isClosed], [
    1,
    true,
    false,
  ]);
});

Deno.test("Conn.expireNever() takes the deadline away", () => {
  const net = new TestNet();
  using near = fakeConn(net);
  near.conn.expireAfter(1_000);
  near.conn.expireNever();
  net.pass(1e9);
  assertEquals(near.conn.isExpired, false);
});

Deno.test("Conn.close() ends the watch over its deadline", () => {
  const net = new TestNet();
  const { conn } = fakeConn(net);
  conn.expireAfter(10);
  assertEquals(net.deadlines.size, 1);
  conn.close();
  net.pass(1e6);
  assertEquals([net.deadlines.size, conn.isExpired], [0, false]);
});

Deno.test("Conn.detach() leaves the stream open and unwatched", () => {
  const net = new TestNet();
  const { conn, stream } = fakeConn(net);
  conn.detach();
  conn.close();
  assertEquals([stream.isClosed, net.deadlines.size], [false, 0]);
});

Deno.test("Conn.detach() refuses when bytes were read or a read is under way", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const filling = conn.fill();
  const message = "Cannot detach a connection";
  assertThrows(() => conn.detach(), Error, message);
  stream.answer("early");
  await filling;
  assertThrows(() => conn.detach(), Error, message);
  assertEquals(conn.isClosed, false);
});

Deno.test("Conn.shrink() gives a large buffer back, but not one in use", async () => {
  using near = fakeConn(new TestNet(), LARGE_BYTES);
  const { conn, stream } = near;
  const filling = conn.fill();
  conn.shrink();
  assertEquals(conn.bytes.length, LARGE_BYTES);
  stream.answer("x");
  await filling;
  conn.shrink();
  assertEquals(textIn(conn), "x");
  conn.start = conn.end;
  conn.shrink();
  assertEquals(conn.bytes.length, SMALL_BYTES);
});

Deno.test("Conn.close() tolerates a stream that is closed already", () => {
  const stream = new FakeStream();
  stream.close = () => {
    throw new Deno.errors.BadResource("Bad resource ID");
  };
  const net = new TestNet();
  new Conn(stream, net).close();
  assertEquals(net.deadlines.size, 0);
});

Deno.test("Conn.dispose() closes, and gives its buffer to one next user", () => {
  const net = new TestNet();
  const { conn, stream } = fakeConn(net, LARGE_BYTES);
  const buffer = conn.bytes;
  conn.dispose();
  conn.dispose();
  assertEquals([stream.isClosed, net.deadlines.size], [true, 0]);
  assertStrictEquals(net.buffers.take(LARGE_BYTES), buffer);
  assert(net.buffers.take(LARGE_BYTES) !== buffer, "one buffer has two users");
});

Deno.test("Conn.dispose() keeps a buffer that a read is under way into", async () => {
  const net = new TestNet();
  const { conn } = fakeConn(net, LARGE_BYTES);
  const buffer = conn.bytes;
  const filling = conn.fill();
  conn.dispose();
  assert(net.buffers.take(LARGE_BYTES) !== buffer, "the buffer was given away");
  assertEquals(await filling, false);
});

Deno.test("Conn.fill() on a connection that was disposed of is false", async () => {
  const { conn } = fakeConn(new TestNet(), LARGE_BYTES);
  conn.dispose();
  assertEquals([await conn.fill(), conn.available], [false, 0]);
});
