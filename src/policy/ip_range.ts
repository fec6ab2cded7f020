/**
 * Addresses and ranges of them. An IPv4 address that is mapped into IPv6 counts as the IPv4
 * address that it is (RFC 4291 §2.5.5.2).
 */

import ipaddr from "ipaddr.js";

/** An IP address. */
export type IpAddress = ipaddr.IPv4 | ipaddr.IPv6;

/** One address, or all those with the same first bits. */
export interface IpRange {
  contains(address: IpAddress): boolean;
}

/** Reads an address; undefined for anything else. A zone (`%eth0`) does not count. */
export function parseIp(text: string): IpAddress | undefined {
  const plain = text.includes("%") ? text.replace(/%.*$/s, "") : text;
  const isAddress = plain.includes(":")
    ? ipaddr.IPv6.isValid(plain)
    : ipaddr.IPv4.isValidFourPartDecimal(plain);
  return isAddress ? ipaddr.process(plain) : undefined;
}

/** Reads an address (`192.0.2.7`) or a range (`10.0.0.0/8`); undefined for anything else. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, base, bits] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = base === undefined ? undefined : parseIp(base);
  if (base === undefined || address === undefined) return undefined;
  const widest = address.kind() === "ipv4" ? 32 : 128;
  if (bits === undefined) return rangeOf(address, widest);
  // A range of mapped addresses counts its bits from the start of the IPv6 address.
  const isMapped = widest === 32 && base.includes(":");
  const prefix = Number(bits) - (isMapped ? 96 : 0);
  return prefix < 0 || prefix > widest ? undefined : rangeOf(address, prefix);
}

function rangeOf(base: IpAddress, bits: number): IpRange {
  const kind = base.kind();
  return {
    contains: (address) => address.kind() === kind && address.match(base, bits),
  };
}
