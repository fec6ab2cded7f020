/**
 * A certificate authority as it signs: the proxy's own or an operator's, from PEM text.
 * Decides whether it can be used at all (RFC 5280 §4.2.1.3, §4.2.1.9, §4.2.1.12, §6.1.4). Knows
 * nothing of files.
 */

import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  X509Certificate as NodeCertificate,
} from "node:crypto";
import { AuthorityError } from "./authority_error.ts";
import { type NameTest, permittedNames } from "./permitted_names.ts";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  X509Certificate,
} from "./x509.ts";

const MIN_RSA_BITS = 2048;
const MAX_CHAIN = 10;
/** anyExtendedKeyUsage (RFC 5280 §4.2.1.12). */
const ANY_USAGE = "2.5.29.37.0";
/** The key's file may hold more: parameters of its curve, certificates. */
const KEY_BLOCK = /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[^]*?-----END \1-----/;

/** The curves that clients take, each with the hash of its strength (RFC 8446 §4.2.3). */
const CURVES: Readonly<Record<string, EcdsaAlgorithm>> = {
  prime256v1: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  secp384r1: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  secp521r1: { name: "ECDSA", namedCurve: "P-521", hash: "SHA-512" },
};
const RSA = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

interface EcdsaAlgorithm extends EcKeyImportParams {
  readonly hash: string;
}

/** An authority as text. */
export interface AuthorityPem {
  /** Its certificate first; those that lead from it to a root may follow in order. */
  readonly certPem: string;
  /** PKCS #8, PKCS #1 or SEC 1, not encrypted. */
  readonly keyPem: string;
}

/** An authority that was found to be in order. */
export interface Authority {
  readonly certificate: X509Certificate;
  /** PEM of what a server shows after its own certificate: all but roots; "" for none. */
  readonly chainPem: string;
  /** Such as `O=Sluice, CN=Sluice CA 1f0c9a77`. */
  readonly subject: string;
  /** SHA-256 of the certificate, `AB:CD:…`. */
  readonly fingerprint: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Whether clients would take a certificate of its own for a name: see {@link permittedNames}. */
  readonly permits: NameTest;
  readonly signingKey: CryptoKey;
  readonly signingAlgorithm: EcdsaParams | typeof RSA;
}

/**
 * Reads an authority.
 *
 * @throws {AuthorityError} whose message goes on after "Cannot use …: ", when a part is
 * damaged or missing, the certificate is none of an authority or not in force at `nowMs`,
 * the key is of another certificate, or the chain is out of order.
 */
export async function readAuthority(
  { certPem, keyPem }: AuthorityPem,
  nowMs: number,
): Promise<Authority> {
  const chain = readChain(certPem);
  const [certificate] = chain;
  if (certificate === undefined) {
    throw new AuthorityError("the certificate's file holds no PEM certificate");
  }
  const key = readKey(keyPem);
  checkKey(certificate, key);
  checkUse(certificate);
  for (const one of chain) checkAcceptable(one);
  checkTime(certificate, nowMs);
  checkChain(chain);
  const signingAlgorithm = algorithmOf(key);
  return {
    certificate,
    chainPem: chain.filter(({ subject, issuer }) => subject !== issuer)
      .map(pemOf).join(""),
    subject: certificate.subject,
    fingerprint: nodeCertificate(certificate).fingerprint256,
    notBeforeMs: certificate.notBefore.getTime(),
    notAfterMs: certificate.notAfter.getTime(),
    permits: permittedBy(chain),
    signingKey: await crypto.subtle.importKey(
      "pkcs8",
      new Uint8Array(key.export({ type: "pkcs8", format: "der" })),
      signingAlgorithm,
      false,
      ["sign"],
    ),
    signingAlgorithm,
  };
}

/** A certificate in PEM, its last newline included. */
export function pemOf(certificate: X509Certificate): string {
  return `${certificate.toString("pem")}\n`;
}

function readChain(pem: string): X509Certificate[] {
  let chain: X509Certificate[];
  try {
    chain = PemConverter.decodeWithHeaders(pem)
      .filter(({ type }) => type === "CERTIFICATE")
      .map(({ rawData }) => new X509Certificate(rawData));
  } catch (cause) {
    throw new AuthorityError("its certificate is damaged", { cause });
  }
  if (chain.length <= MAX_CHAIN) return chain;
  throw new AuthorityError(
    `its chain has ${chain.length} certificates, ${MAX_CHAIN} at most are wanted`,
  );
}

function readKey(pem: string): KeyObject {
  const [block] = KEY_BLOCK.exec(pem) ?? [];
  if (block === undefined) {
    throw new AuthorityError("the key's file holds no PEM private key");
  }
  if (block.includes("ENCRYPTED")) {
    throw new AuthorityError(
      "its key is encrypted, one without a passphrase is wanted " +
        "(openssl pkey -in KEY -out PLAIN takes it off)",
    );
  }
  try {
    return createPrivateKey(block);
  } catch {
    // What the parser says could hold some of the key.
    throw new AuthorityError("its key is damaged");
  }
}

function checkKey(certificate: X509Certificate, key: KeyObject): void {
  const ofKey = createPublicKey(key).export({ type: "spki", format: "der" });
  const ofCertificate = new Uint8Array(certificate.publicKey.rawData);
  if (new Uint8Array(ofKey).toHex() !== ofCertificate.toHex()) {
    throw new AuthorityError(
      "its key does not belong to its certificate (the first, of several)",
    );
  }
}

function checkUse(certificate: X509Certificate): void {
  if (!certificate.getExtension(BasicConstraintsExtension)?.ca) {
    throw new AuthorityError(
      "its certificate is not that of an authority (basicConstraints CA:TRUE)",
    );
  }
  const usages = certificate.getExtension(KeyUsagesExtension)?.usages;
  if (usages !== undefined && !(usages & KeyUsageFlags.keyCertSign)) {
    throw new AuthorityError(
      "its certificate may not sign others (keyUsage keyCertSign)",
    );
  }
}

/** What clients want of each certificate of a chain. */
function checkAcceptable(certificate: X509Certificate): void {
  // RFC 5280 §4.1.2.6: an authority's subject is not empty.
  if (certificate.subject === "") {
    throw new AuthorityError("its certificate has no subject");
  }
  // Not the RFC but clients take it for all that is below (CA/Browser Forum, Baseline Requirements §7.1.2).
  const usages = certificate.getExtension(ExtendedKeyUsageExtension)?.usages;
  if (usages === undefined || usages.some(isForServers)) return;
  throw new AuthorityError(
    `its certificate ${certificate.subject} is not for servers (extendedKeyUsage serverAuth)`,
  );
}

function isForServers(usage: unknown): boolean {
  return usage === ExtendedKeyUsage.serverAuth || usage === ANY_USAGE;
}

function checkTime(
  { notBefore, notAfter }: X509Certificate,
  nowMs: number,
): void {
  if (notAfter.getTime() < nowMs) {
    throw new AuthorityError(
      `its certificate expired on ${notAfter.toISOString()}`,
    );
  }
  if (notBefore.getTime() > nowMs) {
    throw new AuthorityError(
      `its certificate is not valid before ${notBefore.toISOString()}; ` +
        `it is ${new Date(nowMs).toISOString()} here`,
    );
  }
}

/** Each certificate has to be signed by the one after it (RFC 8446 §4.4.2). */
function checkChain(chain: readonly X509Certificate[]): void {
  const nodes = chain.map(nodeCertificate);
  for (const [at, issuer] of nodes.entries()) {
    const issued = nodes[at - 1];
    if (issued === undefined || isIssuedBy(issued, issuer)) continue;
    throw new AuthorityError(
      `its chain is out of order: certificate ${at} is not issued by the one after it`,
    );
  }
}

/** What every certificate of the chain permits (RFC 5280 §6.1.4). */
function permittedBy(chain: readonly X509Certificate[]): NameTest {
  try {
    const tests = chain.map(({ extensions }) => permittedNames(extensions));
    return (name) => tests.every((permits) => permits(name));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new AuthorityError(cause.message, { cause });
  }
}

function isIssuedBy(
  certificate: NodeCertificate,
  issuer: NodeCertificate,
): boolean {
  return certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey);
}

function algorithmOf(key: KeyObject): Authority["signingAlgorithm"] {
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa" && modulusLength >= MIN_RSA_BITS) {
    return RSA;
  }
  const curve = key.asymmetricKeyType === "ec" ? CURVES[namedCurve] : undefined;
  if (curve !== undefined) return curve;
  throw new AuthorityError(
    `its key is ${keyInWords(key)}, ` +
      `RSA of ${MIN_RSA_BITS} bits or more, P-256, P-384 or P-521 is wanted`,
  );
}

function keyInWords(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  const detail = namedCurve ?? (modulusLength && `of ${modulusLength} bits`);
  return [key.asymmetricKeyType, detail].filter(Boolean).join(" ");
}

function nodeCertificate(certificate: X509Certificate): NodeCertificate {
  return new NodeCertificate(new Uint8Array(certificate.rawData));
}
