/**
 * An origin that answers `/bad…` by whatever bytes it is told, and all else by the path
 * that was asked for, so that an answer which reaches the wrong client is seen.
 */

import { latin1Bytes } from "../http1/wire_notation.ts";
import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is closed. */
export class HostileOrigin {
  /** What `/bad…` is answered by, one character a byte. */
  bytes = "";
  /** How many inputs there were: each has paths of its own. */
  asked = 0;
  /** Whether the connection ends behind it. */
  isClosing = true;
  readonly #listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  readonly #conns = new Set<Deno.Conn>();

  constructor() {
    this.#accept();
  }

  /** `127.0.0.1:PORT`. */
  get authority(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  close(): void {
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

  #drop(conn: Deno.Conn): void {
    if (this.#conns.delete(conn)) conn.close();
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    let text = "";
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      text += latin1Text(buffer.subarray(0, count));
      if (!text.endsWith("\r\n\r\n")) continue;
      const path = text.split(" ")[1] ?? "";
      const isBad = path.startsWith("/bad");
      text = "";
      await writeAll(conn, isBad ? this.bytes : answerOf(path));
      if (isBad && this.isClosing) return;
    }
  }
}

function answerOf(path: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`;
}

async function writeAll(conn: Deno.Conn, text: string): Promise<void> {
  const bytes = latin1Bytes(text);
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at));
  }
}
