/** What listens on loopback and serves each connection by bytes, until it is disposed of. */

import { latin1Bytes } from "../http1/wire_notation.ts";

/** A server of bytes. */
export abstract class ByteServer implements Disposable {
  readonly #listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  readonly #conns = new Set<Deno.TcpConn>();

  constructor() {
    this.#accept();
  }

  /** `127.0.0.1:PORT`. */
  get authority(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  [Symbol.dispose](): void {
    this.#listener.close();
    for (const conn of this.#conns) this.#drop(conn);
  }

  /** Serves a connection, which ends with it. */
  protected abstract serve(conn: Deno.TcpConn): Promise<void>;

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#conns.add(conn);
      this.serve(conn).catch(() => {
        // Whatever ends a connection is for the one who asks to notice.
      }).finally(() => this.#drop(conn));
    }
  }

  #drop(conn: Deno.TcpConn): void {
    if (this.#conns.delete(conn)) conn.close();
  }
}

/** Writes all of it. */
export async function writeAll(
  conn: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}

/** Writes a text, one character a byte. */
export function writeText(conn: Deno.TcpConn, text: string): Promise<void> {
  return writeAll(conn, latin1Bytes(text));
}

/** The answer to a path, by which it can be told from others. */
export function pathAnswer(path: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`;
}
