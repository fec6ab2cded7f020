import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { testWith } from "../requirement.ts";
import { openssl, withFiles } from "./openssl.ts";

const NOW_MS = Date.UTC(2026, 1, 2, 12, 30, 15, 250);

testWith(["openssl"], "newAuthority() makes what openssl reads", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: NOW_MS });
  const [text, key] = await withFiles(
    { cert: certPem, key: keyPem },
    async (folder) =>
      [
        await openssl(`x509 -in ${join(folder, "cert")} -noout -text`),
        await openssl(`pkey -in ${join(folder, "key")} -check -noout -text`),
      ] as const,
  );
  for (
    const part of [
      "Version: 3",
      "Not Before: Feb  1 12:30:15 2026 GMT",
      "Not After : Feb  2 12:30:15 2036 GMT",
      "NIST CURVE: P-256",
      "Basic Constraints: critical\n                CA:TRUE, pathlen:0",
      "Key Usage: critical\n                Certificate Sign, CRL Sign",
      "Signature Algorithm: ecdsa-with-SHA256",
    ]
  ) assertStringIncludes(text, part);
  assertStringIncludes(key, "Key is valid");
  assertEquals(text.includes("Name Constraints"), false);
});

testWith(
  ["openssl"],
  "newAuthority() makes what openssl trusts, strictly",
  async () => {
    const { certPem } = await newAuthority({ nowMs: Date.now() });
    await withFiles({ cert: certPem }, async (folder) => {
      const path = join(folder, "cert");
      const text = await openssl(
        `verify -x509_strict -check_ss_sig -CAfile ${path} ${path}`,
      );
      assertEquals(text, `${path}: OK\n`);
    });
  },
);

testWith(
  ["openssl"],
  "newAuthority() names each after its key's identifier",
  async () => {
    const { certPem } = await newAuthority({ nowMs: NOW_MS });
    const text = await withFiles(
      { cert: certPem },
      (folder) => openssl(`x509 -in ${join(folder, "cert")} -noout -text`),
    );
    const [, inSubject = ""] = /Subject: .*Sluice CA (\w{8})/.exec(text) ?? [];
    const [, identifier = ""] = /Subject Key Identifier:\s+(\S+)/.exec(text) ??
      [];
    assertMatch(
      identifier.replaceAll(":", "").toLowerCase(),
      new RegExp(`^${inSubject}`),
    );
  },
);
