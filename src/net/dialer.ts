/**
 * New connections: resolve, ask which of the addresses are allowed, connect to one of those,
 * TLS, and the handshake with a parent proxy where the route has one. One deadline is over
 * all of it.
 */

import type { SecureContext } from "node:tls";
import { ProxyError, toProxyError } from "../errors.ts";
import type { OriginStage } from "../errors.ts";
import type { Authority } from "../http1/target.ts";
import { formatHost } from "../http1/target.ts";
import { MEDIUM_BYTES } from "./buffers.ts";
import { trustContext } from "./client_tls_socket.ts";
import { type ByteStream, Conn, type ConnContext } from "./conn.ts";
import { connectToFirst } from "./connect_to_first.ts";
import type { DescriptorBudget } from "./descriptor_budget.ts";
import { connectThroughParent } from "./parent_connect.ts";
import { isAddress, type Resolver } from "./resolver.ts";
import { firstHop, type Route } from "./route.ts";
import { connectThroughSocks5 } from "./socks5.ts";
import { TlsStream } from "./tls_stream.ts";

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
  /**
   * Judges a connection to one of those by the address that our end of it has: the machine may have got
   * addresses since, and what leads to one of its own begins at that same one.
   *
   * @throws {ProxyError} for one that leads back to the proxy.
   */
  checkEnds(route: Route, local: string, remote: string): void;
  /** Whether a connection that was allowed still is. `address` is the first hop's. */
  isStillAllowed(route: Route, address: string): boolean;
}

/** What a Dialer is made of. */
export interface DialerOptions {
  readonly context: ConnContext;
  readonly resolver: Resolver;
  /** Counts the connections that are tried. */
  readonly descriptors: DescriptorBudget;
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
  /** TLS handshakes with destinations that failed, since the start. */
  failedHandshakes = 0;
  readonly #options: DialerOptions;
  readonly #secureContext: SecureContext;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#secureContext = trustContext(options.caCerts);
  }

  /** Whether a connection along `route` that is there already may serve it now. */
  isStillAllowed(route: Route, address: string): boolean {
    return this.#options.guard.isStillAllowed(route, address);
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
      if (attempt.isAtHandshake) this.failedHandshakes++;
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

  /** TLS with the destination is under way, and nobody has called the attempt off. */
  get isAtHandshake(): boolean {
    const isWanted = this.#isExpired || !this.#cancel.signal.aborted;
    return this.#stage === "tls" && this.#isWithOrigin && isWanted;
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
    if (this.#isExpired) return this.#late(error);
    if (this.#cancel.signal.aborted) {
      const message = `the connection to ${name} is not wanted any more`;
      return new ProxyError(502, "proxy", "connection_terminated", message, {
        cause: error,
      });
    }
    return toProxyError(error, this.#stage, label);
  }

  /** RFC 9209 §2.3.9: a connection that was not ready in time, whatever step it was at. */
  #late(cause: unknown): ProxyError {
    const code = this.#stage === "resolve"
      ? "dns_timeout"
      : "connection_timeout";
    const message = `no connection to ${this.#names().name} within ` +
      `${this.#options.connectTimeoutMs} ms: ${this.#waitedFor()}`;
    return new ProxyError(504, "origin", code, message, { cause });
  }

  #waitedFor(): string {
    if (this.#stage === "resolve") return "its name was not resolved";
    if (this.#conn === undefined) return "it did not answer";
    const { label, name } = this.#names();
    const who = label === name ? "it" : label;
    return this.#stage === "tls"
      ? `${who} did not finish the TLS handshake`
      : `${who} did not answer`;
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
    const { guard, resolver, descriptors } = this.#options;
    const { port } = firstHop(this.#route);
    const host = guard.firstHost(this.#route);
    const startMs = performance.now();
    const found = await resolver.resolve(host, signal);
    const addresses = guard.allowed(this.#route, found);
    const resolvedMs = performance.now();
    if (!isAddress(host)) this.#dnsMs = resolvedMs - startMs;
    this.#stage = "connect";
    const stream = await connectToFirst({
      addresses,
      connectTo: (hostname, signal) => Deno.connect({ hostname, port, signal }),
      descriptors,
    }, signal);
    this.#connectMs = performance.now() - resolvedMs;
    stream.setNoDelay(true);
    this.#use(stream);
    const { localAddr, remoteAddr } = stream;
    guard.checkEnds(this.#route, localAddr.hostname, remoteAddr.hostname);
    return remoteAddr.hostname;
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
