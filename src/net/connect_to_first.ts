/**
 * A connection to the first of a host's addresses that answers (RFC 8305 §5): each joins a
 * little after the one before, few run at once, and one that stays silent gives way to one that
 * was not tried yet. Which addresses there are and may be dialled is for whoever asks.
 */

import type { DescriptorBudget } from "./descriptor_budget.ts";

/** How many of a host's addresses are tried: whoever owns a name must not make a scan of one request. */
const MAX_ADDRESSES = 8;
/** How many of them at once. */
const MAX_AT_ONCE = 3;

/** How addresses follow one another. */
export interface ConnectPace {
  /** How long the newest attempt runs before the next one joins, in ms. */
  readonly delayMs: number;
  /** How long an attempt runs at least before it gives way, in ms. */
  readonly leastMs: number;
}

/** RFC 8305 §5 recommends the delay; Go's `net.Dialer` leaves an address that least of time. */
const PACE: ConnectPace = { delayMs: 250, leastMs: 2000 };

/** Connects to one address; `signal` ends the attempt. */
export type ConnectTo = (
  hostname: string,
  signal: AbortSignal,
) => Promise<Deno.TcpConn>;

/** What a connection to one of several addresses is made with. */
export interface ConnectOptions {
  /** In the order to try them; those past the eighth are not. */
  readonly addresses: readonly string[];
  readonly connectTo: ConnectTo;
  /** Counts all attempts but one, which is for whoever asks to count. */
  readonly descriptors: DescriptorBudget;
  /** Default: 250 ms, and 2 s. */
  readonly pace?: ConnectPace;
}

/**
 * The first connection that succeeds. The next address joins when one has failed, or when the
 * newest has had its delay; where three are tried, or no further descriptor is to be had, the
 * oldest gives way.
 *
 * @throws {Error} that of the last attempt that failed, or the reason of `signal`.
 */
export async function connectToFirst(
  options: ConnectOptions,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  const { addresses, connectTo } = options;
  if (addresses.length === 1) return await connectTo(addresses[0]!, signal);
  signal.throwIfAborted();
  const race = new Race(options);
  const cancel = () => race.fail(signal.reason);
  signal.addEventListener("abort", cancel);
  try {
    return await race.run();
  } finally {
    signal.removeEventListener("abort", cancel);
    race.end();
  }
}

/** Attempts that run against each other. */
class Race {
  readonly #addresses: readonly string[];
  readonly #connectTo: ConnectTo;
  readonly #descriptors: DescriptorBudget;
  readonly #pace: ConnectPace;
  readonly #winner = Promise.withResolvers<Deno.TcpConn>();
  /** The attempts under way, the oldest first, and when each began. */
  readonly #running = new Map<AbortController, number>();
  #tried = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor({ addresses, connectTo, descriptors, pace }: ConnectOptions) {
    this.#addresses = addresses.slice(0, MAX_ADDRESSES);
    this.#connectTo = connectTo;
    this.#descriptors = descriptors;
    this.#pace = pace ?? PACE;
  }

  run(): Promise<Deno.TcpConn> {
    this.#advance();
    return this.#winner.promise;
  }

  fail(reason: unknown): void {
    this.#winner.reject(reason);
  }

  /** Ends the attempts that are still under way. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    for (const attempt of this.#running.keys()) attempt.abort();
  }

  /** The next address joins, now or as soon as there is room. */
  #advance(): void {
    clearTimeout(this.#timer);
    const hostname = this.#addresses[this.#tried];
    if (hostname === undefined) return;
    const waitMs = this.#hasRoom() ? 0 : this.#oldestHasMs();
    if (waitMs > 0) return this.#advanceIn(waitMs);
    if (!this.#hasRoom()) this.#dropOldest();
    this.#tried++;
    this.#attempt(hostname);
    this.#advanceIn(this.#pace.delayMs);
  }

  #advanceIn(ms: number): void {
    this.#timer = setTimeout(() => this.#advance(), ms);
  }

  #hasRoom(): boolean {
    const { size } = this.#running;
    return size === 0 || (size < MAX_AT_ONCE && !this.#descriptors.isSpent);
  }

  /** How long the oldest attempt may still run. */
  #oldestHasMs(): number {
    const [begunMs = 0] = this.#running.values();
    return begunMs + this.#pace.leastMs - performance.now();
  }

  #dropOldest(): void {
    const [oldest] = this.#running.keys();
    if (oldest === undefined) return;
    this.#running.delete(oldest);
    oldest.abort();
  }

  async #attempt(hostname: string): Promise<void> {
    const held = this.#running.size === 0 ? 0 : 1;
    const attempt = new AbortController();
    this.#running.set(attempt, performance.now());
    this.#descriptors.hold(held);
    try {
      const conn = await this.#connectTo(hostname, attempt.signal);
      if (this.#isOver) conn.close();
      else this.#won(conn);
    } catch (error) {
      // One that gave way is not under way any more.
      if (this.#running.delete(attempt)) this.#failed(error);
    } finally {
      this.#descriptors.release(held);
    }
  }

  #won(conn: Deno.TcpConn): void {
    this.#isOver = true;
    this.#winner.resolve(conn);
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    if (this.#tried < this.#addresses.length) this.#advance();
    else if (this.#running.size === 0) this.fail(error);
  }
}
