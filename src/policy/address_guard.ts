/**
 * Whether the proxy may connect to an address: not to itself, and unless private addresses are
 * allowed only to public ones and to ranges that an operator named. It judges addresses, after
 * a name has been resolved, so that no name leads around it; it resolves nothing.
 */

import ipaddr from "ipaddr.js";
import { quoted } from "../http1/fields.ts";
import {
  type AddressClass,
  classInWords,
  ipv4Class,
  ipv6Class,
} from "./address_class.ts";
import { embeddedIpv4 } from "./embedded_ipv4.ts";
import { readHost } from "./host_literal.ts";
import { parseIp } from "./ip_range.ts";
import type { IpRangeSet } from "./ip_range_set.ts";
import { ipv4Number, ipv4Text } from "./ipv4_number.ts";
import type { OwnListeners } from "./own_listeners.ts";

/** What the guard says of one address. */
export type AddressVerdict = { readonly allowed: true } | AddressDenial;

/** Why there is to be no connection. */
export interface AddressDenial {
  readonly allowed: false;
  /** In words that go into the answer and the record. */
  readonly reason: string;
  /** The connection would lead back to the proxy. */
  readonly isLoop?: true;
}

/** What the guard says of the addresses of a name. */
export type AddressChoice = AllowedAddresses | AddressDenial;

/** Where to connect to. */
export interface AllowedAddresses {
  readonly allowed: true;
  /** At least one, in the order in which they came. */
  readonly addresses: readonly string[];
}

/** What a guard goes by. */
export interface AddressGuardOptions {
  /** Whether addresses that are not public may be connected to. */
  readonly privateAddresses: "allow" | "deny";
  /** Ranges that may be connected to all the same. */
  readonly allowedRanges: IpRangeSet;
  /** Where no connection goes, whatever else is allowed. */
  readonly ownListeners: OwnListeners;
}

const ALLOWED: AddressVerdict = Object.freeze({ allowed: true });

/** Judges the addresses that the proxy is about to connect to. */
export class AddressGuard {
  readonly #options: AddressGuardOptions;

  constructor(options: AddressGuardOptions) {
    this.#options = options;
  }

  /**
   * Judges one address, in any spelling; what is no address is denied.
   *
   * @example
   * ```ts
   * import { AddressGuard } from "./address_guard.ts";
   * import { IpRangeSet } from "./ip_range_set.ts";
   * import { OwnListeners } from "./own_listeners.ts";
   * const guard = new AddressGuard({
   *   privateAddresses: "deny",
   *   allowedRanges: new IpRangeSet(["10.1.0.0/16"], "--allow-address"),
   *   ownListeners: new OwnListeners([{ host: "::", port: 8080 }], []),
   * });
   * guard.judge("93.184.215.14", 443).allowed; // true
   * guard.judge("::ffff:10.0.0.1", 80); // { allowed: false, reason: "10.0.0.1 is a private address" }
   * ```
   */
  judge(address: string, port: number): AddressVerdict {
    const ipv4 = ipv4Number(address);
    if (ipv4 < 0 || this.#options.ownListeners.hasPort(port)) {
      return this.#judgeSpelling(address, port);
    }
    return this.#judgeIpv4(ipv4, address) ?? ALLOWED;
  }

  /** Those of a name's addresses that may be connected to; the first one's denial where none may. */
  choose(addresses: readonly string[], port: number): AddressChoice {
    const verdicts = addresses.map((address) => this.judge(address, port));
    const denial = verdicts.find((verdict) => !verdict.allowed);
    if (addresses.length === 0) return denied("there is no address");
    if (denial === undefined) return { allowed: true, addresses };
    const allowed = addresses.filter((_, i) => verdicts[i]!.allowed);
    return allowed.length > 0 ? { allowed: true, addresses: allowed } : denial;
  }

  #judgeSpelling(text: string, port: number): AddressVerdict {
    const host = readHost(text);
    const ip = host.kind === "address" ? parseIp(host.address) : undefined;
    if (ip === undefined) return denied(`${quoted(text)} is no address`);
    const address = ip.toString();
    const embedded = ip instanceof ipaddr.IPv6 ? embeddedIpv4(ip) : [];
    if (this.#isOwn([address, ...embedded.map(ipv4Text)], port)) {
      const reason = `${address} at port ${port} is the proxy itself`;
      return { allowed: false, reason, isLoop: true };
    }
    const denial = ip instanceof ipaddr.IPv6
      ? this.#judgeIpv6(ip, embedded, address)
      : this.#judgeIpv4(ipv4Number(address), address);
    return denial ?? ALLOWED;
  }

  #isOwn(addresses: readonly string[], port: number): boolean {
    const { ownListeners } = this.#options;
    return addresses.some((address) => ownListeners.includes(address, port));
  }

  /** A range that has the IPv6 address vouches for what is in it, too. */
  #judgeIpv6(
    ip: ipaddr.IPv6,
    embedded: readonly number[],
    address: string,
  ): AddressDenial | undefined {
    const { privateAddresses, allowedRanges } = this.#options;
    if (privateAddresses === "allow") return undefined;
    if (allowedRanges.containsIpv6(ip)) return undefined;
    for (const ipv4 of embedded) {
      const denial = this.#judgeIpv4(ipv4, `${ipv4Text(ipv4)} in ${address}`);
      if (denial !== undefined) return denial;
    }
    return deniedByClass(ipv6Class(ip), address);
  }

  #judgeIpv4(ipv4: number, name: string): AddressDenial | undefined {
    const found = ipv4Class(ipv4);
    if (found === "public") return undefined;
    const { privateAddresses, allowedRanges } = this.#options;
    if (privateAddresses === "allow") return undefined;
    if (allowedRanges.containsIpv4(ipv4)) return undefined;
    return deniedByClass(found, name);
  }
}

function deniedByClass(
  found: AddressClass,
  name: string,
): AddressDenial | undefined {
  if (found === "public") return undefined;
  return denied(`${name} is ${classInWords(found)}`);
}

function denied(reason: string): AddressDenial {
  return { allowed: false, reason };
}
