/**
 * What kind of network an address belongs to, by the IANA registries of special-purpose
 * addresses (RFC 6890, RFC 8190) and of IPv6 address space: public is what is left over. An
 * IPv6 address is judged as itself here; the IPv4 addresses that it may hold are a matter of
 * embedded_ipv4.ts.
 */

import ipaddr from "ipaddr.js";
import { ipv4Number } from "./ipv4_number.ts";

/** The kinds of addresses. */
export type AddressClass =
  | "public"
  | "unspecified"
  | "loopback"
  | "private"
  | "link-local"
  | "unique-local"
  | "carrier-grade-nat"
  | "multicast"
  | "broadcast"
  | "documentation"
  | "benchmarking"
  | "translation"
  | "platform"
  | "reserved";

// Of several ranges with an address in them the narrowest counts. Differences from the registry's
// "globally reachable": the anycast addresses of PCP and TURN reach a network's own gateway, and
// ORCHIDs and drones' tags are names without a place to route to, so that these stay reserved.
const IPV4_RANGES: readonly (readonly [range: string, of: AddressClass])[] = [
  ["0.0.0.0/8", "unspecified"], // RFC 791 §3.2
  ["10.0.0.0/8", "private"], // RFC 1918
  ["100.64.0.0/10", "carrier-grade-nat"], // RFC 6598
  ["127.0.0.0/8", "loopback"], // RFC 1122 §3.2.1.3
  ["168.63.129.16/32", "platform"], // Azure: the host of the virtual machine
  ["169.254.0.0/16", "link-local"], // RFC 3927; metadata of most clouds
  ["172.16.0.0/12", "private"], // RFC 1918
  ["192.0.0.0/24", "reserved"], // RFC 6890 §2.1
  ["192.0.2.0/24", "documentation"], // RFC 5737
  ["192.88.99.0/24", "reserved"], // RFC 7526
  ["192.168.0.0/16", "private"], // RFC 1918
  ["198.18.0.0/15", "benchmarking"], // RFC 2544
  ["198.51.100.0/24", "documentation"], // RFC 5737
  ["203.0.113.0/24", "documentation"], // RFC 5737
  ["224.0.0.0/4", "multicast"], // RFC 5771
  ["240.0.0.0/4", "reserved"], // RFC 1112 §4
  ["255.255.255.255/32", "broadcast"], // RFC 919 §7
];

const IPV6_RANGES: readonly (readonly [range: string, of: AddressClass])[] = [
  ["::/0", "reserved"], // RFC 4291 §2.4: only 2000::/3 is given out
  ["::/128", "unspecified"], // RFC 4291 §2.5.2
  ["::1/128", "loopback"], // RFC 4291 §2.5.3
  ["64:ff9b::/96", "public"], // RFC 6052: by the IPv4 address in it
  ["64:ff9b:1::/48", "translation"], // RFC 8215
  ["2000::/3", "public"],
  ["2001::/23", "reserved"], // RFC 2928
  ["2001::/32", "public"], // RFC 4380, Teredo: by the IPv4 addresses in it
  ["2001:2::/48", "benchmarking"], // RFC 5180
  ["2001:3::/32", "public"], // RFC 7450
  ["2001:4:112::/48", "public"], // RFC 7535
  ["2001:db8::/32", "documentation"], // RFC 3849
  ["3fff::/20", "documentation"], // RFC 9637
  ["fc00::/7", "unique-local"], // RFC 4193; fd00:ec2::254, fd20:ce::254: metadata
  ["fe80::/10", "link-local"], // RFC 4291 §2.5.6
  ["fec0::/10", "private"], // RFC 3879: what site-local was
  ["ff00::/8", "multicast"], // RFC 4291 §2.7
];

interface Ipv4Range {
  readonly first: number;
  readonly last: number;
  readonly of: AddressClass;
}

interface Ipv6Range {
  readonly base: ipaddr.IPv6;
  readonly bits: number;
  readonly of: AddressClass;
}

// For each first octet the ranges that it may be in, the narrowest first.
const IPV4_BY_OCTET: readonly (readonly Ipv4Range[])[] = ipv4ByOctet();
const IPV6_BY_OCTET: readonly (readonly Ipv6Range[])[] = ipv6ByOctet();

/**
 * The class of an IPv4 address, given as a number of 32 bits.
 *
 * @example
 * ```ts
 * import { ipv4Class } from "./address_class.ts";
 * ipv4Class(0xa9fea9fe); // "link-local": 169.254.169.254
 * ```
 */
export function ipv4Class(address: number): AddressClass {
  for (const { first, last, of } of IPV4_BY_OCTET[address >>> 24]!) {
    if (address >= first && address <= last) return of;
  }
  return "public";
}

/** The class of an IPv6 address as itself, whatever IPv4 addresses it may hold. */
export function ipv6Class(address: ipaddr.IPv6): AddressClass {
  for (const { base, bits, of } of IPV6_BY_OCTET[address.parts[0]! >>> 8]!) {
    if (address.match(base, bits)) return of;
  }
  return "reserved";
}

/** A class in words that can follow "is". */
export function classInWords(of: AddressClass): string {
  return IN_WORDS[of];
}

const IN_WORDS: Readonly<Record<AddressClass, string>> = {
  "public": "a public address",
  "unspecified": "an unspecified address",
  "loopback": "a loopback address",
  "private": "a private address",
  "link-local": "a link-local address",
  "unique-local": "a unique-local (private) address",
  "carrier-grade-nat": "an address shared by a provider's customers",
  "multicast": "a multicast address",
  "broadcast": "the broadcast address",
  "documentation": "an address for documentation",
  "benchmarking": "an address for benchmarks",
  "translation": "an address of a network's own IPv4 translation",
  "platform": "an address of the cloud platform",
  "reserved": "a reserved address",
};

function ipv4ByOctet(): Ipv4Range[][] {
  const narrowestFirst = IPV4_RANGES.map(ipv4Range)
    .toSorted((a, b) => a.last - a.first - (b.last - b.first));
  return Array.from(
    { length: 256 },
    (_, octet) =>
      narrowestFirst.filter(({ first, last }) =>
        first >>> 24 <= octet && octet <= last >>> 24
      ),
  );
}

function ipv4Range(
  [range, of]: readonly [range: string, of: AddressClass],
): Ipv4Range {
  const [base, bits] = range.split("/");
  const first = ipv4Number(base!);
  return { first, last: first + 2 ** (32 - Number(bits)) - 1, of };
}

function ipv6ByOctet(): Ipv6Range[][] {
  const narrowestFirst = IPV6_RANGES.map(([range, of]) => {
    const [base, bits] = ipaddr.IPv6.parseCIDR(range);
    return { base, bits, of };
  }).toSorted((a, b) => b.bits - a.bits);
  return Array.from({ length: 256 }, (_, octet) => {
    const start = new ipaddr.IPv6([octet << 8, 0, 0, 0, 0, 0, 0, 0]);
    return narrowestFirst.filter(({ base, bits }) =>
      base.match(start, Math.min(bits, 8))
    );
  });
}
