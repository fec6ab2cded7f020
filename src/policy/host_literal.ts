/**
 * Whether a host is an address or a name, in whatever spelling: the numbers that inet_aton(3)
 * reads, IPv6 with or without brackets, percent-escapes, full-width digits. It reads as the
 * WHATWG URL Standard §3.5 does, so that what is judged here is what a resolver or a dialler
 * would make of it; what merely looks like an address is invalid, never a name.
 */

import { quoted } from "../http1/fields.ts";
import { parseIp } from "./ip_range.ts";
import { ipv4Number } from "./ipv4_number.ts";

/** What a host is. */
export type HostLiteral =
  /** An address: IPv4 (mapped into IPv6 too) as four numbers, IPv6 by RFC 5952, without zone. */
  | { readonly kind: "address"; readonly address: string }
  /** A name to resolve, in lower case, as punycode, without a dot at its end. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "invalid"; readonly reason: string };

// What most hosts are already: lower-case labels, the last of which begins with no digit.
const PLAIN_NAME = /^(?:[a-z0-9_-]+\.)*[a-z_-][a-z0-9_-]*$/;
const ASCII_NAME = /^[A-Za-z0-9._-]+$/;
const IPV6_CHARACTERS = /^[0-9A-Fa-f:.]+$/;
// What `URL` would take for the end of the host, take out of it, or take for a port.
const NO_HOST = /[\0-\x20\x7f/\\?#@:[\]]/;

/**
 * Reads a host as it stands in an authority, without its port.
 *
 * @example
 * ```ts
 * import { readHost } from "./host_literal.ts";
 * readHost("0x7f.1"); // { kind: "address", address: "127.0.0.1" }
 * readHost("Example.COM."); // { kind: "name", name: "example.com" }
 * readHost("1.2.3.4.5").kind; // "invalid"
 * ```
 */
export function readHost(host: string): HostLiteral {
  if (PLAIN_NAME.test(host)) return { kind: "name", name: host };
  if (ipv4Number(host) >= 0) return { kind: "address", address: host };
  const bracketed = /^\[(.*)\]$/s.exec(host)?.[1];
  if (bracketed !== undefined) return readIpv6(bracketed, host);
  if (host.includes(":")) return readIpv6(host, host);
  const lower = ASCII_NAME.test(host) ? withoutDot(host.toLowerCase()) : "";
  // Whether its punycode is sound is left to whoever resolves it, in any case of its letters.
  return PLAIN_NAME.test(lower)
    ? { kind: "name", name: lower }
    : readByUrl(host);
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** By the platform's parser: ipaddr.js alone reads octal parts, and `::1.2.3.4` as mapped. */
function readIpv6(text: string, host: string): HostLiteral {
  const plain = text.replace(/%.*$/s, "");
  const found = IPV6_CHARACTERS.test(plain)
    ? URL.parse(`http://[${plain}]/`)?.hostname.slice(1, -1)
    : undefined;
  const address = found === undefined ? undefined : parseIp(found);
  return address === undefined
    ? invalid(host, "is no IPv6 address")
    : { kind: "address", address: address.toString() };
}

function readByUrl(host: string): HostLiteral {
  if (NO_HOST.test(host)) return invalid(host, "is no host");
  const found = URL.parse(`http://${host}/`)?.hostname;
  if (found === undefined) return invalid(host, "is neither name nor address");
  if (ipv4Number(found) >= 0) return { kind: "address", address: found };
  const name = withoutDot(found);
  return name.split(".").includes("")
    ? invalid(host, "has an empty label")
    : { kind: "name", name };
}

function invalid(host: string, problem: string): HostLiteral {
  return { kind: "invalid", reason: `${quoted(host)} ${problem}` };
}
