/**
 * IPv4 addresses as numbers of 32 bits: the form in which they are compared, at a tenth
 * of what a parsed object costs. It reads one spelling only, four decimal numbers; the
 * others are a matter of host_literal.ts.
 */

/**
 * The address as a number from 0 to 2³² - 1, first octet highest; -1 for anything but four
 * decimal numbers without leading zeros.
 *
 * @example
 * ```ts
 * import { ipv4Number } from "./ipv4_number.ts";
 * ipv4Number("127.0.0.1"); // 2130706433
 * ipv4Number("127.1"); // -1
 * ```
 */
export function ipv4Number(text: string): number {
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      address = address * 256 + octet;
      octet = -1;
    } else {
      if (digit < 0 || digit > 9 || octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}

const ZERO = 48;
/** A full stop, counted from the digit zero. */
const DOT = -2;

/** The address in four decimal numbers. */
export function ipv4Text(address: number): string {
  const octets = [address >>> 24, address >>> 16, address >>> 8, address];
  return octets.map((octet) => octet & 255).join(".");
}
