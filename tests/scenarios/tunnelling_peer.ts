/**
 * A client of a scenario that asks over https: what it sends as to a proxy in the clear goes
 * through a tunnel to the origin that it names, with TLS in it that trusts the proxy's
 * authority. So one script plays both.
 */

import { isIP, type Socket } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { head } from "./requests.ts";
import { dialSocket, WirePeer } from "./wire_peer.ts";

/** A request line with an absolute target: its method, authority, and path. */
const REQUEST_LINE =
  /^([A-Z]+) https?:\/\/([^/ ]+)(\/\S*) (?=HTTP\/1\.\d\r$)/gm;

/** A client that opens tunnels by itself: one at a time, a new one for another origin. */
export class TunnellingPeer extends WirePeer {
  readonly #port: number;
  /** PEM of whom it trusts. */
  readonly #ca: string;
  readonly #connections: Socket[];
  /** The origin of the tunnel that is open. */
  #authority: string | undefined;

  private constructor(socket: Socket, port: number, ca: string) {
    super(socket);
    this.#port = port;
    this.#ca = ca;
    this.#connections = [socket];
  }

  /** Connects to the proxy at that port, and asks for nothing yet. */
  static async dial(port: number, ca: string): Promise<TunnellingPeer> {
    return new TunnellingPeer(await dialSocket(port), port, ca);
  }

  /** As WirePeer does, with targets as they stand within a tunnel (RFC 9112 §3.2.1). */
  override async send(data: string | Uint8Array): Promise<void> {
    if (typeof data !== "string") return await super.send(data);
    const [, , authority] = REQUEST_LINE.exec(data) ?? [];
    REQUEST_LINE.lastIndex = 0;
    if (authority !== undefined && authority !== this.#authority) {
      await this.#open(authority);
    }
    await super.send(data.replace(REQUEST_LINE, "$1 $3 "));
  }

  override async reset(): Promise<void> {
    for (const connection of this.#connections) {
      this.use(connection, connection);
      await super.reset();
    }
  }

  async #open(authority: string): Promise<void> {
    if (this.#authority !== undefined) {
      const socket = await dialSocket(this.#port);
      this.#connections.push(socket);
      this.use(socket, socket);
    }
    this.#authority = authority;
    const connection = this.#connections.at(-1)!;
    const { hostname, port } = new URL(`https://${authority}`);
    const target = `${hostname}:${port || 443}`;
    await super.send(head(`CONNECT ${target} HTTP/1.1`, `Host: ${target}`));
    const { startLine, status } = await this.head();
    if (status !== 200) throw new Error(`Cannot open a tunnel: ${startLine}`);
    this.use(await secured(connection, hostname, this.#ca), connection);
  }
}

/** Speaks TLS over a socket. @throws {Error} when the other side is not trusted. */
async function secured(
  socket: Socket,
  hostname: string,
  ca: string,
): Promise<TLSSocket> {
  const host = hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const tls = connect({
    socket,
    host,
    ...isIP(host) === 0 && { servername: host },
    ca,
    ALPNProtocols: ["http/1.1"],
  });
  tls.once("secureConnect", resolve).once("error", reject);
  await promise;
  tls.off("error", reject);
  return tls;
}
