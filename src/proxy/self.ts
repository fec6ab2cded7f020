/**
 * The proxy's own identity: its pseudonym in Via, the ids of its exchanges, and which
 * names and addresses are its own, so that it never forwards to itself.
 */

import ipaddr from "ipaddr.js";
import type { Fields } from "../http1/fields.ts";
import type { Authority } from "../http1/target.ts";
import { readHost } from "../policy/host_literal.ts";
import { OwnListeners } from "../policy/own_listeners.ts";

/** The host name under which the proxy's pages are reached through the proxy. */
export const PAGES_HOST = "proxy-stats";

/** Two digits to base 36, by their value. */
const LOW_DIGITS: readonly string[] = Array.from(
  { length: 36 * 36 },
  (_, value) => value.toString(36).padStart(2, "0"),
);

/** Who the proxy is. */
export class Self {
  /** The pseudonym in Via (RFC 9110 §7.6.3): one an instance, so that two in a row are no loop. */
  readonly pseudonym: string;

  /** Where the proxy listens, and never connects to. */
  readonly listeners: OwnListeners;

  /** By the minor version of what came. */
  readonly #via: readonly [string, string];
  readonly #idPrefix: string;
  readonly #hosts: ReadonlySet<string>;
  readonly #addresses: ReadonlySet<string>;
  readonly #names: ReadonlySet<string>;
  #count = 0;
  /** The prefix and the higher digits of the count, which change seldom. */
  #idStem = "";

  /**
   * @param listeners Where it listens; an unspecified address stands for all of `addresses`.
   * @param addresses The machine's own addresses.
   * @param names Further names of the proxy: see `--admin-host`.
   */
  constructor(
    listeners: readonly Authority[],
    addresses: readonly string[] = [],
    names: readonly string[] = [],
  ) {
    const random = crypto.getRandomValues(new Uint32Array(2));
    this.pseudonym = "sluice-" + random[0]!.toString(36);
    this.#via = [`1.0 ${this.pseudonym}`, `1.1 ${this.pseudonym}`];
    this.#idPrefix = random[1]!.toString(36).slice(0, 4) + "-";
    this.listeners = new OwnListeners(listeners, addresses);
    this.#hosts = new Set(listeners.map(({ host }) => host));
    this.#addresses = new Set(addresses);
    this.#names = new Set([
      "localhost",
      ...names.map((name) => name.toLowerCase()),
    ]);
  }

  /** The id of a new exchange: unique in this process, and very likely among several. */
  nextId(): string {
    const low = this.#count++ % LOW_DIGITS.length;
    if (low === 0) {
      const high = Math.floor((this.#count - 1) / LOW_DIGITS.length);
      this.#idStem = this.#idPrefix + high.toString(36);
    }
    return this.#idStem + LOW_DIGITS[low];
  }

  /** Our member of Via for a message that came with that minor version. */
  via(minorVersion: 0 | 1): string {
    return this.#via[minorVersion];
  }

  /** True when a message with these fields has been here before. */
  isLoop(fields: Fields): boolean {
    const at = fields.keys.indexOf("via");
    if (at < 0) return false;
    return fields.all("via").some((value) => value.includes(this.pseudonym));
  }

  /** True for the name of the pages, and for an address, in any spelling, or name at which the proxy listens. */
  isOwn({ host, port }: Authority): boolean {
    if (isPagesHost(host)) return true;
    if (!this.listeners.hasPort(port)) return false;
    const read = readHost(host);
    return read.kind === "address"
      ? this.listeners.includes(read.address, port)
      : read.kind === "name" && this.#names.has(read.name);
  }

  /** True for a Host field by which the proxy's pages may be asked for: no name that somebody else can point here. */
  answersTo({ host }: Authority): boolean {
    if (isPagesHost(host) || isLoopback(host)) return true;
    if (this.#names.has(host.endsWith(".") ? host.slice(0, -1) : host)) {
      return true;
    }
    return this.#addresses.has(host) || this.#hosts.has(host);
  }
}

/** RFC 1034 §3.1: with a dot at its end it is the same name. */
function isPagesHost(host: string): boolean {
  return host === PAGES_HOST || host === PAGES_HOST + ".";
}

function isLoopback(host: string): boolean {
  return host === "::1" ||
    (host.startsWith("127.") && ipaddr.IPv4.isValidFourPartDecimal(host));
}

/** An IPv4 address in IPv6 (RFC 4291 §2.5.5) by its IPv4 spelling; anything else as it is. */
export function plainAddress(host: string): string {
  if (!host.includes(":") || !ipaddr.IPv6.isValid(host)) return host;
  const address = ipaddr.IPv6.parse(host);
  return address.isIPv4MappedAddress()
    ? address.toIPv4Address().toString()
    : host;
}
