/**
 * Which tunnels are looked into: by the operator's hosts, by rules, and by what clients have
 * shown to refuse. Decides on names alone and knows no sockets; how a tunnel is looked into
 * is in intercept.ts.
 */

import { isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { LRUCache } from "lru-cache";
import { ProxyError } from "../errors.ts";
import type { Leaves } from "../mitm/open_leaves.ts";
import { canonicalHost } from "../policy/canonical.ts";
import type { TextTest } from "../policy/glob.ts";
import { compileHostPatterns } from "../policy/host_pattern.ts";
import type { Client, Exchange } from "./exchange.ts";

/** How long a client's refusal counts, in ms. */
const PINNED_MS = 10 * 60 * 1000;
/** How many refusals are remembered; the least recently used go. */
const MAX_PINNED = 4096;

/** What an Interception is made of. */
export interface InterceptionOptions {
  /** Patterns of hosts to intercept, as `parseHostPattern` gives them. */
  readonly hosts: readonly string[];
  /** Patterns of hosts that are never intercepted, whoever says so. */
  readonly exceptions: readonly string[];
  /** Opens the authority. Called when it is first needed; what it throws is not for clients. */
  readonly openLeaves: () => Promise<Leaves>;
  /** Told once for each client and host that is not intercepted for a while. */
  readonly onPinned: (client: Client, host: string, why: string) => void;
  /** The time in ms. Default: `Date.now`. */
  readonly now?: () => number;
}

/** How many handshakes with clients there were, since the start. */
export interface InterceptionCounters {
  /** Those that were done. */
  intercepted: number;
  /** Those that were not, refusals of the certificate included. */
  failed: number;
  /** Refusals of the certificate. */
  pinned: number;
}

/** What becomes of a tunnel: `refuse` where its two names contradict each other. */
export type Interceptability =
  | { readonly action: "intercept"; readonly host: string }
  | { readonly action: "tunnel" }
  | { readonly action: "refuse" };

const TUNNEL = { action: "tunnel" } as const;
const REFUSE = { action: "refuse" } as const;

/** Decides what is intercepted, and remembers who refused it. */
export class Interception {
  readonly counters: InterceptionCounters = {
    intercepted: 0,
    failed: 0,
    pinned: 0,
  };
  readonly #options: InterceptionOptions;
  readonly #isNamed: TextTest;
  readonly #isException: TextTest;
  readonly #pinned: LRUCache<string, true>;
  /** Who has left a host's TLS without a word, the last time. */
  readonly #silent: LRUCache<string, true>;
  #leaves: Promise<Leaves> | undefined;

  constructor(options: InterceptionOptions) {
    const { hosts, exceptions, now = Date.now } = options;
    this.#options = options;
    this.#isNamed = anyOf(hosts);
    this.#isException = anyOf(exceptions);
    this.#pinned = memory(now);
    this.#silent = memory(now);
  }

  /**
   * Whether a CONNECT to `host` may have to be looked into. One to an address may: its
   * host is what the TLS in it says.
   */
  concerns({ client, tunnelling }: Exchange, host: string): boolean {
    if (tunnelling?.action === "tunnel") return false;
    const isAsked = tunnelling?.action === "intercept";
    if (!isAsked && this.#options.hosts.length === 0) return false;
    const name = canonicalHost(host);
    if (this.#isException(name)) return false;
    if (isIP(name) !== 0) return true;
    return (isAsked || this.#isNamed(name)) && !this.#isPinned(client, name);
  }

  /**
   * What becomes of a CONNECT to `host` that {@link concerns} us, once it is known for whom the
   * client takes the other side (RFC 6066 §3).
   *
   * A name other than that of CONNECT has to be one to intercept by itself, and is refused
   * otherwise: to pass it on would let any client out that names a host that is not
   * intercepted, and to open it would open what nobody asked for.
   *
   * @param serverName The name in TLS; undefined for none.
   */
  judge(
    { client, tunnelling }: Exchange,
    host: string,
    serverName: string | undefined,
    leaves: Leaves,
  ): Interceptability {
    const asked = canonicalHost(host);
    const name = serverName === undefined ? asked : canonicalHost(serverName);
    const isOther = name !== asked && isIP(asked) === 0;
    const isWanted = this.#isNamed(name) ||
      (tunnelling?.action === "intercept" && !isOther);
    const isPossible = isWanted && !this.#isException(name) &&
      !this.#isPinned(client, name) && leaves.permits(name);
    if (!isPossible) return isOther ? REFUSE : TUNNEL;
    // In the spelling that the client looks for in the certificate.
    return {
      action: "intercept",
      host: serverName === undefined ? host : name,
    };
  }

  /** Notes that a client does not take our certificate for a host. */
  pin(client: Client, host: string, why: string): void {
    this.counters.pinned++;
    const key = pinKey(client, canonicalHost(host));
    if (!this.#pinned.has(key)) this.#options.onPinned(client, host, why);
    this.#pinned.set(key, true);
  }

  /**
   * Notes how a client has left TLS that was intercepted. Some look at the certificate only when
   * the handshake is done, and leave without a word: who does so twice in a row refuses it. Once
   * it may be a browser that has connected ahead of need.
   */
  left(client: Client, host: string, isSilent: boolean): void {
    if (!isSilent && this.#silent.size === 0) return;
    const key = pinKey(client, canonicalHost(host));
    const isAgain = this.#silent.delete(key);
    if (!isSilent) return;
    if (isAgain) this.pin(client, host, "it leaves as soon as it has seen it");
    else this.#silent.set(key, true);
  }

  /**
   * The certificates to show.
   *
   * @throws {ProxyError} when the authority can't be used.
   */
  async leaves(): Promise<Leaves> {
    this.#leaves ??= this.#options.openLeaves();
    try {
      return await this.#leaves;
    } catch (cause) {
      // The next one tries again.
      this.#leaves = undefined;
      throw unusable(cause);
    }
  }

  /**
   * The certificate to show for a host.
   *
   * @throws {ProxyError} when the authority can't be used any more.
   */
  async secureContext(leaves: Leaves, host: string): Promise<SecureContext> {
    try {
      return await leaves.secureContext(host);
    } catch (cause) {
      throw unusable(cause);
    }
  }

  #isPinned(client: Client, host: string): boolean {
    return this.#pinned.size > 0 && this.#pinned.has(pinKey(client, host));
  }
}

/** What is known of clients and hosts, for a while. */
function memory(now: () => number): LRUCache<string, true> {
  return new LRUCache({
    max: MAX_PINNED,
    ttl: PINNED_MS,
    // Times are read anew at every look, without a timer.
    ttlResolution: 0,
    perf: { now },
  });
}

/** What an authority lacks is for its owner, not for clients. */
function unusable(cause: unknown): ProxyError {
  return new ProxyError(
    503,
    "proxy",
    "proxy_configuration_error",
    "the tunnel is to be intercepted, and the certificate authority can't be used",
    { cause },
  );
}

function anyOf(patterns: readonly string[]): TextTest {
  return patterns.length === 0 ? () => false : compileHostPatterns(patterns);
}

function pinKey({ ip }: Client, host: string): string {
  return `${ip} ${host}`;
}
