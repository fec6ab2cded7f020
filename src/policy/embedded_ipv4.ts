/**
 * The IPv4 addresses that an IPv6 address holds: packets to it may end at them, whether by the
 * system (mapped), a translator (NAT64, SIIT) or a tunnel (6to4, Teredo, ISATAP). So whoever
 * judges the one has to judge the others.
 */

import type ipaddr from "ipaddr.js";

/**
 * The IPv4 addresses in an IPv6 address, as numbers of 32 bits; most hold none. Where the
 * place of the address depends on a length that only the network knows (RFC 8215), all places.
 *
 * @example
 * ```ts
 * import ipaddr from "ipaddr.js";
 * import { embeddedIpv4 } from "./embedded_ipv4.ts";
 * embeddedIpv4(ipaddr.IPv6.parse("2002:7f00:1::")); // [2130706433]
 * ```
 */
export function embeddedIpv4({ parts }: ipaddr.IPv6): readonly number[] {
  const places = prefixPlaces(parts);
  if (places !== undefined) return places;
  return isIsatap(parts) ? [pair(parts, 6)] : NONE;
}

const NONE: readonly number[] = [];

function prefixPlaces(parts: number[]): number[] | undefined {
  switch (parts[0]) {
    case 0:
      return isLowest96(parts) ? [pair(parts, 6)] : undefined;
    case 0x64:
      return parts[1] === 0xff9b ? nat64(parts) : undefined;
    case 0x2001:
      return parts[1] === 0 ? teredo(parts) : undefined;
    case 0x2002: // RFC 3056 §2
      return [pair(parts, 1)];
  }
  return undefined;
}

/**
 * RFC 4291 §2.5.5: compatible `::a.b.c.d` and mapped `::ffff:a.b.c.d`; RFC 2765 §2.1: translated
 * `::ffff:0:a.b.c.d`. `::` and `::1` are addresses of their own.
 */
function isLowest96(parts: number[]): boolean {
  if (parts[1] !== 0 || parts[2] !== 0 || parts[3] !== 0) return false;
  const [high, low] = [parts[4], parts[5]];
  if (high === 0 && low === 0) return pair(parts, 6) > 1;
  return high === 0 ? low === 0xffff : high === 0xffff && low === 0;
}

/** RFC 6052 §2.2: behind the well-known prefix 96 bits in, behind a network's own one earlier. */
function nat64(parts: number[]): number[] | undefined {
  const isWellKnown = parts.slice(2, 6).every((part) => part === 0);
  if (isWellKnown) return [pair(parts, 6)];
  if (parts[2] !== 1) return undefined;
  const bits = parts.slice(3).map((part) => part.toString(16).padStart(4, "0"))
    .join("");
  // Bits 64 to 71 are left free: the ninth octet, here the third.
  const packed = bits.slice(0, 4) + bits.slice(6);
  const early = [0, 2, 4].map((at) => parseInt(packed.slice(at, at + 8), 16));
  // Where the prefix is longer, its zeros read as part of an address: none leads to 0.0.0.0/8.
  return [pair(parts, 6), ...early.filter((address) => address > 0xffffff)];
}

/** RFC 4380 §4: the server's address, and the client's with all its bits turned. */
function teredo(parts: number[]): number[] {
  return [pair(parts, 2), ~pair(parts, 6) >>> 0];
}

/** RFC 5214 §6.1: `5efe` in an interface identifier, with the u and g bits of any value. */
function isIsatap(parts: number[]): boolean {
  return parts[5] === 0x5efe && (parts[4]! & 0xfcff) === 0;
}

function pair(parts: number[], at: number): number {
  return (parts[at]! << 16 | parts[at + 1]!) >>> 0;
}
