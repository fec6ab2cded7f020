/**
 * Host names to addresses, by `Deno.resolveDns` (which reads /etc/hosts, and unlike a
 * look-up of the system's does not hold others up while a name server is silent).
 * Answers are kept for some seconds; many askers of one name share one look-up.
 */

import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";

/** How long an answer is used again, in ms. The runtime does not tell a record's own time to live. */
const KEEP_MS = 10_000;
/** How many names are kept. */
const MAX_NAMES = 1024;
/** RFC 8305 §3: how long to wait for AAAA once A has come, in ms. */
const RESOLUTION_DELAY_MS = 50;

/** A look-up of one record type. */
export type LookUp = (
  name: string,
  type: "A" | "AAAA",
  options: { signal: AbortSignal },
) => Promise<string[]>;

/** Resolves names and remembers the answers. */
export class Resolver {
  readonly #kept = new LRUCache<string, string[]>({
    max: MAX_NAMES,
    ttl: KEEP_MS,
  });
  readonly #lookUp: LookUp;

  /** @param lookUp Default `Deno.resolveDns`. */
  constructor(
    lookUp: LookUp = (name, type, options) =>
      Deno.resolveDns(name, type, options),
  ) {
    this.#lookUp = lookUp;
  }

  /**
   * The addresses of `host` in the order to try them: families in turn, IPv6 first
   * (RFC 8305 §4). A literal is its own address; `localhost` and names below it are
   * loopback without asking (RFC 6761 §6.3).
   *
   * @throws {Deno.errors.NotFound} when the name has no address.
   * @throws {DOMException} AbortError when `signal` ends the look-up.
   */
  async resolve(host: string, signal: AbortSignal): Promise<string[]> {
    if (isAddress(host)) return [host];
    const name = host.endsWith(".") ? host.slice(0, -1) : host;
    if (name === "localhost" || name.endsWith(".localhost")) {
      return ["::1", "127.0.0.1"];
    }
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const addresses = await this.#ask(name, signal);
    this.#kept.set(name, addresses);
    return addresses;
  }

  async #ask(name: string, signal: AbortSignal): Promise<string[]> {
    const v6 = this.#lookUp(name, "AAAA", { signal });
    const v4 = this.#lookUp(name, "A", { signal });
    const v6OrLate = v4.then(() => Promise.race([v6, late()]), () => v6);
    const [six, four] = await Promise.allSettled([v6OrLate, v4]);
    const addresses = interleave(valueOf(six), valueOf(four));
    if (addresses.length > 0) return addresses;
    signal.throwIfAborted();
    throw four.status === "rejected"
      ? four.reason
      : new Deno.errors.NotFound("no address");
  }
}

/** True for an IPv6 address or an IPv4 address of four decimal parts. */
export function isAddress(host: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(host) || host.includes(":");
}

async function late(): Promise<string[]> {
  await new Promise((resolve) => setTimeout(resolve, RESOLUTION_DELAY_MS));
  return [];
}

function valueOf(settled: PromiseSettledResult<string[]>): string[] {
  return settled.status === "fulfilled" ? settled.value : [];
}

function interleave(first: string[], second: string[]): string[] {
  const mixed: string[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (i < first.length) mixed.push(first[i]!);
    if (i < second.length) mixed.push(second[i]!);
  }
  return mixed;
}
