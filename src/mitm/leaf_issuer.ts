/**
 * Certificates for single hosts, signed by the authority, as clients want them of a
 * server (RFC 5280 §4.2, RFC 9525). All leaves of an issuer share one key pair, made when
 * the issuer is and never written anywhere: a key of its own would make a leaf no safer,
 * since the same process holds them all.
 */

import { KeyObject } from "node:crypto";
import { type Authority, pemOf } from "./authority.ts";
import { AuthorityError } from "./authority_error.ts";
import type { CertifiedName } from "./certified_name.ts";
import { randomSerial } from "./random_serial.ts";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "./x509.ts";

const KEY_ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SECOND_MS = 1000;
/** For clients whose clock is late. */
const BACKDATED_MS = 60 * 60 * SECOND_MS;
/** Both ends count (RFC 5280 §4.1.2.5), so this is 90 days. */
const LIFETIME_MS = 90 * 24 * 60 * 60 * SECOND_MS - SECOND_MS;
/** ub-common-name (RFC 5280 appendix A.1). */
const MAX_COMMON_NAME = 64;

/** A certificate for a server, in PEM as node:tls takes it. */
export interface Leaf {
  /** The leaf, then the authority's chain. */
  readonly certPem: string;
  readonly keyPem: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Makes leaves for an authority. */
export class LeafIssuer {
  readonly #authority: Authority;
  readonly #publicKey: CryptoKey;
  readonly #keyPem: string;
  readonly #sharedExtensions: readonly Extension[];

  private constructor(
    authority: Authority,
    { privateKey, publicKey }: CryptoKeyPair,
    sharedExtensions: readonly Extension[],
  ) {
    this.#authority = authority;
    this.#publicKey = publicKey;
    this.#keyPem = `${
      KeyObject.from(privateKey).export({ type: "pkcs8", format: "pem" })
    }`;
    this.#sharedExtensions = sharedExtensions;
  }

  /** An issuer with a fresh key pair for its leaves. */
  static async create(authority: Authority): Promise<LeafIssuer> {
    const keys = await crypto.subtle.generateKey(KEY_ALGORITHM, true, [
      "sign",
      "verify",
    ]);
    return new LeafIssuer(authority, keys, [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new BasicConstraintsExtension(false, undefined, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await authorityKeyIdentifier(authority),
    ]);
  }

  /**
   * Makes a leaf for one name: valid for an hour already and for 90 days in all, but no
   * longer than the authority.
   *
   * @throws {AuthorityError} when the authority has expired by `nowMs`.
   */
  async issue(name: CertifiedName, nowMs: number): Promise<Leaf> {
    const { certificate, chainPem, signingKey, signingAlgorithm } =
      this.#authority;
    const lifetime = leafLifetime(this.#authority, nowMs);
    const hasCommonName = fitsCommonName(name);
    const leaf = await X509CertificateGenerator.create({
      serialNumber: randomSerial(),
      issuer: certificate.subjectName,
      subject: hasCommonName ? [{ CN: [name.value] }] : [],
      notBefore: new Date(lifetime.notBeforeMs),
      notAfter: new Date(lifetime.notAfterMs),
      publicKey: this.#publicKey,
      signingKey,
      signingAlgorithm,
      extensions: [
        // Critical where it alone names the subject (RFC 5280 §4.2.1.6).
        new SubjectAlternativeNameExtension([name], !hasCommonName),
        ...this.#sharedExtensions,
      ],
    });
    const certPem = pemOf(leaf) + chainPem;
    return { certPem, keyPem: this.#keyPem, ...lifetime };
  }
}

/** An address there would be judged as a host name where the authority is bound to names. */
function fitsCommonName({ type, value }: CertifiedName): boolean {
  return type === "dns" && value.length <= MAX_COMMON_NAME;
}

function leafLifetime(
  authority: Authority,
  nowMs: number,
): Pick<Leaf, "notBeforeMs" | "notAfterMs"> {
  if (authority.notAfterMs < nowMs) {
    const when = new Date(authority.notAfterMs).toISOString();
    throw new AuthorityError(
      `Cannot make a certificate: the authority expired on ${when}`,
    );
  }
  const startMs = nowMs - nowMs % SECOND_MS - BACKDATED_MS;
  const notBeforeMs = Math.max(startMs, authority.notBeforeMs);
  const notAfterMs = Math.min(notBeforeMs + LIFETIME_MS, authority.notAfterMs);
  return { notBeforeMs, notAfterMs };
}

/** By the identifier that the authority gives itself, however it was made (RFC 5280 §4.2.1.1). */
async function authorityKeyIdentifier(
  { certificate }: Authority,
): Promise<AuthorityKeyIdentifierExtension> {
  const own = certificate.getExtension(SubjectKeyIdentifierExtension);
  return own === null
    ? await AuthorityKeyIdentifierExtension.create(certificate)
    : new AuthorityKeyIdentifierExtension(own.keyId);
}
