/**
 * Which names an authority's certificate lets it sign for, as clients judge that (RFC 5280
 * §4.2.1.10): those that it permits, if it names any of their kind, and none that it
 * excludes. Reads what name_constraints.ts and other programs encode.
 */

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { CertifiedName } from "./certified_name.ts";
import type { Extension } from "./x509.ts";

const OID = "2.5.29.30";
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;
/** GeneralName: dNSName and iPAddress (RFC 5280 §4.2.1.6). */
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;
const DIRECTORY_NAME = 0xa4;
/** The length is in as many bytes as the lower bits say (X.690 §8.1.3.5). */
const LONG_LENGTH = 0x80;

/** Whether a certificate may be made out to a name. */
export type NameTest = (name: CertifiedName) => boolean;

/** A tag and its contents (X.690 §8.1). */
interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

/**
 * What `extensions` of an authority permit; everything without the one that says so.
 *
 * @throws {TypeError} when the extension is damaged, or permits directory names: the subject of a
 * certificate for a host is within none.
 */
export function permittedNames(extensions: readonly Extension[]): NameTest {
  const extension = extensions.find(({ type }) => type === OID);
  if (extension === undefined) return () => true;
  const [constraints] = elements(new Uint8Array(extension.value));
  if (constraints?.tag !== SEQUENCE) throw damaged();
  const lists = elements(constraints.content);
  const permitted = basesOf(lists, PERMITTED);
  const excluded = basesOf(lists, EXCLUDED);
  if (permitted.some(({ tag }) => tag === DIRECTORY_NAME)) {
    throw new TypeError(
      "its name constraints (RFC 5280 §4.2.1.10) bind subjects to a directoryName, which certificates for hosts have not",
    );
  }
  return (name) => {
    const tag = name.type === "dns" ? DNS_NAME : IP_ADDRESS;
    const ofKind = (base: Element) => base.tag === tag;
    const covers = ({ content }: Element) => isWithin(name, content);
    if (excluded.filter(ofKind).some(covers)) return false;
    const bases = permitted.filter(ofKind);
    return bases.length === 0 || bases.some(covers);
  };
}

/** The bases of the subtrees of a list: minimum and maximum are not used (RFC 5280). */
function basesOf(lists: readonly Element[], tag: number): Element[] {
  const list = lists.find((list) => list.tag === tag);
  if (list === undefined) return [];
  return elements(list.content).flatMap(({ content }) =>
    elements(content).slice(0, 1)
  );
}

function isWithin(name: CertifiedName, base: Uint8Array): boolean {
  return name.type === "dns"
    ? isBelow(name.value, new TextDecoder().decode(base).toLowerCase())
    : isInRange(name.value, base);
}

/** A base with a leading dot is not in the RFC; clients take it for what lies below. */
function isBelow(host: string, base: string): boolean {
  if (base === "" || host === base) return true;
  return host.endsWith(base.startsWith(".") ? base : `.${base}`);
}

/** The base is an address and a mask of its length. */
function isInRange(address: string, base: Uint8Array): boolean {
  if (isIP(address) === 0) return false;
  const bytes = ipaddr.parse(address).toByteArray();
  if (base.length !== 2 * bytes.length) return false;
  return bytes.every((byte, i) => {
    const mask = base[bytes.length + i]!;
    return (byte & mask) === (base[i]! & mask);
  });
}

function elements(bytes: Uint8Array): Element[] {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = bytes[at]!;
    const { start, length } = lengthAt(bytes, at + 1);
    at = start + length;
    if (at > bytes.length) throw damaged();
    found.push({ tag, content: bytes.subarray(start, at) });
  }
  return found;
}

function lengthAt(
  bytes: Uint8Array,
  at: number,
): { start: number; length: number } {
  const first = bytes[at];
  if (first === undefined) throw damaged();
  if (first < LONG_LENGTH) return { start: at + 1, length: first };
  const start = at + 1 + (first - LONG_LENGTH);
  const length = bytes.subarray(at + 1, start)
    .reduce((sum, byte) => sum * 256 + byte, 0);
  return { start, length };
}

function damaged(): TypeError {
  return new TypeError("its name constraints (RFC 5280 §4.2.1.10) are damaged");
}
