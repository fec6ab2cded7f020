/**
 * The origin of a soak: what a path asks for is what it does, failures included.
 *
 *   | path       | answer                                                     |
 *   | ---------- | ---------------------------------------------------------- |
 *   | `/hit…`    | 2 KiB that may be stored for an hour, with an ETag         |
 *   | `/range…`  | the same, 256 KiB                                          |
 *   | `/miss…`   | 2 KiB that may not be stored, in chunks                    |
 *   | `/large…`  | 8 MiB                                                      |
 *   | `/echo…`   | the request's body                                         |
 *   | `/socket`  | 101, then each byte back                                   |
 *   | `/reset…`  | nothing, and a reset                                       |
 *   | `/cut…`    | half of what was announced                                 |
 *   | `/stall…`  | a head, and then nothing for good                          |
 */

import { connect, createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";

const SMALL = "x".repeat(2048);
const RANGED = "r".repeat(256 * 1024);
const LARGE = "l".repeat(8 * 1024 * 1024);

/** Listens on loopback until it is closed. */
export class SoakOrigin {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
    for (const opened of ["connection", "secureConnection"]) {
      server.on(opened, (socket: Socket) => this.#serve(socket));
    }
  }

  /** @param certificate PEM, for TLS. Default: none, and no TLS. */
  static async open(
    certificate?: Readonly<Record<"cert" | "key", string>>,
  ): Promise<SoakOrigin> {
    const server = certificate === undefined
      ? createServer()
      : createTlsServer(certificate);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, "127.0.0.1", resolve);
    await promise;
    return new SoakOrigin(server);
  }

  /** `127.0.0.1:PORT`. */
  get authority(): string {
    // A server that listens on a port has an address of this kind.
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let text = "";
    let isEcho = false;
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("data", (data: Uint8Array) => {
      if (isEcho) return void socket.write(data);
      text += new TextDecoder("latin1").decode(data);
      for (let end = endOf(text); end > 0; end = endOf(text)) {
        isEcho = answer(socket, text.slice(0, end));
        text = text.slice(end);
      }
    });
  }
}

/** Where the request ends that is at the start; 0 when it is not all there. */
function endOf(text: string): number {
  const headEnd = text.indexOf("\r\n\r\n") + 4;
  if (headEnd < 4) return 0;
  const length = /^content-length: (\d+)/im.exec(text.slice(0, headEnd))?.[1];
  const end = headEnd + Number(length ?? 0);
  return text.length < end ? 0 : end;
}

/** Answers a request. True when the connection echoes from now on. */
function answer(socket: Socket, request: string): boolean {
  const [, method = "", kind = ""] = /^(\S+) \/(\w+)/.exec(request) ?? [];
  const hasBody = method !== "HEAD";
  switch (kind) {
    case "socket":
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n" +
          "Upgrade: websocket\r\n\r\n",
      );
      return true;
    case "reset":
      socket.resetAndDestroy();
      return false;
    case "cut":
      socket.end(head(SMALL.length * 2) + SMALL);
      return false;
    case "stall":
      socket.write(head(SMALL.length));
      return false;
    case "miss":
      socket.write(
        "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\n" +
          "Transfer-Encoding: chunked\r\n\r\n" +
          (hasBody ? `800\r\n${SMALL}\r\n0\r\n\r\n` : ""),
      );
      return false;
    case "echo":
      return send(socket, request.slice(request.indexOf("\r\n\r\n") + 4), "");
    case "large":
      return send(socket, LARGE, "Cache-Control: no-store\r\n");
    case "range":
      return send(socket, hasBody ? RANGED : "", STORABLE, RANGED.length);
    default:
      return send(socket, hasBody ? SMALL : "", STORABLE, SMALL.length);
  }
}

const STORABLE = 'Cache-Control: max-age=3600\r\nETag: "e"\r\n';

function send(
  socket: Socket,
  body: string,
  lines: string,
  length = body.length,
): false {
  socket.write(head(length, lines) + body, "latin1");
  return false;
}

function head(length: number, lines = ""): string {
  return `HTTP/1.1 200 OK\r\n${lines}Content-Length: ${length}\r\n\r\n`;
}

/** A port of this machine at which nobody listens. */
export async function refusingPort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const probe = connect({ port, host: "127.0.0.1" });
  const { promise, resolve } = Promise.withResolvers<void>();
  probe.once("error", () => resolve());
  await promise;
  return port;
}
