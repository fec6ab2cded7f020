import { assertEquals, assertRejects } from "@std/assert";
import { createSecureContext, type SecureContext } from "node:tls";
import type { ServerTlsOptions } from "../../src/net/server_tls_socket.ts";
import { TlsStream } from "../../src/net/tls_stream.ts";
import { testWith } from "../requirement.ts";
import { FakeStream } from "./fake_stream.ts";
import { longText, Peer, soon, turn } from "./loopback.ts";
import { makeCertificate } from "./test_certificate.ts";

const encoder = new TextEncoder();

testWith(["openssl"], "TlsStream", async (t) => {
  const { cert, key } = await makeCertificate("localhost");
  const secureContext = createSecureContext({ cert, key });
  const secure = (options?: ServerTlsOptions) =>
    securePair(cert, options ?? { secureContext });

  await t.step("says what the handshake has settled", async () => {
    const ALPNProtocols = ["http/1.1"];
    using pair = await secure({ secureContext, ALPNProtocols });
    assertEquals(pair.stream.session, {
      serverName: "localhost",
      alpnProtocol: "http/1.1",
      protocol: "TLSv1.3",
    });
  });

  await t.step("takes the certificate that SNICallback gives", async () => {
    const asked: string[] = [];
    const SNICallback = (
      name: string,
      done: (error: Error | null, context?: SecureContext) => void,
    ) => {
      asked.push(name);
      setTimeout(() => done(null, secureContext), 0);
    };
    using pair = await secure({ SNICallback });
    await pair.peer.send("in");
    assertEquals([await readText(pair.stream, 2), asked], ["in", [
      "localhost",
    ]]);
  });

  await t.step("fails when SNICallback does", async () => {
    using ends = await plainPair();
    const stream = new TlsStream(ends.near, {
      SNICallback: (_, done) => done(new Error("no such name")),
    });
    const client = Deno.startTls(ends.far, { hostname: "localhost" });
    const error = await assertRejects(
      () => soon(stream.handshake(), "the failure"),
      Deno.errors.InvalidData,
    );
    assertEquals(error.message, "no such name");
    stream.close();
    const tls = await client;
    await assertRejects(() => tls.handshake());
    tls.close();
  });

  await t.step("carries a megabyte both ways, in pieces", async () => {
    using pair = await secure();
    const text = longText(1024 * 1024);
    const sent = pair.peer.send(text);
    assertEquals(await readText(pair.stream, text.length), text);
    await sent;
    const answered = writeAll(pair.stream, text);
    assertEquals(await pair.peer.text(text.length), text);
    await answered;
  });

  await t.step("ends each side by itself, the peer's first", async () => {
    using pair = await secure();
    await pair.peer.closeWrite();
    assertEquals(await pair.stream.read(new Uint8Array(9)), null);
    await writeAll(pair.stream, "still");
    await pair.stream.closeWrite();
    // It would be an error without close_notify.
    assertEquals(await soon(pair.peer.rest(), "the end"), "still");
  });

  await t.step("ends each side by itself, ours first", async () => {
    using pair = await secure();
    await writeAll(pair.stream, "last");
    await pair.stream.closeWrite();
    assertEquals(await soon(pair.peer.rest(), "the end"), "last");
    await pair.peer.send("still");
    assertEquals(await readText(pair.stream, 5), "still");
    await pair.peer.closeWrite();
    assertEquals(await pair.stream.read(new Uint8Array(9)), null);
  });

  await t.step("tells an end without close_notify", async () => {
    using pair = await secure();
    const read = pair.stream.read(new Uint8Array(9));
    await pair.far.closeWrite();
    await assertRejects(() => read, Deno.errors.UnexpectedEof);
    await assertRejects(
      () => pair.stream.write(encoder.encode("x")),
      Deno.errors.UnexpectedEof,
    );
  });

  await t.step("tells a record that is not the peer's", async () => {
    using pair = await secure();
    const read = pair.stream.read(new Uint8Array(9));
    // RFC 8446 §5.2: an application_data record, its content without a valid tag.
    const forged = new Uint8Array(5 + 32).fill(7);
    forged.set([0x17, 3, 3, 0, 32]);
    await pair.far.write(forged);
    await assertRejects(() => read, Deno.errors.InvalidData);
  });

  await t.step("tells garbage in place of a ClientHello", async () => {
    using ends = await plainPair();
    const stream = new TlsStream(ends.near, { secureContext });
    await ends.far.write(encoder.encode("GET / HTTP/1.1\r\n\r\n"));
    await assertRejects(() => stream.handshake(), Deno.errors.InvalidData);
    await assertRejects(
      () => stream.read(new Uint8Array(9)),
      Deno.errors.InvalidData,
    );
    stream.close();
  });

  await t.step("takes no endless handshake", async () => {
    using ends = await plainPair();
    const client = Deno.startTls(ends.far, { hostname: "localhost" });
    const hello = new Uint8Array(4096);
    const refused = client.then((tls) => tls.handshake());
    const helloBytes = await ends.near.read(hello);
    const source = new FakeStream();
    // The name is never decided, and the client sends on.
    const stream = new TlsStream(source, { SNICallback: () => {} });
    const failed = assertRejects(
      () => stream.handshake(),
      Deno.errors.InvalidData,
      "no handshake within 131072 bytes",
    );
    source.answer(hello.slice(0, helloBytes!));
    while (source.readsUnderWay === 0) await turn();
    source.answer(new Uint8Array(256 * 1024));
    await soon(failed, "the failure");
    stream.close();
    ends.near.close();
    await assertRejects(() => refused);
    (await client).close();
  });

  await t.step("is closed at once, in the midst of a handshake", async () => {
    using ends = await plainPair();
    const stream = new TlsStream(ends.near, { secureContext });
    const handshake = stream.handshake();
    const read = stream.read(new Uint8Array(9));
    const write = stream.write(encoder.encode("x"));
    await ends.far.write(Uint8Array.of(0x16, 3, 1, 2, 0));
    stream.close();
    stream.close();
    for (const waiting of [handshake, read, write]) {
      await assertRejects(() => waiting, Deno.errors.Interrupted);
    }
    const count = await soon(ends.far.read(new Uint8Array(9)), "the end");
    assertEquals(count, null);
  });

  await t.step("is closed while a write waits for a slow peer", async () => {
    using pair = await secure();
    const write = writeAll(pair.stream, longText(16 * 1024 * 1024));
    pair.stream.close();
    await assertRejects(() => write, Deno.errors.Interrupted);
  });

  await t.step("reads no further than what is asked for", async () => {
    const source = new FakeStream();
    const stream = new TlsStream(source, { secureContext });
    assertEquals(source.readsStarted, 0);
    const handshake = stream.handshake();
    assertEquals(source.readsStarted, 1);
    source.answer(null);
    await assertRejects(() => handshake, Deno.errors.UnexpectedEof);
    stream.close();
  });

  await t.step("gives the error of the stream below", async () => {
    const source = new FakeStream();
    const stream = new TlsStream(source, { secureContext });
    const handshake = stream.handshake();
    source.answer(new Deno.errors.ConnectionReset("gone"));
    await assertRejects(() => handshake, Deno.errors.ConnectionReset, "gone");
    stream.close();
  });
});

interface Ends extends Disposable {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

async function plainPair(): Promise<Ends> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const [far, near] = await Promise.all([
    Deno.connect({ hostname, port }),
    listener.accept(),
  ]);
  listener.close();
  return {
    near,
    far,
    [Symbol.dispose]() {
      tryClose(near);
      tryClose(far);
    },
  };
}

/** A stream after its handshake, the client that talks TLS to it, and the bare connection below the client's TLS. */
async function securePair(
  cert: string,
  options: ServerTlsOptions,
): Promise<
  { stream: TlsStream; peer: Peer; far: Deno.TcpConn } & Disposable
> {
  const { near, far: between } = await plainPair();
  const { near: far, far: bare } = await plainPair();
  const tls = Deno.startTls(bare, {
    hostname: "localhost",
    caCerts: [cert],
    alpnProtocols: ["http/1.1"],
  });
  relay(far, between);
  const stream = new TlsStream(near, options);
  const [client] = await Promise.all([tls, stream.handshake()]);
  const peer = new Peer(client);
  await client.handshake();
  return {
    stream,
    peer,
    far: between,
    [Symbol.dispose]() {
      stream.close();
      peer.close();
      tryClose(far);
      tryClose(between);
    },
  };
}

/** Copies between two connections, each direction to its end, until either is closed. */
function relay(a: Deno.TcpConn, b: Deno.TcpConn): void {
  for (const [from, to] of [[a, b], [b, a]] as const) {
    copy(from, to).catch(() => {
      // The test has closed them.
    });
  }
}

async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const bytes = new Uint8Array(64 * 1024);
  while (true) {
    const count = await from.read(bytes);
    if (count === null) break;
    let left = bytes.subarray(0, count);
    while (left.length > 0) left = left.subarray(await to.write(left));
  }
  await to.closeWrite();
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

async function readText(stream: TlsStream, length: number): Promise<string> {
  const all = new Uint8Array(length);
  let at = 0;
  while (at < length) {
    const count = await stream.read(all.subarray(at));
    if (count === null) throw new Error(`Cannot read ${length}: end at ${at}`);
    at += count;
  }
  return new TextDecoder().decode(all);
}

async function writeAll(stream: TlsStream, text: string): Promise<void> {
  let left = encoder.encode(text);
  while (left.length > 0) left = left.subarray(await stream.write(left));
}
