/**
 * Accepts clients, of those that may come and within the limits of how many there may be, and
 * lets them finish at the end. A listener that runs out of descriptors waits for some to come back.
 */

import { isDescriptorShortage, ProxyError } from "../errors.ts";
import { type ByteStream, Conn } from "../net/conn.ts";
import { lingerAndClose } from "../net/linger.ts";
import { ClientConnection } from "./client_connection.ts";
import { type Client, Exchange } from "./exchange.ts";
import { respondToError } from "./respond.ts";
import { plainAddress } from "./self.ts";
import type { Services } from "./services.ts";

/** How long to wait for descriptors before accepting again, in ms. */
const PAUSE_MS = 100;
/** So many failures in a row are no clients that left, but a listener in trouble. */
const MAX_FAILURES = 1000;
/** How long connections that were cut may take to be gone, in ms. */
const CUT_MS = 1000;
/** How many clients may be told at once that they are refused; the rest are closed without a word. */
const MAX_REFUSALS = 256;
/** How long a connection may be silent before another may take its place, in ms: so it costs little to fill it. */
const SILENT_MS = 1000;
/** When a client that found the proxy full should come back, in seconds. */
const RETRY_AFTER_SECONDS = 5;

/** What a server leaves to the one who runs it. */
export interface ServerOptions {
  /** What is spoken over an accepted connection, such as TLS. Default: the connection as it is. */
  readonly wrap?: ((tcp: Deno.TcpConn) => ByteStream) | undefined;
  /** No descriptors are left: said once for each run of failures. */
  readonly outOfDescriptors: (error: unknown) => void;
}

/** Serves the clients of one listener. */
export class Server {
  readonly #listener: Deno.TcpListener;
  readonly #services: Services;
  readonly #options: ServerOptions;
  readonly #connections = new Set<ClientConnection>();
  readonly #perClient = new Map<string, number>();
  /** Those that had sent nothing when they were looked at last, the oldest first, and since when. */
  readonly #silent = new Map<ClientConnection, number>();
  /** Those that are told why they are not served: they take no client's place. */
  readonly #refused = new Set<ClientConnection>();
  #isDraining = false;
  /** It has been said that there are too few descriptors. */
  #isShort = false;
  #whenEmpty: (() => void) | undefined;

  constructor(
    listener: Deno.TcpListener,
    services: Services,
    options: ServerOptions,
  ) {
    this.#listener = listener;
    this.#services = services;
    this.#options = options;
  }

  /** How many clients are connected. */
  get connections(): number {
    return this.#connections.size;
  }

  /**
   * Accepts until {@link drain}.
   *
   * @throws {Error} when the listener itself fails, never for what a client does.
   */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#isDraining) {
      try {
        this.#admit(await this.#listener.accept());
        failures = 0;
      } catch (error) {
        if (this.#isDraining) return;
        if (error instanceof Deno.errors.BadResource) throw error;
        await this.#recover(error, ++failures);
      }
    }
  }

  /** A client that was gone before it was accepted costs nothing; a shortage needs time. */
  async #recover(error: unknown, failures: number): Promise<void> {
    const isShort = isDescriptorShortage(error);
    if (!isShort && failures < MAX_FAILURES) return;
    if (isShort) this.#services.pool.closeAll();
    if (failures === 1) this.#options.outOfDescriptors(error);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }

  /**
   * Stops accepting, closes idle connections, lets exchanges and tunnels finish for up to
   * `timeoutMs`, then cuts what is left. Returns how many were cut.
   */
  async drain(timeoutMs: number): Promise<number> {
    this.#isDraining = true;
    this.#listener.close();
    for (const connection of this.#connections) connection.drain();
    for (const connection of this.#refused) connection.conn.close();
    if (this.#connections.size > 0) await this.#emptyWithin(timeoutMs);
    const cut = this.#connections.size;
    for (const connection of this.#connections) connection.cut();
    if (cut > 0) await this.#emptyWithin(CUT_MS);
    for (const connection of this.#connections) connection.conn.close();
    this.#services.pool.closeAll();
    return cut;
  }

  #emptyWithin(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#whenEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #admit(accepted: Deno.TcpConn): void {
    if (!this.#hasRoom()) {
      accepted.close();
      return;
    }
    const { hostname, port } = accepted.remoteAddr;
    const localIp = plainAddress(accepted.localAddr.hostname);
    const client = { ip: plainAddress(hostname), port, localIp };
    if (this.#services.access?.clients?.contains(client.ip) === false) {
      this.#refuse(accepted, client, (connection) => {
        connection.isStranger = true;
        return connection.serve();
      });
      return;
    }
    const { maxConnections, maxConnectionsPerClient } = this.#services.limits;
    const count = this.#perClient.get(client.ip) ?? 0;
    const isFull = this.#connections.size >= maxConnections;
    const isOverShare = count >= maxConnectionsPerClient;
    const isRefused = (isOverShare && !this.#dropSilent(client.ip)) ||
      (isFull && !isOverShare && !this.#dropSilent());
    if (isRefused) {
      const why = isFull
        ? `its ${maxConnections} connections are in use`
        : `${client.ip} has its ${maxConnectionsPerClient} connections in use`;
      this.#refuse(accepted, client, (to) => this.#sayFull(to, why));
      return;
    }
    const connection = this.#connectionOf(accepted, client);
    this.#perClient.set(client.ip, count + 1);
    this.#serve(connection);
    // Fails for a client that has reset its connection, which serving it finds out.
    accepted.setNoDelay(true);
  }

  /**
   * Closes the connection that has sent nothing for longest, of that client or of all: who may have something to
   * say comes before who has had time to. False where there is none.
   */
  #dropSilent(ip?: string): boolean {
    const latestMs = performance.now() - SILENT_MS;
    for (const [connection, sinceMs] of this.#silent) {
      if (sinceMs > latestMs) return false;
      const hasBegun = connection.conn.bytesRead > 0;
      if (!hasBegun && ip !== undefined && connection.client.ip !== ip) {
        continue;
      }
      this.#silent.delete(connection);
      if (hasBegun) continue;
      connection.conn.close();
      return true;
    }
    return false;
  }

  /** Leaves descriptors for what is no connection; idle ones to origins make room. */
  #hasRoom(): boolean {
    const { descriptors, pool } = this.#services;
    if (!descriptors.isSpent) {
      this.#isShort = false;
      return true;
    }
    pool.closeAll();
    if (!descriptors.isSpent) return true;
    if (!this.#isShort) {
      const why = `all ${descriptors.max} connections are in use`;
      this.#options.outOfDescriptors(new Error(why));
    }
    this.#isShort = true;
    return false;
  }

  #connectionOf(accepted: Deno.TcpConn, client: Client): ClientConnection {
    const { wrap } = this.#options;
    const stream = wrap === undefined ? accepted : wrap(accepted);
    const conn = new Conn(stream, this.#services);
    return new ClientConnection(conn, client, this.#services);
  }

  async #serve(connection: ClientConnection): Promise<void> {
    this.#connections.add(connection);
    this.#silent.set(connection, performance.now());
    await connection.serve();
    this.#connections.delete(connection);
    this.#silent.delete(connection);
    const { ip } = connection.client;
    const left = this.#perClient.get(ip)! - 1;
    if (left === 0) this.#perClient.delete(ip);
    else this.#perClient.set(ip, left);
    if (this.#connections.size === 0) this.#whenEmpty?.();
  }

  /** Lets `tell` say why there is no service. */
  async #refuse(
    accepted: Deno.TcpConn,
    client: Client,
    tell: (connection: ClientConnection) => Promise<void>,
  ): Promise<void> {
    if (this.#refused.size >= MAX_REFUSALS) {
      accepted.close();
      return;
    }
    const connection = this.#connectionOf(accepted, client);
    this.#refused.add(connection);
    await tell(connection);
    this.#refused.delete(connection);
  }

  /** Answers 503 and closes; the request is not read. */
  async #sayFull(connection: ClientConnection, why: string): Promise<void> {
    const { conn, client } = connection;
    const exchange = new Exchange(this.#services.self.nextId(), client);
    exchange.mustClose = true;
    const error = full(why);
    exchange.fail(error);
    try {
      conn.expireAfter(this.#services.limits.headTimeoutMs);
      conn.onExpire = undefined;
      await respondToError(exchange, error, connection);
      exchange.bytesOut = conn.bytesWritten;
      await lingerAndClose(conn);
    } catch {
      // ConnectionLost: the client did not wait for its refusal.
      conn.close();
    }
    exchange.totalMs = performance.now() - exchange.startMs;
    this.#services.record(exchange);
  }
}

function full(why: string): ProxyError {
  const message = `the proxy takes no more clients now: ${why}`;
  return new ProxyError(503, "proxy", "proxy_internal_response", message, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    outcome: "limited",
  });
}
