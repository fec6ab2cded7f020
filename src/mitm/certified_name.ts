/**
 * What a certificate can be made out to: a DNS name in ASCII or an IP address, from a
 * host as requests write it (RFC 5280 §4.2.1.6, RFC 9525 §6). Whether it exists is
 * nobody's question here.
 */

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { canonicalHost } from "../policy/canonical.ts";

/** RFC 1035 §2.3.4. */
const MAX_NAME_LENGTH = 253;
/** A label of a host name (RFC 1123 §2.1), and the underscores that are met all the same. */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
/** What ends in a number and is no address (URL Standard, §3.5). */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;
/** The most of a host that a message repeats. */
const MAX_QUOTED_LENGTH = 100;

/** A name as a certificate has it. */
export interface CertifiedName {
  readonly type: "dns" | "ip";
  /** Lower case, without trailing dot, IDN as punycode; IPv6 in eight groups without brackets. */
  readonly value: string;
}

/**
 * Reads a host: a name, also with a trailing dot or beyond ASCII, or an address, also in
 * brackets.
 *
 * @throws {TypeError} for what no certificate can be for, wildcards and zones included.
 *
 * @example
 * ```ts
 * import { certifiedName } from "./certified_name.ts";
 * certifiedName("Bücher.Example."); // { type: "dns", value: "xn--bcher-kva.example" }
 * ```
 */
export function certifiedName(host: string): CertifiedName {
  const address = host.replace(/^\[(.*)\]$/s, "$1");
  if (isIP(address) === 6 && !address.includes("%")) {
    // A client that is asked for ::ffff:192.0.2.1 looks for those 16 bytes, not for the IPv4 address.
    const value = ipaddr.IPv6.parse(address).toNormalizedString();
    return { type: "ip", value };
  }
  const value = canonicalHost(host);
  if (isIP(value) === 4) return { type: "ip", value };
  if (isDnsName(value)) return { type: "dns", value };
  throw new TypeError(
    `Cannot make a certificate for ${quoted(host)}: ` +
      "it is neither a host name nor an IP address",
  );
}

function isDnsName(name: string): boolean {
  return name.length <= MAX_NAME_LENGTH && !ENDS_IN_NUMBER.test(name) &&
    name.split(".").every((label) => LABEL.test(label));
}

function quoted(text: string): string {
  const isLong = text.length > MAX_QUOTED_LENGTH;
  return JSON.stringify(
    isLong ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text,
  );
}
