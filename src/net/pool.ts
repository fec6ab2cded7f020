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
  /** By route, each list with the longest idle first. Lists that are empty stay for their route's next. */
  readonly #routes = new Map<string, Upstream[]>();
  readonly #idleTimeoutMs: number;
  readonly #maxIdle: number;
  readonly #maxPerRoute: number;
  /** All of them, linked from the longest idle to the last given. */
  #oldest: Upstream | undefined;
  #newest: Upstream | undefined;
  #size = 0;

  constructor(
    options: { idleTimeoutMs: number; maxIdle?: number; maxPerRoute?: number },
  ) {
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#maxIdle = options.maxIdle ?? MAX_IDLE;
    this.#maxPerRoute = options.maxPerRoute ?? MAX_IDLE_PER_ROUTE;
  }

  /** How many connections are idle. */
  get size(): number {
    return this.#size;
  }

  /** The connection of that route which was used last, or undefined. The caller owns it. */
  take(key: string): Upstream | undefined {
    const idle = this.#routes.get(key);
    if (idle === undefined) return undefined;
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      this.#unlink(last);
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
    const idle = this.#routes.get(upstream.key) ?? this.#addRoute(upstream.key);
    if (
      conn.isEnded || conn.available > 0 || idle.length >= this.#maxPerRoute
    ) {
      conn.dispose();
      return;
    }
    if (this.#size >= this.#maxIdle) this.#drop(this.#oldest!);
    idle.push(upstream);
    this.#link(upstream);
    upstream.onIdleEnd ??= () => this.#drop(upstream);
    conn.onEnd = conn.onExpire = upstream.onIdleEnd;
    conn.expireAfter(this.#idleTimeoutMs);
    conn.readAhead();
  }

  /** Closes all idle connections. */
  closeAll(): void {
    while (this.#oldest !== undefined) this.#drop(this.#oldest);
  }

  #addRoute(key: string): Upstream[] {
    // Twice as many routes as connections: some are empty, and those go.
    if (this.#routes.size >= 2 * this.#maxIdle) this.#forgetEmptyRoutes();
    const idle: Upstream[] = [];
    this.#routes.set(key, idle);
    return idle;
  }

  #forgetEmptyRoutes(): void {
    for (const [key, idle] of this.#routes) {
      if (idle.length === 0) this.#routes.delete(key);
    }
  }

  #link(upstream: Upstream): void {
    this.#size++;
    upstream.isIdle = true;
    upstream.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = upstream;
    else this.#newest.newer = upstream;
    this.#newest = upstream;
  }

  #unlink(upstream: Upstream): void {
    const { older, newer } = upstream;
    this.#size--;
    upstream.isIdle = false;
    upstream.older = upstream.newer = undefined;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
  }

  #drop(upstream: Upstream): void {
    upstream.conn.onEnd = upstream.conn.onExpire = undefined;
    upstream.conn.close();
    if (!upstream.isIdle) return;
    this.#unlink(upstream);
    const idle = this.#routes.get(upstream.key);
    const at = idle?.indexOf(upstream) ?? -1;
    if (at >= 0) idle!.splice(at, 1);
  }
}
