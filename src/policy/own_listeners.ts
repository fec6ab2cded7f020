/**
 * Whether an address and port are where the proxy itself listens, so that it never connects to
 * itself. A listener on an unspecified address stands for all addresses of the machine. Which
 * those are comes in as a value.
 */

import type { Authority } from "../http1/target.ts";
import { readHost } from "./host_literal.ts";
import { ipv4Number } from "./ipv4_number.ts";

// What the system takes, as a destination, for its own loopback address.
const UNSPECIFIED = ["0.0.0.0", "::"];
const LOOPBACK = ["127.0.0.1", "::1"];

/** The proxy's own listeners. */
export class OwnListeners {
  readonly #addresses = new Map<number, Set<string>>();
  /** Ports at which each address of 127.0.0.0/8 is ours, and not only those that are known. */
  readonly #everywhere = new Set<number>();

  /**
   * @param listeners Where it listens: addresses, or `localhost`.
   * @param localAddresses The addresses of all the machine's interfaces.
   * @throws {TypeError} for a listener at another name.
   */
  constructor(
    listeners: readonly Authority[],
    localAddresses: readonly string[],
  ) {
    const local = localAddresses.map(addressOf);
    for (const { host, port } of listeners) {
      const address = host === "localhost" ? host : addressOf(host);
      const isEverywhere = UNSPECIFIED.includes(address);
      if (isEverywhere) this.#everywhere.add(port);
      this.#add(port, UNSPECIFIED);
      if (isEverywhere) this.#add(port, [...local, ...LOOPBACK]);
      else this.#add(port, address === "localhost" ? LOOPBACK : [address]);
    }
  }

  #add(port: number, addresses: readonly string[]): void {
    const known = this.#addresses.get(port) ?? [];
    this.#addresses.set(port, new Set([...known, ...addresses]));
  }

  /** True for a port at which some address is ours: the cheap question, to be asked first. */
  hasPort(port: number): boolean {
    return this.#addresses.has(port);
  }

  /** True for a port at which all the machine's addresses are ours, those too that it has got since the start. */
  hasEverywhere(port: number): boolean {
    return this.#everywhere.has(port);
  }

  /**
   * True for an address that leads to the proxy at that port.
   *
   * @param address As `readHost` spells it.
   */
  includes(address: string, port: number): boolean {
    if (this.#addresses.get(port)?.has(address)) return true;
    return this.#everywhere.has(port) && ipv4Number(address) >>> 24 === 127;
  }
}

function addressOf(host: string): string {
  const read = readHost(host);
  if (read.kind === "address") return read.address;
  throw new TypeError(
    `Cannot tell the proxy's own addresses: ${JSON.stringify(host)} is none`,
  );
}
