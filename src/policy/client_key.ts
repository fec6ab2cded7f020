/** One key for all the addresses that are one client's, to count and to slow down by. */

import ipaddr from "ipaddr.js";
import { parseIp } from "./ip_range.ts";

/** An IPv4 address as it is, of an IPv6 address its /64 (RFC 6177 §2), an IPv4-mapped one as IPv4. */
export function clientKey(clientIp: string): string {
  if (!clientIp.includes(":")) return clientIp;
  const ip = parseIp(clientIp);
  if (!(ip instanceof ipaddr.IPv6)) return ip?.toString() ?? clientIp;
  return ip.parts.slice(0, 4).map((part) => part.toString(16)).join(":");
}
