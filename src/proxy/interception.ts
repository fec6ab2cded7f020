/**
 * Which tunnels are looked into: by the operator's hosts, by rules, and by what clients have
 * shown to refuse. Decides on names alone and knows no sockets; how a tunnel is looked into
 * is in intercept.ts.
 */

import { isIP } from "node:net";
import type { SecureContext } from "node:tls";
import { ProxyError, type Side } from "../errors.ts";
import type { LeafUsage } from "../mitm/leaf_cache.ts";
import type { Leaves } from "../mitm/open_leaves.ts";
import { canonicalHost } from "../policy/canonical.ts";
import type { TextTest } from "../policy/glob.ts";
import { compileHostPatterns } from "../policy/host_pattern.ts";
import type { InterceptionStats } from "../stats/stats_snapshot.ts";
import { CertificateRefusals, MAX_REFUSALS } from "./certificate_refusals.ts";
import type { Client, Exchange } from "./exchange.ts";

/** How many refusals a snapshot lists. */
const MAX_LISTED = 100;

/** What an Interception is made of. */
export interface InterceptionOptions {
  /** Patterns of hosts to intercept, as `parseHostPattern` gives them. */
  readonly hosts: readonly string[];
  /** Patterns of hosts that are never intercepted, whoever says so. */
  readonly exceptions: readonly string[];
  /** Opens the authority. Called when it is first needed; what it throws is not for clients. */
  readonly openLeaves: () => Promise<Leaves>;
  /** Told once for each client and host that is not intercepted for a while. */
  readonly onRefusal: (client: Client, host: string, reason: string) => void;
  /** The time in ms. Default: `Date.now`. */
  readonly now?: () => number;
}

/** How many handshakes with clients there were, since the start. */
export interface InterceptionCounters {
  /** Those that were done. */
  intercepted: number;
  /** Those that were not, by whose fault: a refusal of the certificate is the client's. */
  readonly failed: Record<Exclude<Side, "origin">, number>;
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
    failed: { client: 0, proxy: 0 },
  };
  readonly refusals: CertificateRefusals;
  readonly #options: InterceptionOptions;
  readonly #isNamed: TextTest;
  readonly #isException: TextTest;
  #leaves: Promise<Leaves> | undefined;
  /** The same, once they are open. */
  #openLeaves: Leaves | undefined;

  constructor(options: InterceptionOptions) {
    const { hosts, exceptions, onRefusal, now = Date.now } = options;
    this.#options = options;
    this.#isNamed = anyOf(hosts);
    this.#isException = anyOf(exceptions);
    this.refusals = new CertificateRefusals({ onRefusal, now });
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
    return (isAsked || this.#isNamed(name)) && !this.refusals.has(client, name);
  }

  /**
   * What becomes of a CONNECT to `host` that {@link concerns} us, once it is known for whom the
   * client takes the other side (RFC 6066 §3).
   *
   * A name other than that of CONNECT has to be one to intercept by itself, and is refused
   * otherwise: to pass it on would let any client out that names a host that is not
   * intercepted, and to open it would open what nobody asked for. What rules have said of the CONNECT by then,
   * they have said by both names.
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
    const isPossible = isWanted && tunnelling?.action !== "tunnel" &&
      !this.#isException(name) &&
      !this.refusals.has(client, name) && leaves.permits(name);
    if (!isPossible) return isOther ? REFUSE : TUNNEL;
    // In the spelling that the client looks for in the certificate.
    return {
      action: "intercept",
      host: serverName === undefined ? host : name,
    };
  }

  /**
   * The certificates to show.
   *
   * @throws {ProxyError} when the authority can't be used.
   */
  async leaves(): Promise<Leaves> {
    this.#leaves ??= this.#options.openLeaves();
    try {
      return this.#openLeaves = await this.#leaves;
    } catch (cause) {
      // The next one tries again.
      this.#leaves = undefined;
      throw this.#unusable(cause);
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
      throw this.#unusable(cause);
    }
  }

  /** What the statistics show of all this, and of `failedWithOrigins` handshakes. */
  stats(failedWithOrigins: number): InterceptionStats {
    const { counters: { intercepted, failed }, refusals } = this;
    return {
      intercepted,
      failedHandshakes: { ...failed, origin: failedWithOrigins },
      refusals: refusals.total,
      refusing: {
        count: refusals.size,
        most: MAX_REFUSALS,
        latest: refusals.latest(MAX_LISTED),
      },
      leaves: this.leafUsage ?? null,
    };
  }

  /** What is kept of certificates; undefined before the first is wanted. */
  get leafUsage(): LeafUsage | undefined {
    return this.#openLeaves?.usage();
  }

  /** What an authority lacks is for its owner, not for clients. */
  #unusable(cause: unknown): ProxyError {
    this.counters.failed.proxy++;
    return new ProxyError(
      503,
      "proxy",
      "proxy_configuration_error",
      "the tunnel is to be intercepted, and the certificate authority can't be used",
      { cause },
    );
  }
}

function anyOf(patterns: readonly string[]): TextTest {
  return patterns.length === 0 ? () => false : compileHostPatterns(patterns);
}
