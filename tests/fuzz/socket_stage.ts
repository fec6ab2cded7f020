/**
 * A proxy in this process with an origin behind it that reads as strictly as it can, for
 * bytes that no client should send. At the end nothing may be left in the proxy.
 */

import { assertEquals } from "@std/assert";
import { type RunningProxy, startProxy } from "../../src/cli/start_proxy.ts";
import { defaultSettings, type Settings } from "../../src/config.ts";
import { latin1Bytes } from "../http1/wire_notation.ts";
import { until } from "../scenarios/scenario.ts";
import { StrictOrigin } from "./strict_origin.ts";

/** What stands for the origin's authority in a client's bytes. */
export const ORIGIN = "{origin}";
/** Shows that one may change things on the admin pages. */
export const ADMIN_TOKEN = "t".repeat(43);
/** How long the proxy may take to end a connection whose client has ended its side, in ms. */
const END_MS = 8000;

/** The stage; dispose it when all is played. */
export class SocketStage implements AsyncDisposable {
  readonly proxy: RunningProxy;
  readonly origin: StrictOrigin;
  readonly bugs: unknown[] = [];

  private constructor(proxy: RunningProxy, origin: StrictOrigin) {
    this.proxy = proxy;
    this.origin = origin;
    // The parts read it from the services at each use.
    Object.assign(proxy.services, {
      reportBug: (error: unknown) => this.bugs.push(error),
    });
  }

  /** @param origin Default: one that speaks plain HTTP. */
  static async open(
    settings: Partial<Settings> = {},
    origin: StrictOrigin = new StrictOrigin(),
  ): Promise<SocketStage> {
    const all = {
      ...defaultSettings(),
      port: 0,
      logFile: undefined,
      rulesPath: undefined,
      kvPath: ":memory:",
      cache: false,
      drainTimeoutMs: 3000,
      headTimeoutMs: 2000,
      ...settings,
    };
    const proxy = await startProxy(all, undefined, undefined, ADMIN_TOKEN);
    return new SocketStage(proxy, origin);
  }

  /**
   * Sends a client's bytes in pieces of that many, ends, and gives all that came back.
   *
   * @param enter Makes what they are sent within, such as a tunnel, of a connection to the proxy. Default: nothing.
   */
  async exchange(
    text: string,
    pieceBytes = Infinity,
    enter: (tcp: Deno.TcpConn) => Promise<Deno.Conn> = (tcp) =>
      Promise.resolve(tcp),
  ): Promise<{ text: string; isReset: boolean }> {
    const bytes = latin1Bytes(text.replaceAll(ORIGIN, this.origin.authority));
    const tcp = await Deno.connect({ port: this.proxy.port });
    using conn = await enter(tcp);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `Cannot end the exchange: it waits after ${END_MS} ms`;
      timer = setTimeout(() => reject(new Error(message)), END_MS);
    });
    try {
      const [, got] = await Promise.race([
        Promise.all([sendAll(conn, bytes, pieceBytes), readAll(conn)]),
        late,
      ]);
      return got;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Looks at what the proxy holds once every client has gone. */
  async assertNothingLeft(): Promise<void> {
    const { server } = this.proxy;
    await until(() => server.connections === 0, "connections are left");
    assertEquals(this.bugs, [], "unexpected errors were reported");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.origin.close();
    await this.proxy.stop();
    await this.proxy.served;
  }
}

async function sendAll(
  conn: Deno.Conn,
  bytes: Uint8Array,
  pieceBytes: number,
): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + pieceBytes);
      at += await conn.write(bytes.subarray(at, end));
    }
    await conn.closeWrite();
  } catch (error) {
    // The proxy has ended the connection before it read everything.
    if (!isGone(error)) throw error;
  }
}

async function readAll(
  conn: Deno.Conn,
): Promise<{ text: string; isReset: boolean }> {
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  try {
    while (true) {
      const count = await conn.read(buffer);
      if (count === null) return { text, isReset: false };
      text += latin1Text(buffer.subarray(0, count));
    }
  } catch (error) {
    // TLS without its close_notify, which nobody owes to whom has gone: what came is looked at all the same.
    const isReset = !(error instanceof Deno.errors.UnexpectedEof);
    if (isReset && !isGone(error)) throw error;
    return { text, isReset };
  }
}

/** One character a byte, which `TextDecoder("latin1")` does not give. */
export function latin1Text(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4096) {
    text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  }
  return text;
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}
