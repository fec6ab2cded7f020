/**
 * How long a client waits that gave wrong passwords: nothing for the first few, then twice as
 * long each time, up to some seconds. It has no clock, and bounded memory: the clients that
 * failed longest ago are forgotten first.
 */

import { LRUCache } from "lru-cache";

/** How many failures cost nothing: typing errors. */
const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** After how long without a failure a client begins anew. */
const FORGET_MS = 60_000;
/** How many clients are kept. */
const MAX_CLIENTS = 10_000;

interface Failures {
  readonly count: number;
  readonly atMs: number;
}

/** Counts failures by client. */
export class FailureThrottle {
  readonly #clients: LRUCache<string, Failures>;

  /** @param maxClients How many clients are kept. Default: 10000. */
  constructor(maxClients: number = MAX_CLIENTS) {
    this.#clients = new LRUCache({ max: maxClients });
  }

  /**
   * How long the client has to wait until it may try again, in ms; 0 for not at all.
   *
   * @param client See `clientKey`.
   * @param nowMs The time; any clock that does not jump.
   */
  waitMs(client: string, nowMs: number): number {
    const { count, atMs } = this.#failures(client, nowMs);
    if (count < FREE_FAILURES) return 0;
    const wait = FIRST_WAIT_MS * 2 ** (count - FREE_FAILURES);
    return Math.max(0, atMs + Math.min(wait, LONGEST_WAIT_MS) - nowMs);
  }

  /** How many attempts the client may have under way: 1 when each may cost it a wait. */
  attemptsAtOnce(client: string, nowMs: number): number {
    return Math.max(1, FREE_FAILURES - this.#failures(client, nowMs).count);
  }

  /** Counts a failure. */
  fail(client: string, nowMs: number): void {
    const { count } = this.#failures(client, nowMs);
    this.#clients.set(client, { count: count + 1, atMs: nowMs });
  }

  #failures(client: string, nowMs: number): Failures {
    const failures = this.#clients.get(client);
    if (failures === undefined || nowMs - failures.atMs >= FORGET_MS) {
      return { count: 0, atMs: nowMs };
    }
    return failures;
  }
}
