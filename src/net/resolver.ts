/**
 * Host names to addresses, by `Deno.resolveDns` (which reads /etc/hosts, and unlike a
 * look-up of the system's does not hold others up while a name server is silent).
 * Answers are kept for some seconds; many askers of one name share one look-up; names that
 * nobody answers for leave room for others.
 */

import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { DescriptorBudget } from "./descriptor_budget.ts";
import { Turns } from "./turns.ts";

/** How long an answer is used again, in ms. The runtime does not tell a record's own time to live. */
const KEEP_MS = 10_000;
/** How many names are kept. */
const MAX_NAMES = 1024;
/** RFC 8305 §3: how long to wait for AAAA once A has come, in ms. */
const RESOLUTION_DELAY_MS = 50;
/** How many addresses of a name are kept: more are no use, and all would be judged at each dial. */
const MAX_ADDRESSES = 64;
/** How many descriptors a look-up may hold: it asks two name servers at once for each record type. */
const DESCRIPTORS = 4;
/** How many names are looked up at once: by descriptors, so that look-ups hold a quarter of them; within bounds. */
const SHARE_OF_LOOK_UPS = 1 / (4 * DESCRIPTORS);
const LEAST_LOOK_UPS = 8;
const MAX_LOOK_UPS = 1024;

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
  readonly #descriptors: DescriptorBudget;
  readonly #turns: Turns;

  /**
   * @param lookUp Default `Deno.resolveDns`.
   * @param descriptors What look-ups hold is counted there, and how many there may be at once goes by it.
   * Default: no limit but 1,024 at once.
   */
  constructor(
    lookUp: LookUp = (name, type, options) =>
      Deno.resolveDns(name, type, options),
    descriptors: DescriptorBudget = new DescriptorBudget({ size: 0 }, Infinity),
  ) {
    this.#lookUp = lookUp;
    this.#descriptors = descriptors;
    const share = Math.floor(descriptors.max * SHARE_OF_LOOK_UPS);
    this.#turns = new Turns(
      Math.min(Math.max(share, LEAST_LOOK_UPS), MAX_LOOK_UPS),
    );
  }

  /**
   * The addresses of `host` in the order to try them: families in turn, IPv6 first
   * (RFC 8305 §4). A literal is its own address; `localhost` and names below it are
   * loopback without asking (RFC 6761 §6.3). At most 64; while many names are looked up, the
   * next ones wait.
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
      if (--asked.askers === 0) {
        this.#forget(name, asked);
        asked.cancel.abort();
      }
    }
  }

  #begin(name: string): Asked {
    const cancel = new AbortController();
    const asked: Asked = {
      addresses: this.#ask(name, cancel.signal),
      cancel,
      askers: 0,
    };
    this.#asked.set(name, asked);
    asked.addresses.then((found) => this.#kept.set(name, found), ignoreHere)
      .then(() => this.#forget(name, asked));
    return asked;
  }

  /** A look-up that is over, or that nobody waits for, is joined by nobody any more. */
  #forget(name: string, asked: Asked): void {
    if (this.#asked.get(name) === asked) this.#asked.delete(name);
  }

  async #ask(name: string, signal: AbortSignal): Promise<string[]> {
    const turn = this.#turns.take(signal);
    if (turn !== undefined) await turn;
    this.#descriptors.hold(DESCRIPTORS);
    try {
      return await this.#addressesOf(name, signal);
    } finally {
      this.#descriptors.release(DESCRIPTORS);
      this.#turns.give();
    }
  }

  async #addressesOf(name: string, signal: AbortSignal): Promise<string[]> {
    const v4 = this.#lookUp(name, "A", { signal });
    const [six, four] = await answersOf(
      this.#lookUp(name, "AAAA", { signal }),
      v4,
    );
    const addresses = interleave(six, four).slice(0, MAX_ADDRESSES);
    if (addresses.length > 0) return addresses;
    signal.throwIfAborted();
    await v4;
    throw new Deno.errors.NotFound("no address");
  }
}

/** For a promise that somebody else waits for too, and whose rejection is dealt with there. */
function ignoreHere(): void {}

/** What two look-ups bring: the other one has RESOLUTION_DELAY_MS left once one has brought something. */
function answersOf(
  v6: Promise<string[]>,
  v4: Promise<string[]>,
): Promise<[string[], string[]]> {
  const answers: [string[], string[]] = [[], []];
  const { promise, resolve } = Promise.withResolvers<[string[], string[]]>();
  let pending = 2;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const finish = () => {
    clearTimeout(timer);
    resolve([...answers]);
  };
  const settled = (index: 0 | 1, found: string[]) => {
    answers[index] = found;
    if (--pending === 0) finish();
    else if (found.length > 0) timer = setTimeout(finish, RESOLUTION_DELAY_MS);
  };
  v6.then((found) => settled(0, found), () => settled(0, []));
  v4.then((found) => settled(1, found), () => settled(1, []));
  return promise;
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

function interleave(first: string[], second: string[]): string[] {
  const mixed: string[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (i < first.length) mixed.push(first[i]!);
    if (i < second.length) mixed.push(second[i]!);
  }
  return mixed;
}
