/**
 * Many ranges of addresses as one question: is this address in any of them? For lists such as
 * that of the clients that may connect. An IPv4 address that is mapped into IPv6 counts as the
 * IPv4 address that it is; a range of one family holds none of the other.
 */

import ipaddr from "ipaddr.js";
import { InvalidValue, unwanted } from "./invalid_value.ts";
import { parseIp } from "./ip_range.ts";
import { ipv4Number } from "./ipv4_number.ts";

/** How many ranges a set may have. */
const MAX_RANGES = 100_000;

interface Span<Address> {
  readonly first: Address;
  readonly last: Address;
}

/** A set of addresses, made of ranges. */
export class IpRangeSet {
  readonly #ipv4: readonly Span<number>[];
  readonly #ipv6: readonly Span<bigint>[];

  /**
   * @param ranges Addresses (`192.0.2.7`, `2001:db8::7`) and ranges (`10.0.0.0/8`).
   * @param place Where they come from, for the error, such as `--allow-client`.
   * @throws {InvalidValue} with the first text that is neither, and what is wrong with it.
   *
   * @example
   * ```ts
   * import { IpRangeSet } from "./ip_range_set.ts";
   * const clients = new IpRangeSet(["10.0.0.0/8", "::1"], "--allow-client");
   * clients.contains("::ffff:10.1.2.3"); // true
   * ```
   */
  constructor(ranges: readonly string[], place: string) {
    if (ranges.length > MAX_RANGES) {
      throw new InvalidValue(place, `has more than ${MAX_RANGES} ranges`);
    }
    const parsed = ranges.map((range) => parseRange(range, place));
    this.#ipv4 = merged(parsed.flatMap(({ ipv4 }) => ipv4 ?? []));
    this.#ipv6 = merged(parsed.flatMap(({ ipv6 }) => ipv6 ?? []));
  }

  /** True for an address (with or without a zone) in one of the ranges; false for what is no address. */
  contains(address: string): boolean {
    const ipv4 = ipv4Number(address);
    if (ipv4 >= 0) return this.containsIpv4(ipv4);
    const ip = parseIp(address);
    if (ip === undefined) return false;
    return ip instanceof ipaddr.IPv6
      ? this.containsIpv6(ip)
      : this.containsIpv4(ipv4Number(ip.toString()));
  }

  /** The same for an IPv4 address as a number of 32 bits. */
  containsIpv4(address: number): boolean {
    return isInSpans(this.#ipv4, address);
  }

  /** The same for an IPv6 address. */
  containsIpv6(address: ipaddr.IPv6): boolean {
    return this.#ipv6.length > 0 && isInSpans(this.#ipv6, ipv6Number(address));
  }
}

interface ParsedRange {
  readonly ipv4?: Span<number>;
  readonly ipv6?: Span<bigint>;
}

const WANTED = 'an address such as "192.0.2.7" or a range such as "10.0.0.0/8"';

function parseRange(text: string, place: string): ParsedRange {
  const [, base = "", bits] = /^([^/%]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const ip = parseIp(base);
  if (ip === undefined) throw unwanted(text, place, WANTED);
  if (ip instanceof ipaddr.IPv6) {
    const prefix = checkedPrefix(bits ?? "128", 0, 128, text, place);
    return { ipv6: ipv6Span(ipv6Number(ip), prefix) };
  }
  // A range of mapped addresses counts its bits from the start of the IPv6 address.
  const offset = base.includes(":") ? 96 : 0;
  const most = 32 + offset;
  const prefix = checkedPrefix(bits ?? `${most}`, offset, most, text, place);
  return { ipv4: ipv4Span(ipv4Number(ip.toString()), prefix - offset) };
}

function checkedPrefix(
  bits: string,
  least: number,
  most: number,
  text: string,
  place: string,
): number {
  const prefix = Number(bits);
  if (prefix >= least && prefix <= most) return prefix;
  throw unwanted(text, place, `${least} to ${most} bits behind the slash`);
}

function ipv4Span(address: number, prefix: number): Span<number> {
  const size = 2 ** (32 - prefix);
  const first = address - address % size;
  return { first, last: first + size - 1 };
}

function ipv6Span(address: bigint, prefix: number): Span<bigint> {
  const size = 1n << BigInt(128 - prefix);
  const first = address - address % size;
  return { first, last: first + size - 1n };
}

function ipv6Number({ parts }: ipaddr.IPv6): bigint {
  return parts.reduce((sum, part) => sum << 16n | BigInt(part), 0n);
}

/** In order, those that overlap as one: what a binary search wants. */
function merged<Address extends number | bigint>(
  spans: readonly Span<Address>[],
): readonly Span<Address>[] {
  const kept: Span<Address>[] = [];
  const sorted = spans.toSorted((a, b) =>
    a.first < b.first ? -1 : a.first > b.first ? 1 : 0
  );
  for (const span of sorted) {
    const before = kept.at(-1);
    if (before === undefined || span.first > before.last) kept.push(span);
    else if (span.last > before.last) {
      kept[kept.length - 1] = { first: before.first, last: span.last };
    }
  }
  return kept;
}

function isInSpans<Address extends number | bigint>(
  spans: readonly Span<Address>[],
  address: Address,
): boolean {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { first, last } = spans[middle]!;
    if (address < first) high = middle;
    else if (address > last) low = middle + 1;
    else return true;
  }
  return false;
}
