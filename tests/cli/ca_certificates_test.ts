import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { readCaCertificates } from "../../src/cli/ca_certificates.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { withFiles } from "../mitm/openssl.ts";

Deno.test("readCaCertificates() reads every certificate of a bundle", async () => {
  const nowMs = Date.now();
  const [one, two] = await Promise.all([
    newAuthority({ nowMs }),
    newAuthority({ nowMs }),
  ]);
  const text = `# One\n${one.certPem}\r\nTwo:\n${two.certPem}`;
  await withFiles({ pem: text }, (folder) => {
    const found = readCaCertificates("--x", join(folder, "pem"));
    assertEquals(found, [one.certPem.trim(), two.certPem.trim()]);
    return Promise.resolve();
  });
});

Deno.test("readCaCertificates() says what can't be used", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
  const cases: [text: string, why: string][] = [
    ["", "it holds none"],
    ["no PEM", "it holds none"],
    [keyPem, "it holds none"],
    [certPem + certPem.replace("MII", "!!!"), "the one in place 2 is damaged"],
    [certPem.replace(/\n.*\n/, "\n"), "the one in place 1 is damaged"],
    [certPem + certPem.slice(0, 99), "one of them is cut off"],
  ];
  for (const [pem, why] of cases) {
    await withFiles({ pem }, (folder) => {
      const path = join(folder, "pem");
      const error = assertThrows(() => readCaCertificates("--x", path), Error);
      assertEquals(
        error.message,
        `Cannot use the certificates of --x in "${path}": ${why}. PEM certificates are wanted.`,
      );
      return Promise.resolve();
    });
  }
});
