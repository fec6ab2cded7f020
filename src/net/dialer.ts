/**
 * New connections: resolve, ask which of the addresses are allowed, connect to one of those
 * (staggered, RFC 8305), TLS, and the handshake with a parent proxy where the route has one. One deadline is over all of it.
 */

import type { SecureContext } from "node:tls";
import { ProxyError, toProxyError } from "../errors.ts";
import type { OriginStage } from "../errors.ts";
import type { Authority } from "../http1/target.ts";
import { formatHost } from "../http1/target.ts";
import { MEDIUM_BYTES } from "./buffers.ts";
import { trustContext } from "./client_tls_socket.ts";
import { type ByteStream, Conn, type ConnContext } from "./conn.ts";
import { connectThroughParent } from "./parent_connect.ts";
import { isAddress, type Resolver } from "./resolver.ts";
import { firstHop, type Route } from "./route.ts";
import { connectThroughSocks5 } from "./socks5.ts";
import { TlsStream } from "./tls_stream.ts";

/** RFC 8305 §5: how long one address may try alone before the next one joins, in ms. */
const ATTEMPT_DELAY_MS = 250;

/** A fresh connection and what it took. Times in ms; -1 for what was not needed. */
export interface Dialled {
  readonly conn: Conn;
  readonly address: string;
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly tlsMs: number;
}

/** Says where connections may go. It is asked at each dial, and nothing is dialled that it did not allow. */
export interface DialGuard {
  /**
   * The host to resolve for the first hop of a route: the destination, or the route's parent.
   *
   * @throws {ProxyError} for a destination that is prohibited, or is no host.
   */
  firstHost(route: Route): string;
  /**
   * Those of that host's addresses that may be dialled: at least one, in their order.
   *
   * @throws {ProxyError} when there is none.
   */
  allowed(route: Route, addresses: readonly string[]): readonly string[];
}

/** What a Dialer is made of. */
export interface DialerOptions {
  readonly context: ConnContext;
  readonly resolver: Resolver;
  readonly guard: DialGuard;
  /** For everything up to a connection that is ready to use, the name's resolution within. */
  readonly connectTimeoutMs: number;
  /** PEM certificates that are trusted beside the system's. */
  readonly caCerts?: readonly string[];
  /** Hosts, in lower case, whose certificates are not verified. Default: none. */
  readonly insecureHosts?: ReadonlySet<string>;
}

/** Makes connections. */
export class Dialer {
  readonly #options: DialerOptions;
  readonly #secureContext: SecureContext;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#secureContext = trustContext(options.caCerts);
  }

  /**
   * Connects along `route`. `cancel` ends the attempt early. The caller closes the connection.
   *
   * @throws {ProxyError} with the answer for the client: 502, 503 or 504.
   */
  async dial(route: Route, cancel: AbortController): Promise<Dialled> {
    const attempt = new Attempt(
      this.#options,
      this.#secureContext,
      route,
      cancel,
    );
    const deadline = { deadlineMs: 0, expire: () => attempt.expire() };
    const { deadlines } = this.#options.context;
    deadlines.watch(deadline);
    deadline.deadlineMs = deadlines.after(this.#options.connectTimeoutMs);
    try {
      return await attempt.run();
    } catch (error) {
      throw attempt.failure(error);
    } finally {
      deadlines.unwatch(deadline);
    }
  }
}

/** One run through the steps of a dial. */
class Attempt {
  readonly #options: DialerOptions;
  readonly #secureContext: SecureContext;
  readonly #route: Route;
  readonly #cancel: AbortController;
  #stage: OriginStage = "resolve";
  #isExpired = false;
  #conn: Conn | undefined;
  /** What the connection runs over: TLS on top, where there is any. */
  #stream: ByteStream | undefined;
  /** What comes from the other end is the origin's, not the parent's. */
  #isWithOrigin = false;
  #dnsMs = -1;
  #connectMs = -1;
  #tlsMs = -1;

  constructor(
    options: DialerOptions,
    secureContext: SecureContext,
    route: Route,
    cancel: AbortController,
  ) {
    this.#options = options;
    this.#secureContext = secureContext;
    this.#route = route;
    this.#cancel = cancel;
  }

  expire(): void {
    this.#isExpired = true;
    this.#cancel.abort();
  }

  async run(): Promise<Dialled> {
    const { signal } = this.#cancel;
    // A TLS handshake or one with a parent has no signal: closing the connection ends it.
    const close = () => this.#conn?.close();
    signal.addEventListener("abort", close);
    try {
      const address = await this.#connect(signal);
      await this.#secure();
      signal.throwIfAborted();
      return {
        conn: this.#conn!,
        address,
        dnsMs: this.#dnsMs,
        connectMs: this.#connectMs,
        tlsMs: this.#tlsMs,
      };
    } finally {
      signal.removeEventListener("abort", close);
    }
  }

  /** The answer for what ended the attempt, with the connection closed. */
  failure(error: unknown): ProxyError {
    this.#conn?.close();
    const { label, name } = this.#names();
    if (this.#isExpired) {
      const code = this.#stage === "resolve"
        ? "dns_timeout"
        : "connection_timeout";
      const what = this.#stage === "resolve"
        ? "its name was not resolved"
        : "it did not answer";
      const message =
        `no connection to ${name} within ${this.#options.connectTimeoutMs} ms: ${what}`;
      return new ProxyError(504, "origin", code, message, { cause: error });
    }
    if (this.#cancel.signal.aborted) {
      const message = `the connection to ${name} is not wanted any more`;
      return new ProxyError(502, "proxy", "connection_terminated", message, {
        cause: error,
      });
    }
    return toProxyError(error, this.#stage, label);
  }

  #names(): { label: string; name: string } {
    const { parent, destination } = this.#route;
    const name = formatHost(destination);
    if (parent === undefined) return { label: name, name };
    const through = `${name} through ${parent.label}`;
    return {
      label: this.#isWithOrigin ? through : `the parent proxy ${parent.label}`,
      name: through,
    };
  }

  async #connect(signal: AbortSignal): Promise<string> {
    const { guard, resolver } = this.#options;
    const { port } = firstHop(this.#route);
    const host = guard.firstHost(this.#route);
    const startMs = performance.now();
    const found = await resolver.resolve(host, signal);
    const addresses = guard.allowed(this.#route, found);
    const resolvedMs = performance.now();
    if (!isAddress(host)) this.#dnsMs = resolvedMs - startMs;
    this.#stage = "connect";
    const stream = await connectToFirst(addresses, port, signal);
    this.#connectMs = performance.now() - resolvedMs;
    stream.setNoDelay(true);
    this.#use(stream);
    return stream.remoteAddr.hostname;
  }

  async #secure(): Promise<void> {
    const { parent, destination, isTls, isTunnel } = this.#route;
    if (parent?.scheme === "https") await this.#startTls(parent.authority);
    if (parent?.scheme === "socks5") {
      await connectThroughSocks5(this.#conn!, destination, parent);
    } else if (parent !== undefined && (isTunnel || isTls)) {
      await connectThroughParent(this.#conn!, destination, parent);
    }
    if (isTls) await this.#startTls(destination);
  }

  async #startTls(peer: Authority): Promise<void> {
    this.#stage = "tls";
    this.#isWithOrigin = peer === this.#route.destination;
    const startMs = performance.now();
    if (this.#conn!.available > 0) throw this.#unasked();
    const secure = new TlsStream(this.#stream!, {
      host: peer.host,
      secureContext: this.#secureContext,
      ALPNProtocols: ["http/1.1"],
      isUnverified: this.#options.insecureHosts?.has(peer.host) ?? false,
    });
    this.#conn!.detach();
    this.#use(secure);
    await secure.handshake();
    this.#tlsMs = Math.max(this.#tlsMs, 0) + performance.now() - startMs;
    this.#stage = "connect";
  }

  #unasked(): ProxyError {
    return new ProxyError(
      502,
      "origin",
      "tls_protocol_error",
      `${this.#names().label} sent bytes ahead of TLS`,
    );
  }

  #use(stream: ByteStream): void {
    this.#stream = stream;
    this.#conn = new Conn(stream, this.#options.context, MEDIUM_BYTES);
    if (this.#cancel.signal.aborted) this.#conn.close();
  }
}

/**
 * The first connection that succeeds. Addresses join the race one after another: when
 * the one before has failed or has had ATTEMPT_DELAY_MS.
 */
export async function connectToFirst(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  if (addresses.length === 1) {
    return await Deno.connect({ hostname: addresses[0]!, port, signal });
  }
  const race = new AbortController();
  const attempts: Promise<Deno.TcpConn>[] = [];
  const all = AbortSignal.any([signal, race.signal]);
  let winner: Deno.TcpConn | undefined;
  for (const hostname of addresses) {
    const attempt = Deno.connect({ hostname, port, signal: all });
    attempts.push(attempt);
    winner = await firstOr(attempts, attempt);
    if (winner !== undefined || signal.aborted) break;
  }
  try {
    winner ??= await Promise.any(attempts);
    return winner;
  } catch (error) {
    throw error instanceof AggregateError ? error.errors.at(-1) : error;
  } finally {
    race.abort();
    closeLosers(attempts, winner);
  }
}

/** The first success, or undefined once the newest attempt has failed or had its time. */
async function firstOr(
  attempts: readonly Promise<Deno.TcpConn>[],
  newest: Promise<Deno.TcpConn>,
): Promise<Deno.TcpConn | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const delay = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ATTEMPT_DELAY_MS);
  });
  const success = Promise.any(attempts);
  success.catch(() => {
    // All have failed so far: whoever asks for the winner is told so.
  });
  try {
    return await Promise.race([success, newest.catch(() => undefined), delay]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function closeLosers(
  attempts: readonly Promise<Deno.TcpConn>[],
  winner: Deno.TcpConn | undefined,
): void {
  for (const attempt of attempts) {
    attempt.then((conn) => conn === winner || conn.close(), () => {
      // A loser that failed has nothing to close.
    });
  }
}
