/**
 * The certificates in use: for each name that a client has asked for, a context that
 * node:tls takes as it is. Decides how many are kept and when one is made anew; which
 * name a client is to be shown is for whoever asks.
 */

import { createSecureContext, type SecureContext } from "node:tls";
import { LRUCache } from "lru-cache";
import { type CertifiedName, certifiedName } from "./certified_name.ts";
import type { LeafIssuer } from "./leaf_issuer.ts";

const DEFAULT_MAX = 1000;
/** The part of its time after which a leaf is replaced, so that none expires in use. */
const RENEWED_AFTER = 2 / 3;

/** Options of {@link LeafCache}. */
export interface LeafCacheOptions {
  /** How many names are kept; the least recently used is dropped. Default: 1,000. */
  readonly max?: number;
  /** The time in milliseconds since 1970. Default: `Date.now`. */
  readonly now?: () => number;
}

/** How much a LeafCache holds and has done. */
export interface LeafUsage {
  /** Names that are kept, and how many may be. */
  readonly cached: number;
  readonly most: number;
  /** Leaves that were made since the start. */
  readonly made: number;
  /** How often one was there already, or being made for somebody else. */
  readonly hits: number;
}

/** Contexts by name, made when first asked for. */
export class LeafCache {
  #asked = 0;
  #made = 0;
  readonly #contexts: LRUCache<string, SecureContext, CertifiedName>;

  constructor(
    issuer: Pick<LeafIssuer, "issue">,
    { max = DEFAULT_MAX, now = Date.now }: LeafCacheOptions = {},
  ) {
    this.#contexts = new LRUCache({
      max,
      perf: { now },
      // How long each is kept is said where it is made; times are read anew at every look, without a timer.
      ttl: 1,
      ttlResolution: 0,
      // A name that was dropped while its leaf was made is served all the same.
      ignoreFetchAbort: true,
      fetchMethod: async (_key, _stale, { options, context: name }) => {
        const nowMs = now();
        this.#made++;
        const leaf = await issuer.issue(name, nowMs);
        options.ttl = Math.max(
          1,
          Math.floor((leaf.notAfterMs - nowMs) * RENEWED_AFTER),
        );
        return createSecureContext({ cert: leaf.certPem, key: leaf.keyPem });
      },
    });
  }

  /** What there is at this moment. */
  get usage(): LeafUsage {
    const { size: cached, max: most } = this.#contexts;
    const made = this.#made;
    return { cached, most, made, hits: this.#asked - made };
  }

  /**
   * The context for a host as requests write it. Many that ask for one name at once wait
   * for one leaf.
   *
   * @throws {TypeError} for what no certificate can be for.
   * @throws {AuthorityError} when the authority has expired.
   */
  async secureContext(host: string): Promise<SecureContext> {
    const name = certifiedName(host);
    this.#asked++;
    return await this.#contexts.forceFetch(name.value, { context: name });
  }
}
