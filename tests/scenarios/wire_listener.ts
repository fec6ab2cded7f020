/**
 * A listening socket of a scenario: an origin or a parent proxy that the script plays
 * connection by connection.
 */

import { type AddressInfo, createServer, type Server } from "node:net";
import { formatHost } from "../../src/http1/target.ts";
import { WirePeer } from "./wire_peer.ts";

/** Listens on loopback, on a port that the system chooses. */
export class WireListener {
  /** How many connections have come. */
  accepted = 0;
  readonly port: number;
  /** `host:port`, as it stands in a Host field. */
  readonly authority: string;

  readonly #server: Server;
  readonly #peers: WirePeer[] = [];
  readonly #waiting: WirePeer[] = [];
  readonly #askers: ((peer: WirePeer) => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    // A server that listens on a port has an address of this kind.
    const { address: host, port } = server.address() as AddressInfo;
    this.port = port;
    this.authority = formatHost({ host, port });
    server.on("connection", (socket) => this.#add(new WirePeer(socket)));
  }

  static async open(host = "127.0.0.1"): Promise<WireListener> {
    const server = createServer({ allowHalfOpen: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(0, host, resolve);
    await promise;
    return new WireListener(server);
  }

  /** An absolute URL of that path here. */
  url(path: string): string {
    return `http://${this.authority}${path}`;
  }

  /** The next connection, once it has come. */
  accept(): Promise<WirePeer> {
    const peer = this.#waiting.shift();
    if (peer !== undefined) return Promise.resolve(peer);
    return new Promise((resolve) => this.#askers.push(resolve));
  }

  /** Closes it and resets every connection. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await Promise.all(this.#peers.map((peer) => peer.reset()));
    await promise;
  }

  #add(peer: WirePeer): void {
    this.accepted++;
    this.#peers.push(peer);
    const asker = this.#askers.shift();
    if (asker === undefined) this.#waiting.push(peer);
    else asker(peer);
  }
}
