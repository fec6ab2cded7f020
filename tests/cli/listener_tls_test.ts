import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { certificateFault, ListenerTls } from "../../src/cli/listener_tls.ts";
import { soon } from "../net/loopback.ts";
import {
  makeCertificate,
  type TestCertificate,
} from "../net/test_certificate.ts";
import { operatorsAuthority, withFiles } from "../mitm/openssl.ts";
import { testWith } from "../requirement.ts";

/** How often the files are looked at here, in ms. */
const LOOK_MS = 5;

/** What a client gets over TLS by `tls`, if it trusts `cert`: an echo of four bytes. */
async function speak(tls: ListenerTls, cert: string): Promise<Deno.TlsConn> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const [accepted, tcp] = await Promise.all([
    listener.accept(),
    Deno.connect({ hostname: "127.0.0.1", port }),
  ]);
  const stream = tls.wrap(accepted);
  const echo = async () => {
    const into = new Uint8Array(4);
    while (await stream.read(into) !== null) await stream.write(into);
  };
  echo().catch(() => {}).finally(() => stream.close());
  const conn = await Deno.startTls(tcp, {
    hostname: "localhost",
    caCerts: [cert],
  });
  try {
    await conn.handshake();
  } catch (error) {
    conn.close();
    throw error;
  }
  return conn;
}

async function assertEcho(conn: Deno.TlsConn): Promise<void> {
  await conn.write(new TextEncoder().encode("echo"));
  const into = new Uint8Array(4);
  await soon(conn.read(into), "the echo");
  assertEquals(new TextDecoder().decode(into), "echo");
}

/** Waits until a client that trusts `cert` is served. */
async function inForce(tls: ListenerTls, cert: string): Promise<Deno.TlsConn> {
  const endMs = performance.now() + 5000;
  while (true) {
    try {
      return await speak(tls, cert);
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
}

testWith(
  ["openssl"],
  "ListenerTls takes a new pair into force, and drops nobody",
  async () => {
    const [old, next] = await Promise.all([
      makeCertificate("localhost"),
      makeCertificate("localhost"),
    ]);
    await withPair(old, async (files) => {
      const tls = new ListenerTls("127.0.0.1", files, LOOK_MS);
      using before = await speak(tls, old.cert);
      await assertEcho(before);
      await Deno.writeTextFile(files.certPath, next.cert);
      await Deno.writeTextFile(files.keyPath, next.key);
      using after = await inForce(tls, next.cert);
      await assertEcho(after);
      await assertEcho(before);
      tls.close();
    });
  },
);

testWith(
  ["openssl"],
  "ListenerTls keeps what it has when the new pair can't be used",
  async () => {
    const [old, other] = await Promise.all([
      makeCertificate("localhost"),
      makeCertificate("localhost"),
    ]);
    await withPair(old, async (files) => {
      const tls = new ListenerTls("127.0.0.1", files, LOOK_MS);
      for (const cert of ["", "no PEM", other.cert]) {
        await Deno.writeTextFile(files.certPath, cert);
        assertEquals(tls.reload(), false);
        using conn = await speak(tls, old.cert);
        await assertEcho(conn);
      }
      await Deno.remove(files.certPath);
      assertEquals(tls.reload(), false);
      using conn = await speak(tls, old.cert);
      await assertEcho(conn);
      tls.close();
    });
  },
);

testWith(
  ["openssl"],
  "ListenerTls refuses at the start what it can't use",
  async () => {
    const [one, other] = await Promise.all([
      makeCertificate("localhost"),
      makeCertificate("localhost"),
    ]);
    const pairs = [{ cert: "", key: one.key }, {
      cert: one.cert,
      key: other.key,
    }];
    for (const pair of pairs) {
      await withPair(pair, (files) => {
        assertThrows(
          () => new ListenerTls("127.0.0.1", files),
          Error,
          "A PEM certificate chain and its private key are wanted",
        );
        return Promise.resolve();
      });
    }
    assertThrows(
      () =>
        new ListenerTls("127.0.0.1", { certPath: "/dev/null/c", keyPath: "k" }),
      Error,
      'Cannot read the PEM file of --tls-cert, "/dev/null/c"',
    );
  },
);

testWith(
  ["openssl"],
  "certificateFault() says why clients refuse what TLS can use",
  async () => {
    const { cert, key } = await makeCertificate("localhost");
    const nowMs = Date.now();
    const dayMs = 24 * 60 * 60 * 1000;
    for (const pem of [cert, `Subject: x\n${key}${cert}`]) {
      assertEquals(certificateFault(pem, nowMs), undefined);
      assertMatch(certificateFault(pem, nowMs + 2 * dayMs)!, /^it expired on /);
      assertMatch(certificateFault(pem, nowMs - dayMs)!, /^it is not valid be/);
    }
    const { certPem } = await operatorsAuthority();
    assertMatch(certificateFault(certPem, nowMs)!, /subjectAltName/);
  },
);

async function withPair(
  { cert, key }: TestCertificate,
  use: (files: { certPath: string; keyPath: string }) => Promise<void>,
): Promise<void> {
  await withFiles(
    { "cert.pem": cert, "key.pem": key },
    (folder) =>
      use({ certPath: `${folder}/cert.pem`, keyPath: `${folder}/key.pem` }),
  );
}
