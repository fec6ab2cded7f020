/** Certificates under a lint, and before verifiers at their strictest: openssl and GnuTLS. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import {
  type Authority,
  pemOf,
  readAuthority,
} from "../../src/mitm/authority.ts";
import { certifiedName } from "../../src/mitm/certified_name.ts";
import { LeafIssuer } from "../../src/mitm/leaf_issuer.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { testWith } from "../requirement.ts";
import { lintAuthority, lintLeaf } from "./certificate_lint.ts";
import {
  intermediateAuthority,
  openssl,
  operatorsAuthority,
  ownAuthority,
  RSA_KEY,
  said,
  withFiles,
} from "./openssl.ts";

const labels = (...lengths: number[]) =>
  lengths.map((length, i) => "abcd"[i]!.repeat(length)).join(".");

/** Hosts as clients write them, each with the name that its certificate has to be good for. */
const HOSTS: readonly [host: string, name: string][] = [
  ["example.test", "example.test"],
  ["WWW.Example.TEST", "www.example.test"],
  ["example.test.", "example.test"],
  ["localhost", "localhost"],
  ["Bücher.test", "xn--bcher-kva.test"],
  ["my_host.example.test", "my_host.example.test"],
  ["_dmarc.example.test", "_dmarc.example.test"],
  ["a--b.example.test", "a--b.example.test"],
  ["1.example.test", "1.example.test"],
  // 64 and 65 characters, and as many as a name can have.
  [labels(63), labels(63)],
  [labels(58, 5), labels(58, 5)],
  [labels(59, 5), labels(59, 5)],
  [labels(63, 63, 63, 61), labels(63, 63, 63, 61)],
  ["192.0.2.7", "192.0.2.7"],
  ["[2001:DB8::A]", "2001:db8::a"],
  ["::1", "::1"],
  ["::ffff:192.0.2.7", "::ffff:192.0.2.7"],
];

/** Authorities of all kinds, each with what clients trust. */
async function authorities(): Promise<
  [what: string, authority: Authority, rootPem: string][]
> {
  const own = await ownAuthority();
  const bound = await ownAuthority(Date.now(), [
    ...["test", "localhost", "192.0.2.0/24", "2001:db8::/32", "::1"],
    ...["::ffff:192.0.2.0/120", labels(63), labels(58, 5), labels(59, 5)],
    labels(63, 63, 63, 61),
  ]);
  const operators = await operatorsAuthority();
  const rsa = await operatorsAuthority({ key: RSA_KEY });
  const { rootPem, ...between } = await intermediateAuthority();
  const read = (pem: typeof operators) => readAuthority(pem, Date.now());
  return [
    ["the proxy's own", own, pemOf(own.certificate)],
    ["one that is bound to names", bound, pemOf(bound.certificate)],
    ["an operator's", await read(operators), operators.certPem],
    ["an operator's with RSA", await read(rsa), rsa.certPem],
    ["one below a root", await read(between), rootPem],
  ];
}

testWith(["openssl"], "leaves and authorities pass the lint", async () => {
  for (const [what, authority] of await authorities()) {
    const nowMs = Date.now();
    const authorityPem = pemOf(authority.certificate);
    assertEquals(lintAuthority(authorityPem), [], what);
    const issuer = await LeafIssuer.create(authority);
    for (const [host] of HOSTS) {
      const { certPem } = await issuer.issue(certifiedName(host), nowMs);
      const found = lintLeaf(certPem, authorityPem, nowMs);
      assertEquals(found, [], `${what}, for ${host}`);
    }
  }
});

testWith(
  ["openssl", "certtool"],
  "openssl and GnuTLS take leaves at their strictest",
  async () => {
    for (const [what, authority, rootPem] of await authorities()) {
      const issuer = await LeafIssuer.create(authority);
      for (const [host, name] of HOSTS) {
        const { certPem } = await issuer.issue(certifiedName(host), Date.now());
        const files = { chain: certPem, root: rootPem };
        await withFiles(files, async (folder) => {
          const at = (file: string) => join(folder, file);
          await assertOpenssl(at, name, `${what}, for ${host}`);
          await assertGnutls(at, name, `${what}, for ${host}`);
        });
      }
    }
  },
);

type At = (file: string) => string;

async function assertOpenssl(at: At, name: string, what: string) {
  const { text } = await said("openssl", [
    ...["verify", "-x509_strict", "-policy_check", "-purpose", "sslserver"],
    ...["-auth_level", "2", "-CAfile", at("root"), "-untrusted", at("chain")],
    ...[isIp(name) ? "-verify_ip" : "-verify_hostname", name, at("chain")],
  ]);
  assertEquals(text, `${at("chain")}: OK\n`, what);
}

async function assertGnutls(at: At, name: string, what: string) {
  const { success, text } = await said("certtool", [
    ...["--verify", "--load-ca-certificate", at("root"), "--infile"],
    ...[at("chain"), "--verify-purpose", "1.3.6.1.5.5.7.3.1"],
    ...["--verify-profile", "medium", "--verify-hostname", name],
  ]);
  assertEquals(success, true, `${what}: ${text}`);
  assertStringIncludes(text, "Verified. The certificate is trusted.", what);
}

function isIp(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}

testWith(["openssl"], "the lint finds what is wrong", async () => {
  const operators = await operatorsAuthority({
    extensions: ["basicConstraints=CA:TRUE", "keyUsage=keyCertSign"],
  });
  assertEquals(lintAuthority(operators.certPem), [
    "wanted: basicConstraints critical",
    "wanted: keyUsage critical",
  ]);
  const bad = await badLeaf();
  const nowMs = Date.now();
  const authority = await newAuthority({ nowMs });
  assertEquals(
    new Set(lintLeaf(bad, authority.certPem, nowMs)),
    new Set([
      "wanted: a serial of 64 bits at least",
      "wanted: 90 days at most",
      "wanted: notBefore early enough for clocks that are late",
      "wanted: a time within the authority's",
      "wanted: one name",
      "wanted: subjectAltName critical where the subject is empty, and only there",
      "wanted: labels in lower case",
      "wanted: addresses as iPAddress",
      "wanted: commonName alone",
      "wanted: a commonName that is the name",
      "wanted: cA left out",
      "wanted: keyUsage critical",
      "wanted: digitalSignature alone",
      "wanted: serverAuth alone",
      "wanted: extKeyUsage not critical",
      "wanted: no CRL or OCSP that nobody serves",
      "wanted: the authority's subject as issuer, octet by octet",
      "wanted: the authority's key identifier",
    ]),
  );
});

/** A certificate that does most things in the wrong way. */
async function badLeaf(): Promise<string> {
  return await withFiles({}, async (folder) => {
    const extensions = [
      "subjectAltName=critical,DNS:*.Bad.test,DNS:192.0.2.1",
      "keyUsage=keyCertSign",
      "extendedKeyUsage=critical,clientAuth",
      "crlDistributionPoints=URI:http://crl.test/",
    ];
    await openssl(
      `req -x509 -newkey rsa:2048 -nodes -keyout ${join(folder, "key")} -out ` +
        `${
          join(folder, "cert")
        } -days 4000 -set_serial 1 -subj /O=Bad/CN=bad ` +
        extensions.map((text) => `-addext ${text}`).join(" "),
    );
    return await Deno.readTextFile(join(folder, "cert"));
  });
}
