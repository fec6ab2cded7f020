import { assertEquals, assertRejects } from "@std/assert";
import { WireError } from "../../src/errors.ts";
import { Upstream } from "../../src/net/upstream.ts";
import { fakeConn } from "./fake_stream.ts";
import { longText, TestNet, textIn, turn } from "./loopback.ts";

Deno.test.sanitizer({ ops: true, resources: true });

function upstreamBench() {
  const net = new TestNet();
  const { conn, stream, [Symbol.dispose]: close } = fakeConn(net);
  const upstream = new Upstream(conn, net.buffers, "192.0.2.1", "key");
  return { upstream, conn, stream, [Symbol.dispose]: close };
}

Deno.test("Upstream.readHead() reads one head after another, interim ones included", async () => {
  using bench = upstreamBench();
  const { upstream, stream } = bench;
  const first = upstream.readHead();
  stream.answer(
    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
      "HTTP/1.1 200 OK\r\nA: 1\r\n\r\nbody",
  );
  assertEquals((await first)?.fields.get("link"), "</a>");
  const second = await upstream.readHead();
  assertEquals([second?.status, second?.fields.get("a")], [200, "1"]);
  assertEquals(textIn(bench.conn), "body");
  assertEquals(stream.readsStarted, 1);
});

Deno.test("Upstream.readHead() reads a head that arrives byte by byte", async () => {
  using bench = upstreamBench();
  const { upstream, stream } = bench;
  const head = upstream.readHead();
  for (const byte of "HTTP/1.1 204 No Content\r\nA: b\r\n\r\n") {
    stream.answer(byte);
    await turn();
  }
  assertEquals((await head)?.reasonPhrase, "No Content");
});

Deno.test("Upstream.readHead() reads a head that outgrows the buffer", async () => {
  using bench = upstreamBench();
  const { upstream, stream } = bench;
  const value = longText(20_000);
  const head = upstream.readHead();
  stream.answer(`HTTP/1.1 200 OK\r\nA: ${value}\r\n\r\n`);
  assertEquals((await head)?.fields.get("a"), value);
});

Deno.test("Upstream.readHead() is undefined when the connection ends before a whole head", async () => {
  for (const sent of ["", "HTTP/1.1 200 OK\r\nA: "]) {
    using bench = upstreamBench();
    const { upstream, stream } = bench;
    const head = upstream.readHead();
    if (sent !== "") {
      stream.answer(sent);
      await turn();
    }
    stream.answer(null);
    assertEquals(await head, undefined);
  }
});

Deno.test("Upstream.readHead() is undefined on a reset, which the connection tells", async () => {
  using bench = upstreamBench();
  const { upstream, conn, stream } = bench;
  const reset = new Deno.errors.ConnectionReset("reset");
  const head = upstream.readHead();
  stream.answer(reset);
  assertEquals(await head, undefined);
  assertEquals(conn.failure, reset);
});

Deno.test("Upstream.readHead() refuses what is no HTTP/1.1", async () => {
  for (
    const bad of [
      "SSH-2.0-OpenSSH\r\n\r\n",
      "HTTP/1.1 200 OK\nA: 1\n\n",
      "\r\n",
    ]
  ) {
    using bench = upstreamBench();
    const { upstream, stream } = bench;
    const head = upstream.readHead();
    const refused = assertRejects(() => head, WireError);
    stream.answer(bad);
    await refused;
  }
});

Deno.test("Upstream.writer writes to the connection", async () => {
  using bench = upstreamBench();
  bench.upstream.writer.head("GET / HTTP/1.1\r\n\r\n");
  await bench.upstream.writer.flush();
  assertEquals(bench.stream.written, "GET / HTTP/1.1\r\n\r\n");
});
