/**
 * Which clients do not take our certificate for which hosts: they have pinned another one, or
 * don't trust the authority. Remembers each for ten minutes, by the client's address. What a
 * refusal looks like on the wire, and what follows from one, is decided elsewhere.
 */

import { LRUCache } from "lru-cache";
import { canonicalHost } from "../policy/canonical.ts";
import type { Client } from "./exchange.ts";

/** How long a refusal counts, in ms. */
const REMEMBERED_MS = 10 * 60 * 1000;
/** How many are remembered; the least recently noted go. */
export const MAX_REFUSALS = 4096;

/** A client that refuses our certificate for a host. */
export interface CertificateRefusal {
  /** The client's address. */
  readonly client: string;
  readonly host: string;
  /** What it said, or did. */
  readonly reason: string;
  /** Until when it counts, in ms since 1970. */
  readonly untilMs: number;
}

/** What refusals are told to and timed by. */
export interface CertificateRefusalsOptions {
  /** Told of each that was not remembered yet. */
  readonly onRefusal: (client: Client, host: string, reason: string) => void;
  /** The time in ms since 1970. */
  readonly now: () => number;
}

/** The refusals that count now. */
export class CertificateRefusals {
  /** How many there were since the start. */
  total = 0;
  readonly #options: CertificateRefusalsOptions;
  readonly #remembered: LRUCache<string, CertificateRefusal>;
  /** Who has left a host's TLS without a word, the last time. */
  readonly #silent: LRUCache<string, true>;

  constructor(options: CertificateRefusalsOptions) {
    this.#options = options;
    this.#remembered = memory(options.now);
    this.#silent = memory(options.now);
  }

  /** How many count now. */
  get size(): number {
    this.#remembered.purgeStale();
    return this.#remembered.size;
  }

  /** Whether a client refuses; `host` in its canonical form. */
  has({ ip }: Client, host: string): boolean {
    return this.#remembered.size > 0 && this.#remembered.has(keyOf(ip, host));
  }

  /** Notes that a client does not take our certificate for a host. */
  add(client: Client, host: string, reason: string): void {
    this.total++;
    const { onRefusal, now } = this.#options;
    const name = canonicalHost(host);
    const key = keyOf(client.ip, name);
    if (!this.#remembered.has(key)) onRefusal(client, host, reason);
    const untilMs = now() + REMEMBERED_MS;
    this.#remembered.set(key, {
      client: client.ip,
      host: name,
      reason,
      untilMs,
    });
  }

  /**
   * Notes how a client has left TLS that was intercepted. Some look at the certificate only when
   * the handshake is done, and leave without a word: who does so twice in a row refuses it. Once
   * it may be a browser that has connected ahead of need.
   */
  left(client: Client, host: string, isSilent: boolean): void {
    if (!isSilent && this.#silent.size === 0) return;
    const key = keyOf(client.ip, canonicalHost(host));
    const isAgain = this.#silent.delete(key);
    if (!isSilent) return;
    if (isAgain) this.add(client, host, "it leaves as soon as it has seen it");
    else this.#silent.set(key, true);
  }

  /** Those noted last, the latest first. */
  latest(max: number): CertificateRefusal[] {
    return [...this.#remembered.values().take(max)];
  }
}

/** What is known of clients and hosts, for a while. */
function memory<Value extends NonNullable<unknown>>(
  now: () => number,
): LRUCache<string, Value> {
  return new LRUCache({
    max: MAX_REFUSALS,
    ttl: REMEMBERED_MS,
    // Times are read anew at every look, without a timer.
    ttlResolution: 0,
    perf: { now },
  });
}

function keyOf(ip: string, host: string): string {
  return `${ip} ${host}`;
}
