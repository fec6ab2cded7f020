/**
 * Addresses and ranges of them (CIDR, RFC 4632, RFC 4291 §2.3) as keys that can be looked up:
 * a range holds an address when the address, cut to the range's bits, has the range's key.
 * An IPv4 address that is mapped into IPv6 counts as the IPv4 address that it is.
 */

import ipaddr from "ipaddr.js";
import { type IpAddress, parseIp } from "../ip_range.ts";

/** The first bits of an address. */
export interface AddressPrefix {
  /** The address in network order: 4 or 16 bytes. */
  readonly address: readonly number[];
  /** How many bits count; the others have no meaning. */
  readonly bits: number;
}

// The parser of addresses throws inside, which is slow for the many texts that are hosts.
const LIKE_A_RANGE = /^(\d[\d.]+|[\da-f]*:[\da-f:.]*)(?:\/(\d{1,3}))?$/i;

/** Reads an address (`192.0.2.7`) or a range (`10.0.0.0/8`); undefined for anything else. */
export function parseAddressPrefix(text: string): AddressPrefix | undefined {
  const [, base, digits] = LIKE_A_RANGE.exec(text) ?? [];
  const ip = base === undefined ? undefined : parseIp(base);
  if (base === undefined || ip === undefined) return undefined;
  const address = addressBytes(ip);
  const widest = 8 * address.length;
  // A range of mapped addresses counts its bits from the start of the IPv6 address.
  const isMapped = widest === 32 && base.includes(":");
  const bits = digits === undefined
    ? widest
    : Number(digits) - (isMapped ? 96 : 0);
  return bits < 0 || bits > widest ? undefined : { address, bits };
}

/** An address in network order: 4 or 16 bytes. */
export function addressBytes(ip: IpAddress): readonly number[] {
  return ip.toByteArray();
}

/** The key of the range of that many bits around an address: no two ranges share one. */
export function prefixKey(address: readonly number[], bits: number): string {
  return String.fromCharCode(bits, ...masked(address, bits));
}

/** The range of a {@linkcode prefixKey}, as one writes it; a single address without its bits. */
export function prefixText(key: string): string {
  const [bits = 0, ...address] = Array.from(key, (byte) => byte.charCodeAt(0));
  const base = ipaddr.fromByteArray(address).toString();
  return bits === 8 * address.length ? base : `${base}/${bits}`;
}

function masked(address: readonly number[], bits: number): number[] {
  return address.map((byte, i) => {
    const rest = bits - 8 * i;
    return rest >= 8 ? byte : rest <= 0 ? 0 : byte & (0xff00 >> rest);
  });
}
