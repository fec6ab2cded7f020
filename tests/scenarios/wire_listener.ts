/**
 * A listening socket of a scenario: an origin or a parent proxy that the script plays
 * connection by connection, over TLS or in the clear.
 */

import {
  type AddressInfo,
  createServer,
  type Server,
  type Socket,
} from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { formatHost } from "../../src/http1/target.ts";
import type { TestCertificate } from "../net/test_certificate.ts";
import { WirePeer } from "./wire_peer.ts";

/** Listens on loopback, on a port that the system chooses. */
export class WireListener {
  /** How many connections have come. */
  accepted = 0;
  readonly port: number;
  /** `host:port`, as it stands in a Host field. */
  readonly authority: string;

  readonly scheme: "http" | "https";
  readonly #server: Server;
  readonly #peers: WirePeer[] = [];
  readonly #waiting: WirePeer[] = [];
  readonly #askers: ((peer: WirePeer) => void)[] = [];

  private constructor(
    server: Server,
    peerOf: (socket: Socket) => WirePeer,
    scheme: "http" | "https",
  ) {
    this.#server = server;
    this.scheme = scheme;
    // A server that listens on a port has an address of this kind.
    const { address: host, port } = server.address() as AddressInfo;
    this.port = port;
    this.authority = formatHost({ host, port });
    server.on("connection", (socket) => this.#add(peerOf(socket)));
  }

  /** @param certificate What it shows. Default: it speaks in the clear. */
  static async open(
    host = "127.0.0.1",
    certificate?: TestCertificate,
  ): Promise<WireListener> {
    const server = createServer({ allowHalfOpen: true });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once("error", reject);
    server.listen(0, host, resolve);
    await promise;
    return certificate === undefined
      ? new WireListener(server, (socket) => new WirePeer(socket), "http")
      : new WireListener(server, peersOverTls(certificate), "https");
  }

  /** An absolute URL of that path here. */
  url(path: string): string {
    return `${this.scheme}://${this.authority}${path}`;
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

function peersOverTls(
  certificate: TestCertificate,
): (socket: Socket) => WirePeer {
  const secureContext = createSecureContext(certificate);
  return (socket) => {
    const options = { isServer: true, secureContext };
    return new WirePeer(new TLSSocket(socket, options), socket);
  };
}
