/**
 * A SOCKS server (RFC 1928), to stand between the proxy and origins: CONNECT to IPv4
 * addresses and names, with user and password (RFC 1929) where those are given.
 */

import { assertEquals } from "@std/assert";

/** A SOCKS server on a free port of 127.0.0.1. Closes on dispose, connections too. */
export class SocksServer implements AsyncDisposable {
  /** Every destination that was asked for, as "host:port". */
  readonly destinations: string[] = [];
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #credentials: string | undefined;
  readonly #conns = new Set<Deno.Conn>();
  readonly #served = new Set<Promise<void>>();
  readonly #loop: Promise<void>;

  /** @param credentials "user:password", or undefined to ask for none. */
  constructor(credentials?: string) {
    this.#credentials = credentials;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#loop = this.#accept();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) close(conn);
    await this.#loop;
    await Promise.all(this.#served);
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        this.#conns.add(conn);
        this.#served.add(this.#serve(conn));
      }
    } catch (error) {
      // BadResource: disposed.
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    await this.#greet(conn);
    const destination = await readRequest(conn);
    this.destinations.push(`${destination.hostname}:${destination.port}`);
    const far = await Deno.connect(destination);
    this.#conns.add(far);
    await send(conn, [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    await Promise.all([copy(conn, far), copy(far, conn)]);
    close(conn);
    close(far);
  }

  async #greet(conn: Deno.Conn): Promise<void> {
    const [version, count = 0] = await receive(conn, 2);
    assertEquals(version, 5);
    const offered = await receive(conn, count);
    const method = this.#credentials === undefined ? 0 : 2;
    assertEquals(offered.includes(method), true);
    await send(conn, [5, method]);
    if (this.#credentials === undefined) return;
    assertEquals((await receive(conn, 1))[0], 1);
    const given = `${await receiveText(conn)}:${await receiveText(conn)}`;
    assertEquals(given, this.#credentials);
    await send(conn, [1, 0]);
  }
}

async function readRequest(
  conn: Deno.Conn,
): Promise<{ hostname: string; port: number }> {
  const [version, command, , kind] = await receive(conn, 4);
  assertEquals([version, command], [5, 1]);
  const hostname = kind === 1
    ? [...await receive(conn, 4)].join(".")
    : await receiveText(conn);
  const [high = 0, low = 0] = await receive(conn, 2);
  return { hostname, port: high * 256 + low };
}

/** Text with its length in a byte before it. */
async function receiveText(conn: Deno.Conn): Promise<string> {
  const [length = 0] = await receive(conn, 1);
  return new TextDecoder().decode(await receive(conn, length));
}

async function receive(conn: Deno.Conn, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count;) {
    const read = await conn.read(bytes.subarray(at));
    if (read === null) throw new Error(`Cannot read ${count} bytes: the end`);
    at += read;
  }
  return bytes;
}

async function send(
  conn: Deno.Conn,
  data: readonly number[] | Uint8Array,
): Promise<void> {
  let left = Uint8Array.from(data);
  while (left.length > 0) left = left.subarray(await conn.write(left));
}

/** Copies one direction to its end, in order or not. */
async function copy(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  try {
    const buffer = new Uint8Array(64 * 1024);
    while (true) {
      const count = await from.read(buffer);
      if (count === null) break;
      await send(to, buffer.subarray(0, count));
    }
    await to.closeWrite();
  } catch {
    // Either side may leave at any time, and dispose closes both.
    close(from);
    close(to);
  }
}

function close(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // BadResource: it was closed before.
  }
}
