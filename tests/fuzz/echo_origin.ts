/** An origin that sends back every byte, and remembers what each connection has brought. */

import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is disposed of. */
export class EchoOrigin implements Disposable {
  /** What came, one text a connection, one character a byte. */
  readonly heard: string[] = [];
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
        // Whatever ends a connection is for the one who asks to notice.
      }).finally(() => this.#drop(conn));
    }
  }

  #drop(conn: Deno.TcpConn): void {
    if (this.#conns.delete(conn)) conn.close();
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    const { heard } = this;
    const place = heard.push("") - 1;
    const buffer = new Uint8Array(64 * 1024);
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      heard[place] += latin1Text(buffer.subarray(0, count));
      for (let at = 0; at < count;) {
        at += await conn.write(buffer.subarray(at, count));
      }
    }
  }
}
