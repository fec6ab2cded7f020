/**
 * A proxy in a process of its own under attack: raw clients, an origin that answers as an
 * attack wants, and a bystander who asks all the while and notes how long it takes.
 */

import { assert, assertEquals } from "@std/assert";
import { ChildProxy, type ChildProxyOptions } from "../../soak/child_proxy.ts";
import { Bystander, type Waits } from "./bystander.ts";
import { isGone, PLAIN, readAll, requestOf, write } from "./raw_conn.ts";

const MIB_KIB = 1024;
/** How much a proxy may grow by what it does for anybody: code, buffers to reuse, garbage. */
const SLACK_MIB = 96;
/** What a bystander may wait in the middle, in ms; the machine does other things too. */
const MAX_MEDIAN_MS = 400;

/** Answers one connection's requests; it is closed when this ends. */
export type Answer = (conn: Deno.TcpConn, head: string) => Promise<void>;

/** The stage. Disposing ends all. */
export class HostileStage implements AsyncDisposable {
  readonly proxy: ChildProxy;
  /** What the origin does. Default: a short answer. */
  answer: Answer = (conn) => write(conn, PLAIN);
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #conns = new Set<Deno.TcpConn>();

  private constructor(proxy: ChildProxy) {
    this.proxy = proxy;
    this.#accept();
  }

  static async open(options: ChildProxyOptions): Promise<HostileStage> {
    return new HostileStage(await ChildProxy.start(options));
  }

  /** A URL of the origin. */
  url(path: string): string {
    return `http://127.0.0.1:${this.#listener.addr.port}${path}`;
  }

  /** Connects a client. */
  async connect(): Promise<Deno.TcpConn> {
    const conn = await Deno.connect({ port: this.proxy.port });
    conn.setNoDelay(true);
    this.#conns.add(conn);
    return conn;
  }

  /** Asks for a page as others do. */
  async ask(path = "/"): Promise<string> {
    const conn = await this.connect();
    await write(conn, requestOf(this.url(path)));
    const text = await readAll(conn);
    this.close(conn);
    return text;
  }

  close(conn: Deno.TcpConn): void {
    if (!this.#conns.delete(conn)) return;
    try {
      conn.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  /**
   * Plays an attack while a bystander asks, and looks at memory meanwhile.
   *
   * @param mostMib How much the proxy may grow beyond what it may for anybody.
   */
  async withstand(play: () => Promise<void>, mostMib = 0): Promise<Withstood> {
    for (let i = 0; i < 30; i++) await this.ask();
    const beforeKib = this.proxy.residentKib;
    let mostKib = beforeKib;
    const sampler = setInterval(() => {
      mostKib = Math.max(mostKib, this.proxy.residentKib);
    }, 20);
    const bystander = new Bystander(this.proxy.port);
    let noted: Waits;
    try {
      await play();
    } finally {
      clearInterval(sampler);
      noted = await bystander.stop();
    }
    const grownMib = (mostKib - beforeKib) / MIB_KIB;
    assert(
      grownMib <= SLACK_MIB + mostMib,
      `the proxy has grown by ${Math.round(grownMib)} MiB`,
    );
    assertEquals(noted.problems, [], "what a bystander got");
    const waits = noted.waits.toSorted((a, b) => a - b);
    const medianMs = waits[waits.length >> 1] ?? 0;
    assert(medianMs <= MAX_MEDIAN_MS, `a bystander waits ${medianMs} ms`);
    assert(this.proxy.complaints.length === 0, this.proxy.complaints[0]);
    return { grownMib, medianMs, longestMs: waits.at(-1) ?? 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const conn of this.#conns) this.close(conn);
    this.#listener.close();
    await this.proxy[Symbol.asyncDispose]();
  }

  async #accept(): Promise<void> {
    for await (const conn of this.#listener) {
      this.#conns.add(conn);
      this.#serve(conn).catch((error) => {
        // The proxy went away, or the stage has closed the connection.
        if (!isGone(error)) throw error;
      }).finally(() => this.close(conn));
    }
  }

  async #serve(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    let head = "";
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      head += new TextDecoder().decode(buffer.subarray(0, count));
      // What has a body is not answered: it has no end.
      if (!/^GET .*\r\n\r\n$/s.test(head)) continue;
      await this.answer(conn, head);
      head = "";
    }
  }
}

/** How an attack was withstood. */
export interface Withstood {
  readonly grownMib: number;
  /** How long a bystander waits. */
  readonly medianMs: number;
  readonly longestMs: number;
}
