/**
 * A parent proxy that answers the first bytes of each connection by whatever bytes it is
 * told, without looking at them, and `/good…` later on by that path.
 */

import { latin1Bytes } from "../http1/wire_notation.ts";
import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is disposed of. */
export class HostileParent implements Disposable {
  /** One character a byte. */
  bytes = "";
  /** How many inputs there were: each has paths of its own. */
  asked = 0;
  /** Whether the connection ends behind them. */
  isClosing = true;
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

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#conns.add(conn);
      this.#serve(conn).catch(() => {
        // The proxy has heard enough.
      }).finally(() => this.#drop(conn));
    }
  }

  #drop(conn: Deno.TcpConn): void {
    if (this.#conns.delete(conn)) conn.close();
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    if (await conn.read(buffer) === null) return;
    await writeAll(conn, this.bytes);
    if (this.isClosing) return await leave(conn, buffer);
    let text = "";
    let requests = 0;
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      text += latin1Text(buffer.subarray(0, count));
      if (!text.endsWith("\r\n\r\n")) continue;
      const path = /GET (\/good\d+) /.exec(text)?.[1];
      text = "";
      const isFirst = requests++ === 0;
      if (path === undefined) {
        // The first request is answered by the bytes; another one of its kind wants its own connection.
        if (isFirst) continue;
        return;
      }
      await writeAll(conn, goodAnswer(path));
    }
  }
}

/** The answer to `/good…`, by which it can be told from others. */
export function goodAnswer(path: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`;
}

/** Ends its side, and reads what still comes: a reset would take back what was sent. */
async function leave(conn: Deno.TcpConn, buffer: Uint8Array): Promise<void> {
  await conn.closeWrite();
  while (await conn.read(buffer) !== null);
}

async function writeAll(conn: Deno.TcpConn, text: string): Promise<void> {
  const bytes = latin1Bytes(text);
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}
