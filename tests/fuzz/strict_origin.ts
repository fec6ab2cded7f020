/**
 * An origin that reads requests by strict_reader.ts, answers each, and remembers them: what
 * it read, and what it could not read.
 */

import { latin1Bytes } from "../http1/wire_notation.ts";
import { latin1Text } from "./socket_stage.ts";
import {
  NotStrict,
  type ReadMessage,
  readStrictRequest,
  Unfinished,
} from "./strict_reader.ts";

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";

/** Listens on loopback until it is closed. */
export class StrictOrigin {
  /** The requests that came whole, in order. */
  readonly seen: ReadMessage[] = [];
  /** What came that is no HTTP/1.1, and why. */
  readonly faults: string[] = [];
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #conns = new Set<Deno.Conn>();

  /** @param certificate For TLS. Default: none, and no TLS. */
  constructor(certificate?: Deno.TlsCertifiedKeyPem) {
    const place = { port: 0, hostname: "127.0.0.1" };
    this.#listener = certificate === undefined
      ? Deno.listen(place)
      : Deno.listenTls({ ...place, ...certificate });
    this.#accept();
  }

  /** `127.0.0.1:PORT`. */
  get authority(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  close(): void {
    this.#listener.close();
    for (const conn of this.#conns) conn.close();
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#conns.add(conn);
      this.#serve(conn).catch(() => {
        // Whatever ends a connection is for the one who asks to notice.
      }).finally(() => this.#drop(conn));
    }
  }

  #drop(conn: Deno.Conn): void {
    if (!this.#conns.delete(conn)) return;
    try {
      conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    let text = "";
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      text += latin1Text(buffer.subarray(0, count));
      for (let end = this.#read(text); end > 0; end = this.#read(text)) {
        text = text.slice(end);
        const isHead = this.seen.at(-1)?.startLine.startsWith("HEAD ");
        await conn.write(latin1Bytes(isHead ? ANSWER : `${ANSWER}ok`));
      }
    }
  }

  /** Where the message ends that is at the start; 0 when it is not all there. */
  #read(text: string): number {
    if (text === "") return 0;
    try {
      const { message, end } = readStrictRequest(text);
      this.seen.push(message);
      return end;
    } catch (error) {
      if (error instanceof Unfinished) return 0;
      if (!(error instanceof NotStrict)) throw error;
      this.faults.push(`${error.message} in ${JSON.stringify(text)}`);
      throw error;
    }
  }
}
