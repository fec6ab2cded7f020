/**
 * The extension that binds an authority to some names (RFC 5280 §4.2.1.10): what it signs
 * for others, whoever had its key, clients refuse. Holds the encoding, which the library
 * lacks; knows nothing of keys or files.
 */

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { certifiedName } from "./certified_name.ts";
import { Extension, GeneralName } from "./x509.ts";

const OID = "2.5.29.30";
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const EXCLUDED = 0xa1;

/** A kind of name that none is permitted of has to be excluded: what is not named is free. */
const ALL: Readonly<Record<"dns" | "ip", readonly string[]>> = {
  dns: [""],
  ip: ["0.0.0.0/0", "0:0:0:0:0:0:0:0/0"],
};

/** The base of a subtree of names. */
interface Subtree {
  readonly type: "dns" | "ip";
  readonly value: string;
}

/**
 * The critical extension for an authority of `permitted` names alone.
 *
 * @param permitted Host names, each with all names below it; addresses, and ranges such as
 * `10.0.0.0/8`. At least one.
 * @throws {TypeError} for an entry that is none of these, and for none.
 */
export function nameConstraints(permitted: readonly string[]): Extension {
  const subtrees = permitted.map(subtreeOf);
  if (subtrees.length === 0) {
    throw new TypeError("Cannot constrain an authority: no name is permitted");
  }
  const excluded = (["dns", "ip"] as const)
    .filter((type) => !subtrees.some((subtree) => subtree.type === type))
    .flatMap((type) => ALL[type].map((value) => ({ type, value })));
  const lists = [der(PERMITTED, ...subtrees.map(encoded))];
  if (excluded.length > 0) lists.push(der(EXCLUDED, ...excluded.map(encoded)));
  return new Extension(OID, true, der(SEQUENCE, ...lists));
}

/** The extension's value in hexadecimal for comparing, if `extensions` has it. */
export function constraintsOf(
  extensions: readonly Extension[],
): string | undefined {
  const found = extensions.find(({ type }) => type === OID);
  return found && new Uint8Array(found.value).toHex();
}

function subtreeOf(entry: string): Subtree {
  const [, base = entry, bits] = /^([^/]*)\/(\d{1,3})$/.exec(entry) ?? [];
  const { type, value } = certifiedName(base);
  if (type === "dns" && bits === undefined) return { type, value };
  const widest = isIP(value) === 4 ? 32 : 128;
  const prefix = Number(bits ?? widest);
  if (type === "dns" || prefix > widest) {
    throw new TypeError(
      `Cannot constrain an authority to ${JSON.stringify(entry)}: ` +
        "it is no host name, address or range such as 10.0.0.0/8",
    );
  }
  return { type, value: `${networkOf(value, prefix)}/${prefix}` };
}

/** The range's first address: bits beyond the prefix are zero. */
function networkOf(address: string, prefix: number): string {
  const cidr = `${address}/${prefix}`;
  return isIP(address) === 4
    ? ipaddr.IPv4.networkAddressFromCIDR(cidr).toString()
    : ipaddr.IPv6.networkAddressFromCIDR(cidr).toNormalizedString();
}

/** GeneralSubtree: the base alone; minimum and maximum are not used (RFC 5280). */
function encoded({ type, value }: Subtree): Uint8Array<ArrayBuffer> {
  const base = new GeneralName(type, value).rawData;
  return der(SEQUENCE, new Uint8Array(base));
}

/** A tag, a length and contents (X.690 §8.1). */
function der(
  tag: number,
  ...contents: readonly Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const length = contents.reduce((sum, { length }) => sum + length, 0);
  return Uint8Array.from([
    tag,
    ...lengthOctets(length),
    ...contents.flatMap((part) => [...part]),
  ]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  if (length < 0x100) return [0x81, length];
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff];
  throw new TypeError("Cannot constrain an authority: too many names");
}
