/**
 * Hosts as settings name them: names, addresses, and the patterns of
 * --no-proxy. Only spelling is judged; nothing is resolved.
 */

import { isIP } from "node:net";
import { IpRangeSet } from "../policy/ip_range_set.ts";
import { type Kind, kindOf } from "./kind.ts";

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
const WIDEST_PREFIX = { 4: 32, 6: 128 };

/** A name or address without a port; lowercased, IPv6 without brackets. */
export function host(): Kind<string> {
  return kindOf({
    wants: "a host name or an IP address, without a port",
    parse: parseHost,
  });
}

/** What goes past the upstream proxy: one entry of `--no-proxy`. */
export function noProxyEntry(): Kind<string> {
  return kindOf({
    wants: "host names, .domain, *.domain, IP addresses, CIDR blocks or *",
    parse: parseNoProxyEntry,
  });
}

/** Addresses: one, or all of a CIDR block. */
export function ipRange(): Kind<string> {
  return kindOf({
    wants: "IP addresses or CIDR blocks, such as 10.0.0.0/8",
    parse: parseIpRange,
  });
}

/**
 * Whether a listener on `host` can be reached from this machine only:
 * 127.0.0.0/8, `::1` in any spelling, or `localhost`.
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  if (isIP(host) === 4) return host.startsWith("127.");
  return isIP(host) === 6 && !host.includes("%") &&
    new URL(`http://[${host}]`).hostname === "[::1]";
}

/** Lowercases a name or address and takes brackets off; else `undefined`. */
export function parseHost(text: string): string | undefined {
  const inner = /^\[(.*)\]$/.exec(text)?.[1];
  if (inner !== undefined) {
    return isIP(inner) === 6 ? inner.toLowerCase() : undefined;
  }
  if (isIP(text) === 0 && !isHostName(text)) return undefined;
  return text.toLowerCase();
}

function parseNoProxyEntry(text: string): string | undefined {
  if (text === "*") return text;
  if (text.includes("/")) return parseCidr(text);
  const [, prefix = "", name = text] = /^(\*?\.)(.*)$/.exec(text) ?? [];
  if (prefix === "") return parseHost(text);
  return isHostName(name) ? prefix + name.toLowerCase() : undefined;
}

function parseCidr(text: string): string | undefined {
  const [, address, bits] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (address === undefined || address.includes("%")) return undefined;
  const version = isIP(address);
  if (version !== 4 && version !== 6) return undefined;
  return Number(bits) <= WIDEST_PREFIX[version]
    ? text.toLowerCase()
    : undefined;
}

/** Read by the one who will look addresses up in it. */
function parseIpRange(text: string): string | undefined {
  try {
    new IpRangeSet([text], "");
    return text.toLowerCase();
  } catch {
    // InvalidValue: the option says what it wants.
    return undefined;
  }
}

/** A name whose last label is a number would be read as an address somewhere. */
function isHostName(text: string): boolean {
  const labels = text.replace(/\.$/, "").split(".");
  const last = labels.at(-1) ?? "";
  return text.length <= 253 && labels.every((label) => LABEL.test(label)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/i.test(last);
}
