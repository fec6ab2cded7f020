import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { createSecureContext } from "node:tls";
import { connectTls, trustContext } from "../../src/net/client_tls_socket.ts";
import { StreamDuplex } from "../../src/net/stream_duplex.ts";
import { TlsStream } from "../../src/net/tls_stream.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { intermediateAuthority, ownAuthority } from "../mitm/openssl.ts";
import { testWith } from "../requirement.ts";
import { FakeStream } from "./fake_stream.ts";
import { soon } from "./loopback.ts";
import { makeCertificate, type TestCertificate } from "./test_certificate.ts";

const SRC = new URL("../../src/net", import.meta.url).href;

Deno.test("connectTls() refuses a host that no certificate can be for", () => {
  const secureContext = trustContext();
  const tooLong = "a".repeat(64);
  const hosts = [
    "",
    ".",
    "-x.test",
    "x-.test",
    "a..b",
    "a b",
    `${tooLong}.test`,
  ];
  hosts.push("a.".repeat(128));
  for (const host of hosts) {
    const source = new FakeStream();
    const error = assertThrows(
      () => connectTls(new StreamDuplex(source), { host, secureContext }),
      Deno.errors.InvalidData,
      "certificate",
    );
    assertEquals(source.written, "", error.message);
  }
});

testWith(["openssl"], "certificateProblem()", async (t) => {
  const own = await makeCertificate(
    "origin.test",
    "_under.test",
    "*.wild.test",
  );
  const trust = trustContext([own.cert]);

  for (
    const host of ["origin.test", "ORIGIN.test.", "_under.test", "a.wild.test"]
  ) {
    await t.step(`takes ${host}, and names it`, async () => {
      const name = host.replace(/\.$/, "").toLowerCase();
      const asked = await handshake(own, host, trust);
      assertEquals(asked?.toLowerCase(), name);
    });
  }

  for (
    const host of ["other.test", "a.b.wild.test", "wild.test", "127.0.0.1"]
  ) {
    await t.step(`tells that it is not for ${host}`, async () => {
      const message = await refusal(own, host, trust);
      assertStringIncludes(message, `certificate is not for "${host}"`);
      assertStringIncludes(message, "DNS:origin.test");
    });
  }

  for (const host of ["127.0.0.1", "::1"]) {
    await t.step(`takes ${host}, and does not name it`, async () => {
      const cert = await certificateFor(`IP:${host}`);
      const asked = await handshake(cert, host, trustContext([cert.cert]));
      assertEquals(asked, undefined);
      const message = await refusal(
        cert,
        host.replace(/1$/, "2"),
        trustContext([cert.cert]),
      );
      assertStringIncludes(message, "certificate is not for");
    });
  }

  await t.step("tells one that is signed by itself", async () => {
    const message = await refusal(own, "origin.test", trustContext());
    assertStringIncludes(message, 'certificate is self-signed, by "test"');
  });

  await t.step("tells an unknown issuer", async () => {
    const nowMs = Date.now();
    const issuer = await LeafIssuer.create(await ownAuthority(nowMs));
    const { certPem, keyPem } = await issuer.issue(
      certifiedName("origin.test"),
      nowMs,
    );
    const leaf = { cert: certPem, key: keyPem };
    const message = await refusal(leaf, "origin.test", trustContext());
    assertStringIncludes(
      message,
      'certificate is of an unknown issuer, "Sluice CA ',
    );
  });

  await t.step("tells an authority's own", async () => {
    const { certPem, keyPem, rootPem } = await intermediateAuthority();
    const authority = { cert: certPem, key: keyPem };
    const trust = trustContext([rootPem]);
    const message = await refusal(authority, "origin.test", trust);
    assertStringIncludes(message, "authority's own and no server's");
  });

  await t.step("tells that it has expired", async () => {
    const old = await expired(own);
    const message = await refusal(old, "origin.test", trustContext([old.cert]));
    assertStringIncludes(message, "certificate has expired on ");
  });

  await t.step("does not take the subject for a host name", async () => {
    const cert = await certificateFor("email:a@origin.test");
    await refusal(cert, "test", trustContext([cert.cert]));
  });
});

testWith(
  ["openssl"],
  "trustContext() adds to the runtime's roots",
  async () => {
    const [root, added] = await Promise.all([
      makeCertificate("origin.test"),
      makeCertificate("origin.test"),
    ]);
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, root.cert);
    const asking = `
      const { trustContext } = await import("${SRC}/client_tls_socket.ts");
      const { TlsStream } = await import("${SRC}/tls_stream.ts");
      const { ports, added } = JSON.parse(Deno.args[0]);
      for (const port of ports) {
        const tcp = await Deno.connect({ hostname: "127.0.0.1", port });
        const secureContext = trustContext([added]);
        const stream = new TlsStream(tcp, { host: "origin.test", secureContext });
        await stream.handshake();
        stream.close();
      }`;
    using first = serve(root);
    using second = serve(added);
    const ports = [first.port, second.port];
    const child = new Deno.Command(Deno.execPath(), {
      args: ["eval", asking, JSON.stringify({ ports, added: added.cert })],
      env: { DENO_CERT: file },
    });
    const { success, stderr } = await child.output();
    await Deno.remove(file);
    assertEquals(success, true, new TextDecoder().decode(stderr));
  },
);

/** A TLS server that accepts one connection. */
function serve(certificate: TestCertificate): { port: number } & Disposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const secureContext = createSecureContext(certificate);
  listener.accept().then(async (tcp) => {
    const stream = new TlsStream(tcp, { secureContext });
    await stream.handshake().catch(() => {});
    await stream.read(new Uint8Array(1)).catch(() => {});
    stream.close();
  }, () => {});
  return { port: listener.addr.port, [Symbol.dispose]: () => listener.close() };
}

/** The server name that was sent, once both sides agree. */
async function handshake(
  certificate: TestCertificate,
  host: string,
  secureContext: ReturnType<typeof trustContext>,
): Promise<string | undefined> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [far, near] = await Promise.all([
    Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port }),
    listener.accept(),
  ]);
  listener.close();
  const server = new TlsStream(far, {
    secureContext: createSecureContext(certificate),
  });
  const client = new TlsStream(near, { host, secureContext });
  const accepted = server.handshake();
  accepted.catch(() => {});
  try {
    await soon(client.handshake(), "the client's handshake");
    return (await soon(accepted, "the server's handshake")).serverName;
  } finally {
    client.close();
    server.close();
  }
}

async function refusal(
  certificate: TestCertificate,
  host: string,
  secureContext: ReturnType<typeof trustContext>,
): Promise<string> {
  const error = await assertRejects(
    () => handshake(certificate, host, secureContext),
    Deno.errors.InvalidData,
  );
  return error.message;
}

/** A certificate with that subjectAltName, valid for a day. */
function certificateFor(subjectAltName: string): Promise<TestCertificate> {
  const args = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1" +
    " -nodes -days 1 -subj /CN=test -addext basicConstraints=critical,CA:FALSE" +
    ` -addext subjectAltName=${subjectAltName}`;
  return inFolder(async (folder) => {
    const files = [
      "-keyout",
      `${folder}/key.pem`,
      "-out",
      `${folder}/cert.pem`,
    ];
    await openssl([...args.split(" "), ...files]);
    return {
      cert: await Deno.readTextFile(`${folder}/cert.pem`),
      key: await Deno.readTextFile(`${folder}/key.pem`),
    };
  });
}

/** The same certificate, but of yesterday. */
function expired({ cert, key }: TestCertificate): Promise<TestCertificate> {
  return inFolder(async (folder) => {
    const [certFile, keyFile] = [`${folder}/cert.pem`, `${folder}/key.pem`];
    await Deno.writeTextFile(certFile, cert);
    await Deno.writeTextFile(keyFile, key);
    const out = `${folder}/old.pem`;
    const args = ["-in", certFile, "-signkey", keyFile, "-days", "-1"];
    await openssl(["x509", ...args, "-out", out]);
    return { cert: await Deno.readTextFile(out), key };
  });
}

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await act(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function openssl(args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command("openssl", { args })
    .output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
}
