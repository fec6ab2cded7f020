import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ConnStream } from "../../src/net/conn_stream.ts";
import { fillTo, pair, resettable, TestNet } from "./loopback.ts";

async function readText(stream: ConnStream, size: number): Promise<string> {
  const into = new Uint8Array(size);
  const count = await stream.read(into);
  return new TextDecoder().decode(into.subarray(0, count ?? 0));
}

Deno.test("ConnStream reads what the connection holds first, in pieces", async () => {
  using ends = await pair(new TestNet());
  await ends.peer.send("held");
  await fillTo(ends.conn, 4);
  const stream = new ConnStream(ends.conn);
  assertEquals(await readText(stream, 3), "hel");
  assertEquals(await readText(stream, 9), "d");
  await ends.peer.send("more");
  assertEquals(await readText(stream, 9), "more");
  await ends.peer.closeWrite();
  assertEquals(await stream.read(new Uint8Array(1)), null);
});

Deno.test("ConnStream writes all, ends its side, and leaves closing to the owner", async () => {
  using ends = await pair(new TestNet());
  const stream = new ConnStream(ends.conn);
  assertEquals(await stream.write(new TextEncoder().encode("out")), 3);
  assertEquals(ends.conn.bytesWritten, 3);
  stream.close();
  assertEquals(ends.conn.isClosed, false);
  await stream.closeWrite();
  assertEquals(await ends.peer.rest(), "out");
});

Deno.test("ConnStream tells a lost connection from one that was closed here", async () => {
  const net = new TestNet();
  using lost = await resettable(net);
  const reading = new ConnStream(lost.conn).read(new Uint8Array(1));
  await lost.reset();
  await assertRejects(() => reading, Deno.errors.ConnectionReset);
  using ends = await pair(net);
  const waiting = new ConnStream(ends.conn).read(new Uint8Array(1));
  ends.conn.close();
  await assertRejects(() => waiting);
  await assertRejects(() => new ConnStream(ends.conn).read(new Uint8Array(1)));
});

Deno.test("ConnStream counts for its owner, and does not read beside it", async () => {
  using ends = await pair(new TestNet());
  const stream = new ConnStream(ends.conn);
  await ends.peer.send("four");
  assertEquals(await readText(stream, 9), "four");
  await stream.write(new TextEncoder().encode("fives"));
  assertEquals([ends.conn.bytesRead, ends.conn.bytesWritten], [4, 5]);
  const filling = ends.conn.fill();
  assertThrows(() => stream.read(new Uint8Array(1)), Error, "it is in use");
  await ends.peer.closeWrite();
  assertEquals(await filling, false);
});
