/**
 * Idle connections to origins and parents, kept for the next request of the same route
 * (RFC 9112 §9.3). A read runs on each while it waits, so one that the origin closes is
 * gone at once.
 */

import type { Upstream } from "./upstream.ts";

/** How many idle connections are kept in all. */
const MAX_IDLE = 1024;
/** How many are kept for one route. */
const MAX_IDLE_PER_ROUTE = 64;

/** The idle connections. */
export class Pool {
  readonly #idle = new Map<string, Upstream[]>();
  /** All of them, the longest idle first. */
  readonly #all = new Set<Upstream>();
  readonly #idleTimeoutMs: number;
  readonly #maxIdle: number;
  readonly #maxPerRoute: number;

  constructor(
    options: { idleTimeoutMs: number; maxIdle?: number; maxPerRoute?: number },
  ) {
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#maxIdle = options.maxIdle ?? MAX_IDLE;
    this.#maxPerRoute = options.maxPerRoute ?? MAX_IDLE_PER_ROUTE;
  }

  /** How many connections are idle. */
  get size(): number {
    return this.#all.size;
  }

  /** The connection of that route which was used last, or undefined. The caller owns it. */
  take(key: string): Upstream | undefined {
    const idle = this.#idle.get(key);
    if (idle === undefined) return undefined;
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      this.#all.delete(last);
      if (idle.length === 0) this.#idle.delete(key);
      const { conn } = last;
      conn.onEnd = conn.onExpire = undefined;
      conn.expireNever();
      last.isReused = true;
      if (!conn.isEnded && conn.available === 0) return last;
      // Bytes that nobody asked for can't be the answer to what is asked next.
      conn.close();
    }
    return undefined;
  }

  /** Takes a connection back on which a response has been read to its end. */
  give(upstream: Upstream): void {
    const { conn } = upstream;
    upstream.writer.release();
    const idle = this.#idle.get(upstream.key) ?? [];
    if (
      conn.isEnded || conn.available > 0 || idle.length >= this.#maxPerRoute
    ) {
      conn.dispose();
      return;
    }
    if (this.#all.size >= this.#maxIdle) this.#evictLongestIdle();
    idle.push(upstream);
    this.#idle.set(upstream.key, idle);
    this.#all.add(upstream);
    conn.onEnd = conn.onExpire = () => this.#drop(upstream);
    conn.expireAfter(this.#idleTimeoutMs);
    conn.readAhead();
  }

  /** Closes all idle connections. */
  closeAll(): void {
    for (const upstream of this.#all) this.#drop(upstream);
  }

  #evictLongestIdle(): void {
    for (const upstream of this.#all) {
      this.#drop(upstream);
      return;
    }
  }

  #drop(upstream: Upstream): void {
    upstream.conn.onEnd = upstream.conn.onExpire = undefined;
    upstream.conn.close();
    if (!this.#all.delete(upstream)) return;
    const idle = this.#idle.get(upstream.key);
    if (idle === undefined) return;
    const at = idle.indexOf(upstream);
    if (at >= 0) idle.splice(at, 1);
    if (idle.length === 0) this.#idle.delete(upstream.key);
  }
}
