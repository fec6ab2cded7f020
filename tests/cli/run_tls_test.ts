import { assertEquals, assertMatch } from "@std/assert";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { testWith } from "../requirement.ts";
import { ChildProxy } from "./child_proxy.ts";
import { plainOrigin } from "./plain_origin.ts";
import { selfMadeCertificate } from "./self_made_certificate.ts";

testWith(
  ["openssl", "curl"],
  "run() speaks TLS to its clients with --tls-cert",
  async () => {
    await using certificate = await selfMadeCertificate();
    await using origin = plainOrigin("through TLS");
    const { certPath, keyPath } = certificate;
    const args = ["--tls-cert", certPath, "--tls-key", keyPath];
    await using proxy = await ChildProxy.start(args);
    assertMatch(
      proxy.stdout.text,
      /^listening on https:\/\/127\.0\.0\.1:\d+\n$/,
    );
    assertEquals(
      await curl(
        "--proxy-cacert",
        certPath,
        "-x",
        proxy.address.origin,
        origin.url,
      ),
      "through TLS",
    );
    assertEquals(
      await curl(
        "--cacert",
        certPath,
        `${proxy.address}healthz`,
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
      ),
      "200",
    );
  },
);

testWith(
  ["openssl"],
  "run() closes a TLS handshake that is not done by --head-timeout",
  async () => {
    await using certificate = await selfMadeCertificate();
    const { certPath, keyPath } = certificate;
    const args = [
      "--tls-cert",
      certPath,
      "--tls-key",
      keyPath,
      "--head-timeout",
      "200ms",
    ];
    await using proxy = await ChildProxy.start(args);
    using silent = await proxy.connect();
    using halfOpen = await proxy.connect();
    // RFC 8446 §5.1: the head of a handshake record of 512 bytes, of which none follows.
    await halfOpen.send(Uint8Array.of(0x16, 3, 1, 2, 0));
    assertEquals([await silent.rest(), await halfOpen.rest()], ["", ""]);
    using plain = await proxy.connect();
    await plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertEquals((await plain.rest()).includes("HTTP"), false);
    const { code, stderr } = await proxy.stop();
    assertEquals([code, /error/i.test(stderr)], [0, false], stderr);
  },
);

async function curl(...args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command("curl", {
    args: ["-sS", "--max-time", "20", "--noproxy", "", ...args],
  }).output();
  const decoder = new TextDecoder();
  return decoder.decode(stdout) + decoder.decode(stderr);
}

testWith(
  ["openssl"],
  "run() says that clients refuse the certificate of --tls-cert, at the start and when it changes",
  async () => {
    await using certificate = await selfMadeCertificate();
    const { certPath, keyPath } = certificate;
    const writeExpired = async () => {
      const { certPem, keyPem } = await newAuthority({ nowMs: 0 });
      await Deno.writeTextFile(keyPath, keyPem);
      await Deno.writeTextFile(certPath, certPem);
    };
    await writeExpired();
    const args = ["--tls-cert", certPath, "--tls-key", keyPath];
    await using proxy = await ChildProxy.start(args);
    const refused = /clients refuse the certificate in [^]*?it expired on Jan/;
    await proxy.stderr.waitFor(refused);
    await writeExpired();
    await proxy.stderr.waitFor(
      new RegExp(`${refused.source}[^]*${refused.source}`),
    );
  },
);
