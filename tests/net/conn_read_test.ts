import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { LARGE_BYTES, SMALL_BYTES } from "../../src/net/buffers.ts";
import { fakeConn } from "./fake_stream.ts";
import { fillTo, longText, pair, TestNet, textIn, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

Deno.test("Conn.fill() adds what arrives behind what is there", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  for (const part of ["ab", "cd"]) {
    const filling = conn.fill();
    stream.answer(part);
    assertEquals(await filling, true);
  }
  assertEquals(textIn(conn), "abcd");
  assertEquals(conn.bytesRead, 4);
});

Deno.test("Conn.fill() starts at the front again once everything was used", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  let filling = conn.fill();
  stream.answer("first");
  await filling;
  conn.start = conn.end;
  filling = conn.fill();
  stream.answer("second");
  await filling;
  assertEquals([conn.start, conn.end], [0, 6]);
  assertEquals(textIn(conn), "second");
});

Deno.test("Conn.fill() is false at the end of the stream, with no failure", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const filling = conn.fill();
  stream.answer(null);
  assertEquals(await filling, false);
  assertEquals([conn.isEnded, conn.isClosed], [true, false]);
  assertEquals(conn.failure, undefined);
  assertEquals(await conn.fill(), false);
  assertEquals(stream.readsStarted, 1);
});

Deno.test("Conn.fill() is false when the stream fails, and says of what", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const reset = new Deno.errors.ConnectionReset("reset");
  const filling = conn.fill();
  stream.answer(reset);
  assertEquals(await filling, false);
  assertStrictEquals(conn.failure, reset);
});

Deno.test("Conn.fill() keeps unused bytes whole when it grows or moves them", async () => {
  const net = new TestNet();
  const text = longText(3 * LARGE_BYTES);
  using near = await pair(net);
  const sending = near.peer.send(text);
  let used = "";
  // An odd step, so that the buffer is moved together at many positions.
  for (let step = 1; used.length < text.length; step += 997) {
    const count = Math.min(step, text.length - used.length);
    await fillTo(near.conn, count);
    used += textIn(near.conn).slice(0, count);
    near.conn.start += count;
  }
  await sending;
  assert(used === text, "the bytes read differ from those sent");
});

Deno.test("Conn.fill() holds as much as its caller leaves unused", async () => {
  using near = await pair(new TestNet());
  const text = longText(200 * 1024);
  const sending = near.peer.send(text);
  await fillTo(near.conn, text.length);
  await sending;
  assert(textIn(near.conn) === text, "the bytes held differ from those sent");
});

Deno.test("Conn reads never write over another connection's bytes", async () => {
  const net = new TestNet();
  using one = fakeConn(net, LARGE_BYTES);
  const filling = one.conn.fill();
  one.stream.answer("kept");
  await filling;
  using other = fakeConn(net);
  for (
    let size = SMALL_BYTES;
    size <= LARGE_BYTES;
    size = other.conn.bytes.length
  ) {
    const more = other.conn.fill();
    assert(other.conn.bytes !== one.conn.bytes);
    const room = other.conn.bytes.length - other.conn.end;
    other.stream.answer(new Uint8Array(room).fill(120));
    await more;
    if (size === LARGE_BYTES) break;
  }
  other.conn.start = other.conn.end;
  other.conn.shrink();
  assertEquals(textIn(one.conn), "kept");
});

Deno.test("Conn.readAhead() is the read that the next fill() waits for", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  conn.readAhead();
  conn.readAhead();
  assertEquals(stream.readsStarted, 1);
  const filling = conn.fill();
  assertEquals(stream.readsStarted, 1);
  stream.answer("x");
  assertEquals(await filling, true);
  assertEquals(textIn(conn), "x");
});

Deno.test("Conn.readAhead() does not start a second read beside a fill()", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const filling = conn.fill();
  conn.readAhead();
  assertEquals(stream.readsUnderWay, 1);
  stream.answer("x");
  assertEquals(await filling, true);
  assertEquals(textIn(conn), "x");
});

Deno.test("Conn.readAhead() watches again after its bytes were used without a fill()", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  conn.readAhead();
  stream.answer("answer");
  await turn();
  conn.start = conn.end;
  let ends = 0;
  conn.onEnd = () => ends++;
  conn.readAhead();
  assertEquals(stream.readsUnderWay, 1);
  stream.answer(null);
  await turn();
  assertEquals([conn.isEnded, ends], [true, 1]);
});

Deno.test("Conn.readAhead() does nothing while unused bytes wait", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  const filling = conn.fill();
  stream.answer("one");
  await filling;
  conn.readAhead();
  assertEquals(stream.readsUnderWay, 0);
  assertEquals(textIn(conn), "one");
});

Deno.test("Conn.fill() asked twice at once is one read", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  conn.readAhead();
  const fillings = [conn.fill(), conn.fill(), conn.fill()];
  assertEquals(stream.readsStarted, 1);
  stream.answer("once");
  assertEquals(await Promise.all(fillings), [true, true, true]);
  assertEquals(textIn(conn), "once");
});

Deno.test("Conn.readAhead() notices the end while nobody reads", async () => {
  using near = await pair(new TestNet());
  const ended = Promise.withResolvers<void>();
  near.conn.onEnd = ended.resolve;
  near.conn.readAhead();
  near.peer.close();
  await ended.promise;
  assertEquals(near.conn.isEnded, true);
  assertEquals(await near.conn.fill(), false);
});

Deno.test("Conn.readAhead() reads nothing more after the end", async () => {
  using near = fakeConn(new TestNet());
  const { conn, stream } = near;
  conn.readAhead();
  stream.answer(null);
  await conn.fill();
  conn.readAhead();
  assertEquals(stream.readsStarted, 1);
  assertEquals(await conn.fill(), false);
});
