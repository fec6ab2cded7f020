import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type Authority, pemOf } from "../../src/mitm/authority.ts";
import { AuthorityError } from "../../src/mitm/authority_error.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { type Leaf, LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { X509Certificate } from "../../src/mitm/x509.ts";
import { testWith } from "../requirement.ts";
import { openssl, ownAuthority, withFiles } from "./openssl.ts";

const NOW_MS = Date.UTC(2026, 1, 2, 12, 30, 15, 250);
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

async function issue(
  host: string,
  nowMs = NOW_MS,
  authority?: Authority,
): Promise<Leaf> {
  const issuer = await LeafIssuer.create(
    authority ?? await ownAuthority(nowMs),
  );
  return await issuer.issue(certifiedName(host), nowMs);
}

async function textOf({ certPem }: Leaf): Promise<string> {
  return await withFiles(
    { cert: certPem },
    (folder) => openssl(`x509 -in ${join(folder, "cert")} -noout -text`),
  );
}

testWith(["openssl"], "LeafIssuer makes what openssl reads", async () => {
  const text = await textOf(await issue("Example.com"));
  for (
    const part of [
      "Version: 3",
      "Not Before: Feb  2 11:30:15 2026 GMT",
      "Not After : May  3 11:30:14 2026 GMT",
      "Subject: CN = example.com\n",
      "NIST CURVE: P-256",
      "Subject Alternative Name: \n                DNS:example.com\n",
      "Key Usage: critical\n                Digital Signature\n",
      "Extended Key Usage: \n                TLS Web Server Authentication\n",
      "Basic Constraints: critical\n                CA:FALSE\n",
    ]
  ) assertStringIncludes(text, part);
});

testWith(["openssl"], "LeafIssuer names hosts of all kinds", async () => {
  const long = `${"a".repeat(60)}.test`;
  const cases = [
    [
      "192.0.2.7",
      "Alternative Name: critical\n                IP Address:192.0.2.7\n",
    ],
    [
      "[2001:db8::7]",
      "Alternative Name: critical\n                IP Address:2001:DB8:0:0:0:0:0:7\n",
    ],
    [
      "::ffff:192.0.2.7",
      "Alternative Name: critical\n                IP Address:0:0:0:0:0:FFFF:C000:207\n",
    ],
    [
      "bücher.test",
      "Alternative Name: \n                DNS:xn--bcher-kva.test\n",
    ],
    [
      long,
      `Alternative Name: critical\n                DNS:${long}\n`,
    ],
  ] as const;
  for (const [host, part] of cases) {
    assertStringIncludes(await textOf(await issue(host)), part);
  }
  for (const host of [long, "192.0.2.7", "::1"]) {
    assertStringIncludes(await textOf(await issue(host)), "Subject: \n");
  }
  const longest = `${"a".repeat(59)}.test`;
  const text = await textOf(await issue(longest));
  assertStringIncludes(text, `Subject: CN = ${longest}\n`);
});

testWith(["openssl"], "LeafIssuer makes what openssl trusts", async () => {
  const authority = await ownAuthority();
  const { certPem, keyPem } = await issue("a.test", Date.now(), authority);
  const files = {
    cert: certPem,
    key: keyPem,
    ca: pemOf(authority.certificate),
  };
  await withFiles(files, async (folder) => {
    const at = (name: string) => join(folder, name);
    const verified = await openssl(
      "verify -x509_strict -policy_check -purpose sslserver " +
        `-verify_hostname a.test -CAfile ${at("ca")} ${at("cert")}`,
    );
    assertEquals(verified, `${at("cert")}: OK\n`);
    const [ofCert, ofKey] = await Promise.all([
      openssl(`x509 -in ${at("cert")} -noout -pubkey`),
      openssl(`pkey -in ${at("key")} -pubout`),
    ]);
    assertEquals(ofCert, ofKey);
  });
});

testWith(["openssl"], "LeafIssuer points to the authority's key", async () => {
  const authority = await ownAuthority(NOW_MS);
  const text = await textOf(await issue("a.test", NOW_MS, authority));
  const ofAuthority = await withFiles(
    { cert: pemOf(authority.certificate) },
    (folder) => openssl(`x509 -in ${join(folder, "cert")} -noout -text`),
  );
  const [, own = "none"] =
    /Subject Key Identifier:\s+(\S+)/.exec(ofAuthority) ?? [];
  const [, meant] = /Authority Key Identifier:\s+(\S+)/.exec(text) ?? [];
  assertEquals(meant, own);
});

Deno.test("LeafIssuer gives each leaf a serial of its own and all one key", async () => {
  const issuer = await LeafIssuer.create(await ownAuthority(NOW_MS));
  const leaves = await Promise.all(
    Array.from(
      { length: 20 },
      (_, i) => issuer.issue(certifiedName(`a${i}.test`), NOW_MS),
    ),
  );
  const serials = leaves.map(({ certPem }) =>
    new X509Certificate(certPem).serialNumber
  );
  assertEquals(new Set(serials).size, 20);
  assertEquals(new Set(leaves.map(({ keyPem }) => keyPem)).size, 1);
});

Deno.test("LeafIssuer keeps a leaf within the authority's time and 90 days", async () => {
  const authority = await ownAuthority(NOW_MS);
  const { notBeforeMs, notAfterMs } = authority;
  const times = [
    notBeforeMs,
    notBeforeMs + HOUR_MS / 2,
    NOW_MS,
    notAfterMs - 90 * DAY_MS,
    notAfterMs - DAY_MS,
    notAfterMs,
  ];
  for (const nowMs of times) {
    const leaf = await issue("a.test", nowMs, authority);
    const shown = new X509Certificate(leaf.certPem);
    assertEquals(shown.notBefore.getTime(), leaf.notBeforeMs);
    assertEquals(shown.notAfter.getTime(), leaf.notAfterMs);
    assertEquals(leaf.notBeforeMs >= notBeforeMs, true);
    assertEquals(leaf.notAfterMs <= notAfterMs, true);
    assertEquals(leaf.notBeforeMs <= nowMs && nowMs <= leaf.notAfterMs, true);
    assertEquals(leaf.notAfterMs - leaf.notBeforeMs < 90 * DAY_MS, true);
  }
});

Deno.test("LeafIssuer makes none once the authority has expired", async () => {
  const authority = await ownAuthority(NOW_MS);
  await assertRejects(
    () => issue("a.test", authority.notAfterMs + 1, authority),
    AuthorityError,
    "the authority expired on 2036-02-02",
  );
});
