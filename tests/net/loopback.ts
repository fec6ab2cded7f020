/**
 * What the tests of src/net share: connections over real sockets on loopback, a peer
 * whose part the test plays, a server that follows a script, and a clock that moves
 * when the test says so.
 */

import { once } from "node:events";
import { connect } from "node:net";
import { Buffers } from "../../src/net/buffers.ts";
import { Conn } from "../../src/net/conn.ts";
import { Deadlines, SWEEP_MS } from "../../src/net/deadlines.ts";

const encoder = new TextEncoder();

/** What connections share, with a clock of the test's own. */
export class TestNet {
  readonly buffers = new Buffers();
  nowMs = 1_000;
  readonly deadlines = new Deadlines(() => this.nowMs);

  /** Moves the clock and sweeps. */
  pass(ms: number): void {
    for (let left = ms; left > 0; left -= SWEEP_MS) {
      this.nowMs += Math.min(left, SWEEP_MS);
      this.deadlines.sweep();
    }
  }
}

/** The other end of a connection, for a test to read and write. Closes on dispose. */
export class Peer implements Disposable {
  readonly #conn: Deno.Conn;
  #held: Uint8Array = new Uint8Array(0);

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** The next `count` bytes. @throws {Error} when the connection ends before. */
  async bytes(count: number): Promise<Uint8Array> {
    while (this.#held.length < count) {
      if (await this.#more()) continue;
      throw new Error(
        `Cannot read ${count} bytes: the end came after ${this.#held.length}`,
      );
    }
    return this.#take(count);
  }

  async text(count: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(count));
  }

  /** A head, its empty line included. */
  async head(): Promise<string> {
    while (true) {
      const at = new TextDecoder().decode(this.#held).indexOf("\r\n\r\n");
      if (at >= 0) return await this.text(at + 4);
      if (!await this.#more()) throw new Error("Cannot read a head: the end");
    }
  }

  /** Everything up to the end of the connection, in order or by a reset. */
  async rest(): Promise<string> {
    while (await this.#more());
    return new TextDecoder().decode(this.#take(this.#held.length));
  }

  async send(data: string | Uint8Array): Promise<void> {
    let left = typeof data === "string" ? encoder.encode(data) : data;
    while (left.length > 0) {
      left = left.subarray(await this.#conn.write(left));
    }
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Connects what comes and goes with a port of this machine, until either end has come. */
  async relay(port: number): Promise<void> {
    using other = await Deno.connect({ hostname: "127.0.0.1", port });
    const there = this.#conn.readable.pipeTo(other.writable);
    const back = other.readable.pipeTo(this.#conn.writable);
    await Promise.allSettled([there, back]);
  }

  close(): void {
    try {
      this.#conn.close();
    } catch {
      // BadResource: the test has closed it before.
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #more(): Promise<boolean> {
    const into = new Uint8Array(64 * 1024);
    let count: number | null;
    try {
      count = await this.#conn.read(into);
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
    if (count === null) return false;
    this.#held = concat(this.#held, into.subarray(0, count));
    return true;
  }

  #take(count: number): Uint8Array {
    const taken = this.#held.slice(0, count);
    this.#held = this.#held.slice(count);
    return taken;
  }
}

/** A connection and its other end. Both close on dispose. */
export interface Pair extends Disposable {
  readonly conn: Conn;
  readonly peer: Peer;
}

/** A Conn over a real socket, and the peer that it talks to. */
export async function pair(net: TestNet, bufferBytes?: number): Promise<Pair> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { hostname, port } = listener.addr;
  const [near, far] = await Promise.all([
    Deno.connect({ hostname, port }),
    listener.accept(),
  ]);
  listener.close();
  const conn = new Conn(near, net, bufferBytes);
  const peer = new Peer(far);
  return {
    conn,
    peer,
    [Symbol.dispose]() {
      conn.close();
      peer.close();
    },
  };
}

/** A Conn whose peer can reset the connection, which a Deno.Conn can't. */
export async function resettable(
  net: TestNet,
): Promise<{ conn: Conn; reset(): Promise<void> } & Disposable> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const socket = connect(listener.addr.port, "127.0.0.1");
  const [near] = await Promise.all([
    listener.accept(),
    once(socket, "connect"),
  ]);
  listener.close();
  const conn = new Conn(near, net);
  return {
    conn,
    async reset() {
      socket.resetAndDestroy();
      await once(socket, "close");
    },
    [Symbol.dispose]() {
      conn.close();
      socket.destroy();
    },
  };
}

/** A listener that plays `script` on each connection, which it closes afterwards. */
export class ScriptedServer implements AsyncDisposable {
  accepted = 0;
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #script: (peer: Peer) => Promise<void> | void;
  readonly #plays: Promise<void>[] = [];
  readonly #errors: unknown[] = [];
  readonly #peers: Peer[] = [];
  readonly #loop: Promise<void>;
  #isDisposed = false;

  constructor(
    script: (peer: Peer) => Promise<void> | void,
    options: {
      hostname?: string;
      port?: number;
      tls?: { cert: string; key: string };
    } = {},
  ) {
    const { hostname = "127.0.0.1", port = 0, tls } = options;
    this.#script = script;
    this.#listener = tls === undefined
      ? Deno.listen({ hostname, port })
      : Deno.listenTls({ hostname, port, ...tls });
    this.#loop = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Closes everything, and throws what a script threw. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#listener.close();
    for (const peer of this.#peers) peer.close();
    await this.#loop;
    await Promise.all(this.#plays);
    if (this.#errors.length > 0) throw this.#errors[0];
  }

  async #accept(): Promise<void> {
    try {
      for await (const conn of this.#listener) {
        this.accepted++;
        const peer = new Peer(conn);
        this.#peers.push(peer);
        this.#plays.push(this.#play(peer));
      }
    } catch (error) {
      if (!this.#isDisposed) throw error;
    }
  }

  async #play(peer: Peer): Promise<void> {
    try {
      await this.#script(peer);
    } catch (error) {
      if (!this.#isDisposed) this.#errors.push(error);
    } finally {
      peer.close();
    }
  }
}

/** The unused bytes of a connection as text. */
export function textIn(conn: Conn): string {
  return new TextDecoder().decode(conn.bytes.subarray(conn.start, conn.end));
}

/** Fills until the connection holds `count` bytes. @throws {Error} when it ends before. */
export async function fillTo(conn: Conn, count: number): Promise<void> {
  while (conn.available < count) {
    if (!await conn.fill()) {
      throw new Error(`Cannot fill to ${count}: ended at ${conn.available}`);
    }
  }
}

/** What `promise` gives. @throws {Error} when it takes longer than 2 s, for what may never come. */
export async function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(new Error(`Cannot wait any longer: ${what} has not come`));
  }, 2_000);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** One turn of the event loop: promises that are settled have told so. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** A text of that length without a short period. */
export function longText(length: number): string {
  let text = "";
  for (let i = 0; text.length < length; i++) text += i.toString(36) + ".";
  return text.slice(0, length);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
