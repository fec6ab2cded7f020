/** A server on loopback that shows one certificate, for clients to judge. */

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n" +
  "\r\nyes";

/** A running server; stops on dispose. */
export interface LeafServer extends AsyncDisposable {
  readonly port: number;
}

/** Answers what comes with 200, over TLS by `context`. */
export async function serveLeaf(
  context: SecureContext,
  hostname = "127.0.0.1",
): Promise<LeafServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const tls = new TLSSocket(socket, {
      isServer: true,
      secureContext: context,
    });
    // A client that refuses says so by an alert or a reset.
    for (const each of [socket, tls]) each.on("error", () => {});
    tls.once("data", () => tls.end(ANSWER));
  });
  server.listen(0, hostname);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("Cannot tell the port");
  }
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
