/** A certificate taken apart (RFC 5280 §4.1), without the library that makes ours. */

import { type Der, elements, oidText, timeMs, within } from "./der.ts";

/** An extension of a certificate. */
export interface Extension {
  readonly isCritical: boolean;
  /** What stands in the OCTET STRING. */
  readonly value: Der;
}

/** The parts of a certificate that are looked at. */
export interface Certificate {
  readonly version: number;
  readonly serial: Uint8Array;
  readonly innerAlgorithm: Uint8Array;
  readonly outerAlgorithm: Uint8Array;
  readonly issuer: Der;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly subject: Der;
  readonly extensions: ReadonlyMap<string, Extension>;
  readonly hasDuplicates: boolean;
}

/** The first certificate of a PEM text. @throws {Error} for what is none. */
export function readCertificate(pem: string): Certificate {
  const [, text = ""] =
    /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem) ??
      [];
  const [tbs, outer] = within(
    elements(Uint8Array.fromBase64(text.replace(/\s/g, "")))[0]!,
  );
  const [version, serial, inner, issuer, validity, subject, , ...optional] =
    within(tbs!);
  const [notBefore, notAfter] = within(validity!);
  const listed = optional.filter(({ tag }) => tag === 0xa3)
    .flatMap((explicit) => within(within(explicit)[0]!)).map(extensionOf);
  const extensions = new Map(listed);
  return {
    version: within(version!)[0]!.content[0]! + 1,
    serial: serial!.content,
    innerAlgorithm: inner!.raw,
    outerAlgorithm: outer!.raw,
    issuer: issuer!,
    notBeforeMs: timeMs(notBefore!),
    notAfterMs: timeMs(notAfter!),
    subject: subject!,
    extensions,
    hasDuplicates: extensions.size !== listed.length,
  };
}

function extensionOf(extension: Der): [string, Extension] {
  const parts = within(extension);
  const isCritical = parts.length === 3 && parts[1]!.content[0] === 0xff;
  const [value] = within(parts.at(-1)!);
  return [oidText(parts[0]!), { isCritical, value: value! }];
}
