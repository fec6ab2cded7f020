import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { AuthorityError } from "../../src/mitm/authority_error.ts";
import { type AuthorityPem, readAuthority } from "../../src/mitm/authority.ts";
import { newAuthority } from "../../src/mitm/new_authority.ts";
import { testWith } from "../requirement.ts";
import {
  EC_KEY,
  intermediateAuthority,
  openssl,
  operatorsAuthority,
  RSA_KEY,
  withFiles,
} from "./openssl.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const CA_TRUE = "basicConstraints=CA:TRUE";

async function assertRefused(
  pem: AuthorityPem,
  text: string,
  nowMs = Date.now(),
): Promise<void> {
  const error = await assertRejects(
    () => readAuthority(pem, nowMs),
    AuthorityError,
  );
  assertStringIncludes(error.message, text);
}

Deno.test("readAuthority() reads a new one, which shows no chain", async () => {
  const nowMs = Date.UTC(2026, 1, 2);
  const authority = await readAuthority(await newAuthority({ nowMs }), nowMs);
  assertEquals(authority.chainPem, "");
  assertEquals(authority.notBeforeMs, nowMs - DAY_MS);
  assertEquals(authority.notAfterMs, Date.UTC(2036, 1, 2));
  assertEquals(authority.signingKey.extractable, false);
  assertStringIncludes(authority.subject, "O=Sluice, CN=Sluice CA ");
});

testWith(
  ["openssl"],
  "readAuthority() tells the fingerprint that openssl tells",
  async () => {
    const pem = await newAuthority({ nowMs: Date.now() });
    const { fingerprint } = await readAuthority(pem, Date.now());
    const text = await withFiles(
      { cert: pem.certPem },
      (folder) =>
        openssl(
          `x509 -in ${join(folder, "cert")} -noout -fingerprint -sha256`,
        ),
    );
    assertEquals(text.trim().split("=")[1], fingerprint);
  },
);

testWith(
  ["openssl"],
  "readAuthority() takes an operator's keys of all kinds",
  async () => {
    const curve = (name: string) =>
      `-algorithm EC -pkeyopt ec_paramgen_curve:${name}`;
    const cases = [
      [RSA_KEY, "RSASSA-PKCS1-v1_5"],
      [curve("P-256"), "ECDSA"],
      [curve("P-384"), "ECDSA"],
      [curve("P-521"), "ECDSA"],
    ] as const;
    for (const [key, algorithm] of cases) {
      const authority = await readAuthority(
        await operatorsAuthority({ key }),
        Date.now(),
      );
      assertEquals(authority.signingAlgorithm.name, algorithm);
    }
  },
);

testWith(
  ["openssl"],
  "readAuthority() takes keys in the forms before PKCS #8",
  async () => {
    for (const key of [RSA_KEY, EC_KEY]) {
      const { certPem, keyPem } = await operatorsAuthority({ key });
      const traditional = await withFiles(
        { key: keyPem },
        (folder) => openssl(`pkey -traditional -in ${join(folder, "key")}`),
      );
      assertStringIncludes(
        traditional,
        key === RSA_KEY ? "RSA PRIVATE KEY" : "EC PRIVATE KEY",
      );
      await readAuthority({ certPem, keyPem: traditional }, Date.now());
    }
  },
);

testWith(
  ["openssl"],
  "readAuthority() takes PEM with other text around it, and line ends of all kinds",
  async () => {
    const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
    const [cert, key] = await withFiles(
      { cert: certPem, key: keyPem },
      async (folder) =>
        [
          await openssl(`x509 -text -in ${join(folder, "cert")}`),
          await openssl(`pkey -text -in ${join(folder, "key")}`),
        ] as const,
    );
    for (const end of ["\n", "\r\n"]) {
      const [certPem, keyPem] = [cert, key]
        .map((text) => text.replaceAll("\n", end)) as [string, string];
      await readAuthority({ certPem, keyPem }, Date.now());
    }
  },
);

testWith(
  ["openssl"],
  "readAuthority() shows a chain without its root",
  async () => {
    const { rootPem, ...pem } = await intermediateAuthority();
    const { chainPem, subject } = await readAuthority(pem, Date.now());
    assertEquals(subject, "CN=Intermediate");
    assertEquals(chainPem.split("-----BEGIN").length - 1, 1);
    await assertRefused(
      { ...pem, certPem: chainPem + chainPem + rootPem },
      "out of order: certificate 1 is",
    );
    await assertRefused(
      { ...pem, certPem: rootPem + chainPem },
      "its key does not belong to its certificate",
    );
    await assertRefused(
      { ...pem, certPem: chainPem.repeat(11) },
      "11 certificates",
    );
  },
);

testWith(
  ["openssl"],
  "readAuthority() refuses certificates that may not sign",
  async () => {
    const cases: [extensions: string[], text: string][] = [
      [["basicConstraints=critical,CA:FALSE"], "CA:TRUE"],
      [
        ["basicConstraints=CA:TRUE", "keyUsage=digitalSignature"],
        "keyCertSign",
      ],
      [[CA_TRUE, "extendedKeyUsage=clientAuth"], "serverAuth"],
    ];
    for (const [extensions, text] of cases) {
      await assertRefused(await operatorsAuthority({ extensions }), text);
    }
    const further = [
      [],
      ["extendedKeyUsage=clientAuth,serverAuth"],
      ["extendedKeyUsage=anyExtendedKeyUsage"],
      ["nameConstraints=permitted;email:a.test"],
    ];
    for (const extensions of further) {
      const pem = await operatorsAuthority({
        extensions: [CA_TRUE, ...extensions],
      });
      await readAuthority(pem, Date.now());
    }
  },
);

testWith(
  ["openssl"],
  "readAuthority() refuses an authority that has no name, or permits hosts none that they have",
  async () => {
    await assertRefused(
      await operatorsAuthority({ subject: "/" }),
      "no subject",
    );
    const constraint = "nameConstraints=permitted;dirName:below";
    const config = "[req]\ndistinguished_name=dn\n[dn]\n[below]\nO=Elsewhere\n";
    const extensions = [CA_TRUE, constraint];
    await assertRefused(
      await operatorsAuthority({ extensions, config }),
      "directoryName",
    );
  },
);

testWith(
  ["openssl"],
  "readAuthority() refuses keys that clients do not take",
  async () => {
    const cases = [
      ["-algorithm RSA -pkeyopt rsa_keygen_bits:1024", "rsa of 1024 bits"],
      ["-algorithm EC -pkeyopt ec_paramgen_curve:secp256k1", "ec secp256k1"],
      ["-algorithm ED25519", "ed25519"],
    ] as const;
    for (const [key, text] of cases) {
      await assertRefused(await operatorsAuthority({ key }), text);
    }
  },
);

testWith(
  ["openssl"],
  "readAuthority() asks for a key without a passphrase",
  async () => {
    const { certPem, keyPem } = await operatorsAuthority();
    const encrypted = await withFiles({ key: keyPem }, async (folder) => {
      const path = join(folder, "key");
      const pass = "-aes128 -passout pass:secret";
      return [
        await openssl(`pkey -in ${path} ${pass}`),
        await openssl(`ec -in ${path} ${pass}`),
      ];
    });
    for (const keyPem of encrypted) {
      await assertRefused({ certPem, keyPem }, "without a passphrase");
    }
  },
);

Deno.test("readAuthority() refuses what is damaged or missing", async () => {
  const { certPem, keyPem } = await newAuthority({ nowMs: Date.now() });
  const other = await newAuthority({ nowMs: Date.now() });
  const cut = (pem: string) => pem.replace(/.{40}\n-----END/, "\n-----END");
  const cases: [pem: AuthorityPem, text: string][] = [
    [{ certPem: "", keyPem }, "holds no PEM certificate"],
    [{ certPem: keyPem, keyPem }, "holds no PEM certificate"],
    [{ certPem: cut(certPem), keyPem }, "its certificate is damaged"],
    [{ certPem, keyPem: "" }, "holds no PEM private key"],
    [{ certPem, keyPem: certPem }, "holds no PEM private key"],
    [{ certPem, keyPem: cut(keyPem) }, "its key is damaged"],
    [{ certPem, keyPem: other.keyPem }, "its key does not belong"],
  ];
  for (const [pem, text] of cases) await assertRefused(pem, text);
});

Deno.test("readAuthority() refuses a certificate out of its time", async () => {
  const nowMs = Date.UTC(2026, 1, 2);
  const pem = await newAuthority({ nowMs });
  const endMs = Date.UTC(2036, 1, 2);
  await readAuthority(pem, nowMs - DAY_MS);
  await readAuthority(pem, endMs);
  await assertRefused(pem, "not valid before 2026-02-01", nowMs - DAY_MS - 1);
  await assertRefused(pem, "expired on 2036-02-02T00:00:00", endMs + 1);
});
