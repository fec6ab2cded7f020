/**
 * One end of a connection that a scenario plays by hand, client or origin: bytes out as
 * given, bytes in as far as asked for and no further, orderly ends and resets told
 * apart. Over node:net, which alone can reset a connection.
 */

import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { connect, type Socket } from "node:net";
import { WireHead } from "./wire_head.ts";

/** No byte was taken for this long, in ms: whoever should read does not. */
const STALL_MS = 150;

/** How a connection ended. */
export interface Ending {
  /** What came before the end. */
  readonly text: string;
  readonly isReset: boolean;
}

/** A message that was read to its end. */
export interface WireMessage {
  readonly head: WireHead;
  readonly status: number;
  readonly body: string;
  /** The trailer lines of a chunked body. */
  readonly trailers: readonly string[];
}

/** Connects to a port of this machine. */
export async function dialPeer(
  port: number,
  host = "127.0.0.1",
): Promise<WirePeer> {
  return new WirePeer(await dialSocket(port, host));
}

/** Connects a socket to a port of this machine. */
export async function dialSocket(
  port: number,
  host = "127.0.0.1",
): Promise<Socket> {
  const socket = connect({ port, host, allowHalfOpen: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", resolve).once("error", reject);
  await promise;
  socket.off("error", reject);
  return socket;
}

/** The end of a connection that the scenario holds. Text is one character a byte. */
export class WirePeer {
  /** How many bytes the system has taken from {@link send}. */
  bytesSent = 0;
  /** How many bytes were read. */
  bytesReceived = 0;

  #socket: Socket;
  /** The connection itself, which is another one below TLS. */
  #connection: Socket;
  #held: Buffer = Buffer.alloc(0);
  #isEnded = false;
  #isReset = false;
  #wake: (() => void) | undefined;

  /** @param connection What `socket` runs over, where it is TLS. */
  constructor(socket: Socket, connection: Socket = socket) {
    this.#socket = socket;
    this.#connection = connection;
    this.#listen("on");
  }

  /** Goes on with another socket: what came over the one before is over, and the caller's to close. */
  protected use(socket: Socket, connection: Socket): void {
    this.#listen("off");
    this.#socket = socket;
    this.#connection = connection;
    this.#held = Buffer.alloc(0);
    this.#isEnded = false;
    this.#listen("on");
  }

  #listen(how: "on" | "off"): void {
    const socket = this.#socket;
    socket[how]("readable", this.#onReadable);
    socket[how]("end", this.#onEnd);
    socket[how]("close", this.#onClose);
    for (const each of new Set([socket, this.#connection])) {
      each[how]("error", this.#onError);
    }
    if (how === "on") this.#connection.setNoDelay(true);
  }

  readonly #onReadable = () => this.#wake?.();
  readonly #onEnd = () => this.#ended(false);
  readonly #onError = () => this.#ended(true);
  readonly #onClose = () => this.#ended(this.#isReset);

  /** Sends all of it; waits until the system has taken it. */
  async send(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#socket.write(
      bytes,
      (error) => error ? reject(error) : resolve(),
    );
    await promise;
    this.bytesSent += bytes.length;
  }

  /**
   * Sends that many pieces, one after another, while the scenario goes on. `stalled` comes when
   * nothing was taken for a while; `done` when all was, or when the connection was lost.
   */
  sendMany(
    piece: Uint8Array,
    count: number,
  ): { done: Promise<void>; stalled: Promise<void> } {
    const stalled = Promise.withResolvers<void>();
    const run = async () => {
      for (let i = 0; i < count; i++) {
        const timer = setTimeout(stalled.resolve, STALL_MS);
        try {
          await this.send(piece);
        } catch {
          return; // The other side has closed: bytesSent tells how far it came.
        } finally {
          clearTimeout(timer);
        }
      }
    };
    return { done: run(), stalled: stalled.promise };
  }

  /** Exactly that many bytes. @throws {Error} when the end comes before. */
  async text(count: number): Promise<string> {
    while (this.#held.length < count) {
      if (await this.#more()) continue;
      throw new Error(
        `Cannot read ${count} bytes: the end came after ${
          JSON.stringify(this.#held.toString("latin1").slice(0, 500))
        }`,
      );
    }
    const text = this.#held.toString("latin1", 0, count);
    this.#held = this.#held.subarray(count);
    return text;
  }

  /** Reads and drops that many bytes. @throws {Error} when one is not `byte`. */
  async skip(count: number, byte: number): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.#held.length === 0 && !await this.#more()) {
        throw new Error(`Cannot skip ${count} bytes: ${left} did not come`);
      }
      const taken = this.#held.subarray(0, left);
      const odd = taken.findIndex((one) => one !== byte);
      if (odd >= 0) throw new Error(`Byte ${count - left + odd} is ${odd}`);
      this.#held = this.#held.subarray(taken.length);
      left -= taken.length;
    }
  }

  /** The text up to and including `end`. */
  async through(end: string): Promise<string> {
    while (true) {
      const at = this.#held.indexOf(end, 0, "latin1");
      if (at >= 0) return await this.text(at + end.length);
      if (!await this.#more()) {
        throw new Error(
          `Cannot read up to ${JSON.stringify(end)}: the end came after ${
            JSON.stringify(this.#held.toString("latin1").slice(0, 500))
          }`,
        );
      }
    }
  }

  /** A head. */
  async head(): Promise<WireHead> {
    return new WireHead(await this.through("\r\n\r\n"));
  }

  /**
   * A head and its body, as its fields frame it; without length or chunks, up to the end.
   * @param isBodiless For an answer to HEAD and the like.
   */
  async message(isBodiless = false): Promise<WireMessage> {
    const head = await this.head();
    const { status } = head;
    const rest = { head, status, trailers: [] as string[] };
    // RFC 9112 §6.3, 1: these end with their heads.
    const isShort = status === 204 || status === 304;
    if (isBodiless || isShort) return { ...rest, body: "" };
    if (head.get("transfer-encoding") === "chunked") {
      return { ...rest, ...await this.chunked() };
    }
    const length = head.get("content-length");
    if (length !== undefined) {
      return { ...rest, body: await this.text(Number(length)) };
    }
    const isRequest = head.startLine.includes(" HTTP/");
    return { ...rest, body: isRequest ? "" : (await this.rest()).text };
  }

  /** A chunked body. */
  async chunked(): Promise<{ body: string; trailers: string[] }> {
    let body = "";
    while (true) {
      const size = parseInt(await this.through("\r\n"), 16);
      if (size === 0) break;
      body += await this.text(size);
      assertEquals(await this.text(2), "\r\n");
    }
    const trailers: string[] = [];
    for (
      let line = await this.through("\r\n");
      line !== "\r\n";
      line = await this.through("\r\n")
    ) trailers.push(line.slice(0, -2));
    return { body, trailers };
  }

  /** Everything up to the end of the connection. */
  async rest(): Promise<Ending> {
    while (await this.#more());
    const text = this.#held.toString("latin1");
    this.#held = Buffer.alloc(0);
    return { text, isReset: this.#isReset };
  }

  /** Waits for the orderly end of the other side. @throws {Error} when bytes or a reset come. */
  async end(): Promise<void> {
    assertEquals(await this.rest(), { text: "", isReset: false });
  }

  /** Waits for the end in any manner. @throws {Error} when bytes come before it. */
  async gone(): Promise<void> {
    assertEquals((await this.rest()).text, "");
  }

  /** Ends our side; the other may go on. */
  closeWrite(): void {
    this.#socket.end();
  }

  /** Ends the connection with a reset. Nothing more is read. */
  async reset(): Promise<void> {
    const connection = this.#connection;
    if (connection.closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    connection.once("close", () => resolve());
    if (connection.destroyed) return await promise;
    connection.resetAndDestroy();
    await promise;
  }

  /** Closes both sides at once. */
  async close(): Promise<void> {
    if (this.#socket.closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once("close", () => resolve());
    this.#socket.destroy();
    await promise;
  }

  #ended(isReset: boolean): void {
    this.#isEnded = true;
    this.#isReset = isReset;
    this.#wake?.();
  }

  async #more(): Promise<boolean> {
    while (true) {
      const read: Buffer | null = this.#socket.read();
      if (read !== null) {
        this.bytesReceived += read.length;
        this.#held = this.#held.length === 0
          ? read
          : Buffer.concat([this.#held, read]);
        return true;
      }
      if (this.#isEnded) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = undefined;
    }
  }
}
