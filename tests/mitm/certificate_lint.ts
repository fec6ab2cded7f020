/**
 * A lint for certificates: what RFC 5280 and the baseline requirements of the CA/Browser
 * Forum (version 2, §7.1) want of a server's certificate and of an authority's, as far as
 * they bind an authority that is no public one. Reads DER by itself and not by the library
 * that made it.
 */

import {
  type Certificate,
  type Extension,
  readCertificate,
} from "./certificate_parts.ts";
import { type Der, oidText, within } from "./der.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const MAX_DAYS = 90;
/** The most that a clock may be late, as browsers report of their users' (one hour is met often). */
const SKEW_MS = 60 * 60 * 1000;

const OID = {
  commonName: "2.5.4.3",
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  crlDistributionPoints: "2.5.29.31",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  authorityInfoAccess: "1.3.6.1.5.5.7.1.1",
  serverAuth: "1.3.6.1.5.5.7.3.1",
} as const;

const UTF8_STRING = 0x0c;
const PRINTABLE_STRING = 0x13;
/** Of mail addresses and domain components alone. */
const IA5_STRING = 0x16;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/** A label of a DNS name, and the underscores that are met all the same. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** What is wrong with a leaf of that authority, in words; nothing when all is in order. */
export function lintLeaf(
  leafPem: string,
  authorityPem: string,
  nowMs: number,
): string[] {
  const leaf = readCertificate(leafPem);
  const authority = readCertificate(authorityPem);
  return [
    ...lintCommon(leaf),
    ...lintTime(leaf, authority, nowMs),
    ...lintNames(leaf),
    ...lintLeafUse(leaf),
    ...lintLink(leaf, authority),
  ];
}

/** What is wrong with an authority's certificate, in words. */
export function lintAuthority(pem: string): string[] {
  const authority = readCertificate(pem);
  const constraints = authority.extensions.get(OID.basicConstraints);
  const usage = authority.extensions.get(OID.keyUsage);
  return [
    ...lintCommon(authority),
    ...unless(constraints?.isCritical === true, "basicConstraints critical"),
    ...unless(constraints?.value.content[0] === 0x01, "cA true"),
    ...unless(usage?.isCritical === true, "keyUsage critical"),
    ...unless((bitsOf(usage) & 0x04) !== 0, "keyCertSign"),
    ...unless(
      authority.extensions.has(OID.subjectKeyIdentifier),
      "subjectKeyIdentifier",
    ),
    ...unless(
      authority.extensions.get(OID.nameConstraints)?.isCritical ?? true,
      "nameConstraints critical",
    ),
    ...unless(within(authority.subject).length > 0, "a subject"),
  ];
}

/** RFC 5280 §4.1, §4.2; BR §7.1.2, §7.1.3. */
function lintCommon(certificate: Certificate): string[] {
  const { serial, version, extensions } = certificate;
  const sameAlgorithm = hex(certificate.innerAlgorithm) ===
    hex(certificate.outerAlgorithm);
  const bits = BigInt(`0x${hex(serial)}`).toString(2).length;
  return [
    ...unless(version === 3, "version 3"),
    ...unless((serial[0]! & 0x80) === 0, "a positive serial"),
    ...unless(serial.length <= 20, "a serial of 20 octets at most"),
    ...unless(bits >= 64, "a serial of 64 bits at least"),
    ...unless(serial[0] !== 0 || serial[1]! >= 0x80, "a serial in DER"),
    ...unless(sameAlgorithm, "the same algorithm within and without"),
    ...unless(!certificate.hasDuplicates, "each extension once"),
    ...unless(
      extensions.get(OID.subjectKeyIdentifier)?.isCritical !== true,
      "subjectKeyIdentifier not critical",
    ),
    ...lintStrings(certificate.subject),
    ...lintStrings(certificate.issuer),
  ];
}

/** RFC 5280 §4.1.2.4, appendix A.1: which strings names have, and what may be in them. */
function lintStrings(name: Der): string[] {
  return within(name).flatMap(within).flatMap((attribute) => {
    const [type, value] = within(attribute);
    const text = new TextDecoder().decode(value?.content);
    const isPrintable = /^[A-Za-z0-9 '()+,./:=?-]*$/.test(text);
    return [
      ...unless(
        value?.tag === UTF8_STRING || value?.tag === IA5_STRING ||
          value?.tag === PRINTABLE_STRING && isPrintable,
        `"${text}" as UTF8String`,
      ),
      ...unless(
        oidText(type!) !== OID.commonName || text.length <= 64,
        "a common name of 64 characters at most",
      ),
    ];
  });
}

function lintTime(
  { notBeforeMs, notAfterMs }: Certificate,
  authority: Certificate,
  nowMs: number,
): string[] {
  const isSkewed = notBeforeMs <= nowMs - SKEW_MS ||
    notBeforeMs === authority.notBeforeMs;
  return [
    // Both ends count (§4.1.2.5).
    ...unless(
      notAfterMs - notBeforeMs + 1000 <= MAX_DAYS * DAY_MS,
      `${MAX_DAYS} days at most`,
    ),
    ...unless(isSkewed, "notBefore early enough for clocks that are late"),
    ...unless(notAfterMs > nowMs, "notAfter in the future"),
    ...unless(
      notBeforeMs >= authority.notBeforeMs &&
        notAfterMs <= authority.notAfterMs,
      "a time within the authority's",
    ),
  ];
}

/** RFC 5280 §4.2.1.6; BR §7.1.4. */
function lintNames({ subject, extensions }: Certificate): string[] {
  const alternatives = extensions.get(OID.subjectAltName);
  if (alternatives === undefined) return ["wanted: subjectAltName"];
  const names = within(alternatives.value);
  const attributes = within(subject).flatMap(within).map(within);
  const isEmpty = attributes.length === 0;
  return [
    ...unless(names.length === 1, "one name"),
    ...unless(
      alternatives.isCritical === isEmpty,
      "subjectAltName critical where the subject is empty, and only there",
    ),
    ...names.flatMap(lintName),
    ...attributes.flatMap(([type, value]) => [
      ...unless(oidText(type!) === OID.commonName, "commonName alone"),
      ...unless(
        names.some((name) =>
          name.tag === DNS_NAME && hex(name.content) === hex(value!.content)
        ),
        "a commonName that is the name",
      ),
    ]),
  ];
}

function lintName({ tag, content }: Der): string[] {
  if (tag === IP_ADDRESS) {
    return unless(
      content.length === 4 || content.length === 16,
      "an address of 4 or 16 octets",
    );
  }
  const text = new TextDecoder().decode(content);
  return [
    ...unless(tag === DNS_NAME, "dNSName or iPAddress"),
    ...unless(text.length <= 253, "a name of 253 characters at most"),
    // Neither dots at the end, capitals, wildcards nor what is beyond ASCII.
    ...unless(
      text.split(".").every((label) => LABEL.test(label)),
      "labels in lower case",
    ),
    ...unless(!/^[\d.]+$/.test(text), "addresses as iPAddress"),
  ];
}

/** BR §7.1.2.7. */
function lintLeafUse({ extensions }: Certificate): string[] {
  const constraints = extensions.get(OID.basicConstraints);
  const usage = extensions.get(OID.keyUsage);
  const purposes = extensions.get(OID.extendedKeyUsage);
  const ofPurposes = purposes === undefined
    ? []
    : within(purposes.value).map(oidText);
  return [
    ...unless(constraints?.isCritical === true, "basicConstraints critical"),
    // FALSE is the default, which DER leaves out.
    ...unless(constraints?.value.content.length === 0, "cA left out"),
    ...unless(usage?.isCritical === true, "keyUsage critical"),
    ...unless(bitsOf(usage) === 0x80, "digitalSignature alone"),
    ...unless(ofPurposes.join() === OID.serverAuth, "serverAuth alone"),
    ...unless(purposes?.isCritical === false, "extKeyUsage not critical"),
    ...unless(
      !extensions.has(OID.crlDistributionPoints) &&
        !extensions.has(OID.authorityInfoAccess),
      "no CRL or OCSP that nobody serves",
    ),
    ...unless(
      extensions.has(OID.subjectKeyIdentifier),
      "subjectKeyIdentifier",
    ),
    ...unless(!extensions.has(OID.nameConstraints), "no nameConstraints"),
  ];
}

/** RFC 5280 §4.1.2.4, §4.2.1.1: names are compared by their octets in many clients. */
function lintLink(leaf: Certificate, authority: Certificate): string[] {
  const own = authority.extensions.get(OID.subjectKeyIdentifier)?.value.content;
  const meant = leaf.extensions.get(OID.authorityKeyIdentifier);
  const [keyIdentifier] = meant === undefined ? [] : within(meant.value);
  return [
    ...unless(
      hex(leaf.issuer.raw) === hex(authority.subject.raw),
      "the authority's subject as issuer, octet by octet",
    ),
    ...unless(meant?.isCritical === false, "authorityKeyIdentifier"),
    ...unless(
      own === undefined || hex(keyIdentifier?.content) === hex(own),
      "the authority's key identifier",
    ),
  ];
}

function unless(isSo: boolean, wanted: string): string[] {
  return isSo ? [] : [`wanted: ${wanted}`];
}

/** The first octet of a BIT STRING's bits. */
function bitsOf(extension: Extension | undefined): number {
  return extension?.value.content[1] ?? 0;
}

function hex(bytes: Uint8Array | undefined): string {
  return (bytes ?? new Uint8Array(0)).toHex();
}
