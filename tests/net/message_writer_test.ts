import { assert, assertEquals, assertRejects } from "@std/assert";
import { MEDIUM_BYTES } from "../../src/net/buffers.ts";
import { ConnectionLost } from "../../src/errors.ts";
import { MessageWriter } from "../../src/net/message_writer.ts";
import { fakeConn } from "./fake_stream.ts";
import { longText, TestNet } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

const HEAD = "HTTP/1.1 200 OK\r\n\r\n";

function writerBench() {
  const net = new TestNet();
  const { conn, stream, [Symbol.dispose]: close } = fakeConn(net);
  const writer = new MessageWriter(conn, net.buffers);
  return { net, writer, stream, [Symbol.dispose]: close };
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("MessageWriter sends a head and a small body in one write", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  writer.head(HEAD);
  assertEquals(writer.data(bytesOf("..hello.."), 2, 7), undefined);
  assertEquals(stream.written, "");
  await writer.flush();
  assertEquals([stream.written, stream.writeSizes.length], [HEAD + "hello", 1]);
  assertEquals(writer.bodyBytes, 5);
});

Deno.test("MessageWriter.flush() with nothing begun writes nothing", async () => {
  using bench = writerBench();
  await bench.writer.flush();
  bench.writer.data(new Uint8Array(0), 0, 0);
  await bench.writer.flush();
  assertEquals(bench.stream.writeSizes, []);
});

Deno.test("MessageWriter.head() counts the body anew", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  for (const body of ["one", "three"]) {
    writer.head(HEAD);
    writer.data(bytesOf(body), 0, body.length);
    assertEquals(writer.bodyBytes, body.length);
  }
  await writer.flush();
  assertEquals(stream.written, HEAD + "one" + HEAD + "three");
});

Deno.test("MessageWriter.data() sends a large run by itself, behind what waits", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  const text = longText(100_000);
  writer.head(HEAD);
  await writer.data(bytesOf(`<${text}>`), 1, text.length + 1);
  assert(stream.written === HEAD + text, "what was written differs");
  assertEquals(stream.writeSizes, [HEAD.length, text.length]);
  assertEquals(writer.bodyBytes, text.length);
});

Deno.test("MessageWriter.data() keeps the order over runs of all sizes", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  let expected = HEAD;
  writer.head(HEAD);
  for (
    const size of [1, 8_000, 8_192, 8_193, 3, 8_192, 8_192, 16_384, 9, 70_000]
  ) {
    const text = longText(size);
    expected += text;
    await writer.data(bytesOf(text), 0, size);
  }
  await writer.flush();
  assert(stream.written === expected, "what was written differs");
});

Deno.test("MessageWriter.chunk() frames a small run and keeps it waiting", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  writer.head(HEAD);
  writer.chunk(bytesOf("hello"), 0, 5);
  writer.chunk(bytesOf("0123456789abcdef"), 0, 16);
  writer.endChunks("");
  await writer.flush();
  const body = "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
  assertEquals([stream.written, stream.writeSizes.length], [HEAD + body, 1]);
  assertEquals(writer.bodyBytes, 21);
});

Deno.test("MessageWriter.chunk() frames runs of all sizes", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  let expected = "";
  for (const size of [1, 8_192, 8_170, 8_193, 16_384, 2, 70_000, 8_192]) {
    const text = longText(size);
    expected += `${size.toString(16)}\r\n${text}\r\n`;
    await writer.chunk(bytesOf(text), 0, size);
  }
  writer.endChunks("");
  await writer.flush();
  assert(stream.written === expected + "0\r\n\r\n", "what was written differs");
});

// RFC 9112 §7.1: a chunk of size zero is the last one.
Deno.test("MessageWriter.chunk() does not end the body by an empty run", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  await writer.chunk(bytesOf("abc"), 1, 1);
  await writer.chunk(bytesOf("abc"), 0, 3);
  writer.endChunks("");
  await writer.flush();
  assertEquals(stream.written, "3\r\nabc\r\n0\r\n\r\n");
});

Deno.test("MessageWriter.endChunks() sends trailers", async () => {
  using bench = writerBench();
  bench.writer.endChunks("X-Sum: 1\r\nX-B: 2\r\n");
  await bench.writer.flush();
  assertEquals(bench.stream.written, "0\r\nX-Sum: 1\r\nX-B: 2\r\n\r\n");
});

Deno.test("MessageWriter.head() grows for heads that are larger than the buffer", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  const long = `HTTP/1.1 200 OK\r\nA: ${longText(60_000)}\r\n\r\n`;
  writer.head(HEAD);
  writer.head(long);
  await writer.data(bytesOf("body"), 0, 4);
  await writer.flush();
  assert(stream.written === HEAD + long + "body", "what was written differs");
});

Deno.test("MessageWriter.head() writes obs-text as the bytes that came", async () => {
  using bench = writerBench();
  const text = "HTTP/1.1 200 \xe9\r\n\r\n";
  bench.writer.head(text);
  await bench.writer.flush();
  assertEquals(bench.stream.written, text);
});

Deno.test("MessageWriter keeps its buffer to itself until it is released", async () => {
  using bench = writerBench();
  const { net, writer, stream } = bench;
  stream.holdsWrites = true;
  writer.head("first");
  const flushing = writer.flush();
  net.buffers.take(MEDIUM_BYTES).fill(120);
  stream.takeWrite(5);
  await flushing;
  writer.release();
  assertEquals(stream.written, "first");
});

Deno.test("MessageWriter.release() gives no buffer away that a write still reads", async () => {
  using bench = writerBench();
  const { net, writer, stream } = bench;
  stream.holdsWrites = true;
  writer.head("held");
  const flushing = writer.flush();
  writer.release();
  net.buffers.take(MEDIUM_BYTES).fill(120);
  stream.takeWrite(4);
  await flushing;
  assertEquals(stream.written, "held");
});

Deno.test("MessageWriter.release() gives a buffer back once, and drops what waits", async () => {
  using bench = writerBench();
  const { net, writer, stream } = bench;
  writer.head("dropped");
  writer.release();
  writer.release();
  const taken = [1, 2].map(() => net.buffers.take(MEDIUM_BYTES));
  assert(taken[0] !== taken[1], "one buffer has two users");
  writer.head("kept");
  await writer.flush();
  assertEquals(stream.written, "kept");
});

Deno.test("MessageWriter sends everything over a peer that takes little at a time", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  stream.holdsWrites = true;
  stream.onHeldWrite = () => queueMicrotask(() => stream.takeWrite(999));
  const text = longText(20_000);
  writer.head(HEAD);
  await writer.data(bytesOf(text), 0, text.length);
  assert(stream.written === HEAD + text, "what was written differs");
});

Deno.test("MessageWriter rejects with ConnectionLost when the peer is gone", async () => {
  using bench = writerBench();
  const { writer, stream } = bench;
  stream.writeError = new Deno.errors.BrokenPipe("gone");
  writer.head(HEAD);
  await assertRejects(async () => await writer.flush(), ConnectionLost);
  const large = new Uint8Array(100_000);
  await assertRejects(
    async () => await writer.data(large, 0, large.length),
    ConnectionLost,
  );
});
