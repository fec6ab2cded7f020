/**
 * A certificate authority of the proxy's own, made: its key, and the certificate that
 * people install (RFC 5280 §4.2). Knows nothing of files.
 */

import { KeyObject } from "node:crypto";
import type { AuthorityPem } from "./authority.ts";
import { nameConstraints } from "./name_constraints.ts";
import { randomSerial } from "./random_serial.ts";
import {
  BasicConstraintsExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const LIFETIME_YEARS = 10;
/** So that a client whose clock is late takes what was made now. */
const BACKDATED_MS = 24 * 60 * 60 * 1000;

/** What a new authority is to be like. */
export interface NewAuthorityOptions {
  readonly nowMs: number;
  /** The names that it may sign for: see {@link nameConstraints}. Default: all. */
  readonly permittedNames?: readonly string[] | undefined;
}

/**
 * Makes an authority: P-256, for ten years, signing no further authorities. Its subject
 * ends with the start of its key's identifier, so that two of them can be told apart.
 *
 * @throws {TypeError} for permitted names that are none.
 */
export async function newAuthority(
  { nowMs, permittedNames }: NewAuthorityOptions,
): Promise<AuthorityPem> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, [
    "sign",
    "verify",
  ]);
  const identifier = await SubjectKeyIdentifierExtension.create(keys.publicKey);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [
      { O: ["Sluice"] },
      { CN: [`Sluice CA ${identifier.keyId.slice(0, 8)}`] },
    ],
    ...lifetime(nowMs),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [...extensions(permittedNames), identifier],
  });
  const keyPem = KeyObject.from(keys.privateKey)
    .export({ type: "pkcs8", format: "pem" });
  return { certPem: `${certificate.toString("pem")}\n`, keyPem: `${keyPem}` };
}

function lifetime(nowMs: number): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(nowMs - BACKDATED_MS);
  const notAfter = new Date(nowMs);
  notAfter.setUTCFullYear(notAfter.getUTCFullYear() + LIFETIME_YEARS);
  return { notBefore, notAfter };
}

function extensions(permitted: readonly string[] | undefined): Extension[] {
  return [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(
      KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign,
      true,
    ),
    ...permitted === undefined ? [] : [nameConstraints(permitted)],
  ];
}
