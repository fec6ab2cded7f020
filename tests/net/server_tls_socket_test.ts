import { assertEquals } from "@std/assert";
import { createSecureContext, type SecureContext } from "node:tls";
import { ServerTlsSocket } from "../../src/net/server_tls_socket.ts";
import { StreamDuplex } from "../../src/net/stream_duplex.ts";
import { testWith } from "../requirement.ts";
import { FakeStream } from "./fake_stream.ts";
import { soon } from "./loopback.ts";
import { makeCertificate } from "./test_certificate.ts";

/** RFC 8446 §5.1: the content types of records. */
const ALERT = 21;
const HANDSHAKE = 22;

testWith(
  ["openssl"],
  "ServerTlsSocket sends its alert before it is destroyed",
  async () => {
    const source = new FakeStream();
    const duplex = new StreamDuplex(source);
    const secureContext = createSecureContext(await makeCertificate("a.test"));
    const socket = new ServerTlsSocket(duplex, { secureContext });
    const closed = Promise.withResolvers<void>();
    socket.on("error", () => {}).on("close", closed.resolve);
    const pulled = duplex.pull(4096);
    // A ClientHello of one byte.
    source.answer(Uint8Array.of(HANDSHAKE, 3, 1, 0, 5, 1, 0, 0, 1, 3));
    await pulled;
    await soon(closed.promise, "the close");
    assertEquals(source.written.charCodeAt(0), ALERT);
  },
);

testWith(
  ["openssl"],
  "ServerTlsSocket goes on after a late SNICallback",
  async () => {
    const source = new FakeStream();
    const duplex = new StreamDuplex(source);
    const asked = Promise.withResolvers<
      (error: Error | null, context?: SecureContext) => void
    >();
    const socket = new ServerTlsSocket(duplex, {
      SNICallback: (_name, done) => asked.resolve(done),
    });
    socket.on("error", () => {});
    const pulled = duplex.pull(4096);
    source.answer(await clientHello());
    await pulled;
    const done = await soon(asked.promise, "the question");
    assertEquals(source.written, "");
    done(null, createSecureContext(await makeCertificate("a.test")));
    await duplex.settle();
    assertEquals(source.written.charCodeAt(0), HANDSHAKE);
    socket.destroy();
  },
);

/** What a client sends first. */
async function clientHello(): Promise<Uint8Array> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const client = Deno.connectTls({ hostname, port });
  const bytes = new Uint8Array(4096);
  let count: number | null;
  {
    using accepted = await listener.accept();
    // The handshake begins by itself.
    client.then((tls) => tls.handshake().catch(() => tls.close()), () => {});
    count = await accepted.read(bytes);
  }
  return bytes.slice(0, count!);
}
