import { assertEquals, assertRejects } from "@std/assert";
import { ClientGone, ProxyError } from "../../src/errors.ts";
import { firstBytes } from "../../src/proxy/intercept_first_bytes.ts";
import { pair, resettable, TestNet, turn } from "../net/loopback.ts";

const HELLO = Uint8Array.of(0x16, 3, 1, 0, 4, 1, 0, 0, 0);

async function kindOf(first: string | Uint8Array): Promise<string> {
  const net = new TestNet();
  using ends = await pair(net);
  await ends.peer.send(first);
  const { kind } = await firstBytes(ends.conn, 10_000);
  assertEquals(ends.conn.start, 0);
  assertEquals(ends.conn.deadlineMs, Infinity);
  return kind;
}

Deno.test("firstBytes() tells TLS, HTTP and everything else", async () => {
  const cases: [first: string | Uint8Array, kind: string][] = [
    [HELLO, "tls"],
    ["GET / HTTP/1.1\r\n", "http"],
    ["OPTIONS * HTTP/1.0\r\nHost:", "http"],
    ["M-SEARCH http://a.test/x HTTP/1.1\r\n", "http"],
    ["PRI * HTTP/2.0\r\n\r\nSM", "other"],
    ["SSH-2.0-x", "other"],
    ["EHLO a.test\r\n", "other"],
    ["NICK /x\r\n", "other"],
    ["\x00\x01", "other"],
    ["get / HTTP/1.1\r\n", "other"],
    ["A".repeat(30), "other"],
    [`GET /${"x".repeat(9000)}`, "other"],
  ];
  for (const [first, kind] of cases) assertEquals(await kindOf(first), kind);
});

Deno.test("firstBytes() waits for what tells more", async () => {
  for (const first of [HELLO, new TextEncoder().encode("GET / HTTP/1.1\r\n")]) {
    using ends = await pair(new TestNet());
    const found = firstBytes(ends.conn, 10_000);
    for (const byte of first) {
      await ends.peer.send(Uint8Array.of(byte));
      await turn();
    }
    assertEquals(["tls", "http"].includes((await found).kind), true);
  }
});

Deno.test("firstBytes() takes a silent client for one that is spoken to first", async () => {
  const net = new TestNet();
  using ends = await pair(net);
  const found = firstBytes(ends.conn, 10_000);
  await turn();
  net.pass(900);
  await turn();
  net.pass(200);
  assertEquals(await found, { kind: "silence" });
  assertEquals([ends.conn.isExpired, ends.conn.isClosed], [false, false]);
  await ends.peer.send("late");
  assertEquals(await ends.conn.fill(), true);
  assertEquals(ends.conn.available, 4);
});

Deno.test("firstBytes() gives what has begun no longer than it may take", async () => {
  const net = new TestNet();
  using ends = await pair(net);
  await ends.peer.send(HELLO.subarray(0, 4));
  const found = firstBytes(ends.conn, 10_000);
  while (ends.conn.available < 4) await turn();
  await turn();
  net.pass(10_100);
  const error = await assertRejects(() => found, ProxyError);
  assertEquals(error.status, 408);
});

Deno.test("firstBytes() passes on what ends before it tells, and sees who is gone", async () => {
  const net = new TestNet();
  using ends = await pair(net);
  await ends.peer.send("GET");
  await ends.peer.closeWrite();
  assertEquals(await firstBytes(ends.conn, 10_000), { kind: "other" });
  using empty = await pair(net);
  await empty.peer.closeWrite();
  assertEquals(await firstBytes(empty.conn, 10_000), { kind: "silence" });
  using lost = await resettable(net);
  const found = firstBytes(lost.conn, 10_000);
  await lost.reset();
  await assertRejects(() => found, ClientGone);
});

Deno.test("firstBytes() refuses a ClientHello without end", async () => {
  using ends = await pair(new TestNet());
  const bytes = new Uint8Array(21 * 1024);
  bytes.set([0x16, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff]);
  bytes.set([0x16, 3, 1, 0x40, 0], 5 + 0x4000);
  const sent = ends.peer.send(bytes);
  const error = await assertRejects(
    () => firstBytes(ends.conn, 10_000),
    ProxyError,
  );
  assertEquals(error.code, "tls_protocol_error");
  await sent;
});
