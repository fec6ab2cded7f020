import { assertEquals, assertRejects } from "@std/assert";
import { createSecureContext, type SecureContext } from "node:tls";
import { trustContext } from "../../src/net/client_tls_socket.ts";
import type { ByteStream } from "../../src/net/conn.ts";
import { TlsStream } from "../../src/net/tls_stream.ts";
import { testWith } from "../requirement.ts";
import { FakeStream } from "./fake_stream.ts";
import { longText, soon } from "./loopback.ts";
import { makeCertificate } from "./test_certificate.ts";

const HOST = "origin.test";
const encoder = new TextEncoder();

testWith(["openssl"], "TlsStream on the connecting side", async (t) => {
  const certificate = await makeCertificate(HOST);
  const trust = trustContext([certificate.cert]);
  const shown = createSecureContext(certificate);

  for (const depth of [1, 2]) {
    await t.step(`carries a megabyte both ways, ${depth} deep`, async () => {
      using ends = await securePair(shown, trust, depth);
      const text = longText(1024 * 1024);
      for (
        const [from, to] of [[ends.client, ends.server], [
          ends.server,
          ends.client,
        ]] as const
      ) {
        const sent = writeAll(from, text);
        assertEquals(await readText(to, text.length), text);
        await sent;
      }
    });

    for (const first of ["client", "server"] as const) {
      await t.step(
        `ends each side, the ${first} first, ${depth} deep`,
        async () => {
          using ends = await securePair(shown, trust, depth);
          const [one, other] = first === "client"
            ? [ends.client, ends.server]
            : [ends.server, ends.client];
          await one.closeWrite();
          assertEquals(
            await soon(other.read(new Uint8Array(9)), "the end"),
            null,
          );
          await writeAll(other, "still");
          await other.closeWrite();
          assertEquals(await readText(one, 5), "still");
          assertEquals(
            await soon(one.read(new Uint8Array(9)), "the end"),
            null,
          );
        },
      );
    }
  }

  await t.step("says what the handshake has settled", async () => {
    using ends = await securePair(shown, trust, 1);
    assertEquals(ends.client.session, {
      serverName: HOST,
      alpnProtocol: "http/1.1",
      protocol: "TLSv1.3",
    });
  });

  await t.step("gives nothing of a server that it refuses", async () => {
    using ends = await plainPair();
    const server = new TlsStream(ends.far, { secureContext: shown });
    const client = new TlsStream(ends.near, {
      host: "other.test",
      secureContext: trust,
    });
    const sent = writeAll(server, "secret").catch(() => {});
    const written = client.write(encoder.encode("password"));
    for (const waiting of [client.read(new Uint8Array(9)), written]) {
      await assertRejects(
        () => waiting,
        Deno.errors.InvalidData,
        "certificate",
      );
    }
    await assertRejects(
      () => client.read(new Uint8Array(9)),
      Deno.errors.InvalidData,
    );
    client.close();
    await sent;
    await server.read(new Uint8Array(9)).then(
      (count) => assertEquals(count, null),
      () => {},
    );
    server.close();
  });

  await t.step("tells a server that speaks no TLS", async () => {
    const source = new FakeStream();
    const stream = new TlsStream(source, { host: HOST, secureContext: trust });
    const handshake = stream.handshake();
    source.answer("HTTP/1.1 400 Bad Request\r\n\r\n");
    await assertRejects(() => handshake, Deno.errors.InvalidData);
    stream.close();
  });

  await t.step("is closed at once, in the midst of a handshake", async () => {
    using ends = await plainPair();
    const stream = new TlsStream(ends.near, {
      host: HOST,
      secureContext: trust,
    });
    const handshake = stream.handshake();
    const hello = await ends.far.read(new Uint8Array(4096));
    assertEquals(hello === null, false);
    stream.close();
    await assertRejects(() => handshake, Deno.errors.Interrupted);
    const count = await soon(ends.far.read(new Uint8Array(9)), "the end");
    assertEquals(count, null);
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
  const close = (conn: Deno.Conn) => {
    try {
      conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  };
  return {
    near,
    far,
    [Symbol.dispose]() {
      close(near);
      close(far);
    },
  };
}

/** Both sides of as many layers of TLS, after the handshake of each. */
async function securePair(
  shown: SecureContext,
  trust: SecureContext,
  depth: number,
): Promise<{ client: TlsStream; server: TlsStream } & Disposable> {
  const { near, far } = await plainPair();
  let [below, other]: [ByteStream, ByteStream] = [near, far];
  for (let layer = 1;; layer++) {
    const ALPNProtocols = ["http/1.1"];
    const client = new TlsStream(below, {
      host: HOST,
      secureContext: trust,
      ALPNProtocols,
    });
    const server = new TlsStream(other, {
      secureContext: shown,
      ALPNProtocols,
    });
    await soon(
      Promise.all([client.handshake(), server.handshake()]),
      "the handshake",
    );
    [below, other] = [client, server];
    if (layer < depth) continue;
    return {
      client,
      server,
      [Symbol.dispose]() {
        client.close();
        server.close();
      },
    };
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
