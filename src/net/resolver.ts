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

/** A look-up under way, and how many wait for it. */
interface Asked {
  readonly addresses: Promise<string[]>;
  readonly cancel: AbortController;
  askers: number;
}

/** Resolves names and remembers the answers. */
export class Resolver {
  readonly #kept = new LRUCache<string, string[]>({
    max: MAX_NAMES,
    ttl: KEEP_MS,
  });
  /** No more than there are exchanges: each waits for one at a time. */
  readonly #asked = new Map<string, Asked>();
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
   * @throws {DOMException} AbortError when `signal` ends the wait.
   */
  async resolve(host: string, signal: AbortSignal): Promise<string[]> {
    if (isAddress(host)) return [host];
    const name = host.endsWith(".") ? host.slice(0, -1) : host;
    if (name === "localhost" || name.endsWith(".localhost")) {
      return ["::1", "127.0.0.1"];
    }
    const kept = this.#kept.get(name);
    if (kept !== undefined) return kept;
    const asked = this.#asked.get(name) ?? this.#begin(name);
    asked.askers++;
    try {
      return await untilAborted(asked.addresses, signal);
    } finally {
      if (--asked.askers === 0) asked.cancel.abort();
    }
  }

  #begin(name: string): Asked {
    const cancel = new AbortController();
    const addresses = this.#ask(name, cancel.signal).then((found) => {
      this.#kept.set(name, found);
      return found;
    }).finally(() => this.#asked.delete(name));
    addresses.catch(ignoreHere);
    const asked = { addresses, cancel, askers: 0 };
    this.#asked.set(name, asked);
    return asked;
  }

  async #ask(name: string, signal: AbortSignal): Promise<string[]> {
    const v6 = this.#lookUp(name, "AAAA", { signal });
    const v4 = this.#lookUp(name, "A", { signal });
    v6.catch(ignoreHere);
    const delay = delayAfter(v4);
    const [six, four] = await Promise.allSettled([
      Promise.race([v6, delay.promise]),
      v4,
    ]);
    delay.end();
    const addresses = interleave(valueOf(six), valueOf(four));
    if (addresses.length > 0) return addresses;
    signal.throwIfAborted();
    throw four.status === "rejected"
      ? four.reason
      : new Deno.errors.NotFound("no address");
  }
}

/** For a promise that somebody else waits for too, and whose rejection is dealt with there. */
function ignoreHere(): void {}

/** Resolves to nothing RESOLUTION_DELAY_MS after `v4` has brought an address. */
function delayAfter(
  v4: Promise<string[]>,
): { promise: Promise<string[]>; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  v4.then((found) => {
    if (found.length > 0) {
      timer = setTimeout(() => resolve([]), RESOLUTION_DELAY_MS);
    }
  }, ignoreHere);
  return { promise, end: () => clearTimeout(timer) };
}

async function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** True for an IPv6 address or an IPv4 address of four decimal parts. */
export function isAddress(host: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(host) || host.includes(":");
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
