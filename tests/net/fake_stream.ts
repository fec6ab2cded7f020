/**
 * A stream without a socket, for tests that decide when each read and write of a
 * connection comes back.
 */

import { type ByteStream, Conn } from "../../src/net/conn.ts";
import type { TestNet } from "./loopback.ts";

const encoder = new TextEncoder();

interface HeldRead {
  readonly into: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: unknown) => void;
}

interface HeldWrite {
  readonly bytes: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: unknown) => void;
}

/** A stream whose reads wait for the test, and whose writes do when `holdsWrites`. */
export class FakeStream implements ByteStream {
  readsStarted = 0;
  written = "";
  /** The sizes of the writes, in order. */
  readonly writeSizes: number[] = [];
  isClosed = false;
  isWriteClosed = false;
  holdsWrites = false;
  writeError: unknown;
  /** Called when a held write has begun. */
  onHeldWrite: (() => void) | undefined;
  /** What was answered beyond the room of a read: the next ones get it. */
  #left: Uint8Array = new Uint8Array(0);
  readonly #reads: HeldRead[] = [];
  readonly #writes: HeldWrite[] = [];

  /** How many reads are under way. */
  get readsUnderWay(): number {
    return this.#reads.length;
  }

  read(into: Uint8Array): Promise<number | null> {
    this.readsStarted++;
    return new Promise((resolve, reject) => {
      this.#reads.push({ into, resolve, reject });
      if (this.#left.length > 0) this.answer(this.#left);
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.writeError !== undefined) return Promise.reject(this.writeError);
    this.writeSizes.push(bytes.length);
    if (!this.holdsWrites) return Promise.resolve(this.#taken(bytes));
    return new Promise((resolve, reject) => {
      this.#writes.push({ bytes, resolve, reject });
      this.onHeldWrite?.();
    });
  }

  closeWrite(): Promise<void> {
    this.isWriteClosed = true;
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    const closed = new Deno.errors.Interrupted("operation canceled");
    for (const read of this.#reads.splice(0)) read.reject(closed);
    for (const write of this.#writes.splice(0)) write.reject(closed);
  }

  /** Lets the oldest read get `text`, or the end of the stream, or fail. */
  answer(what: string | Uint8Array | null | Error): void {
    const read = this.#reads.shift();
    if (read === undefined) throw new Error("Cannot answer: no read waits");
    if (what instanceof Error) return read.reject(what);
    if (what === null) return read.resolve(null);
    const bytes = typeof what === "string" ? encoder.encode(what) : what;
    const count = Math.min(bytes.length, read.into.length);
    read.into.set(bytes.subarray(0, count));
    this.#left = bytes.slice(count);
    read.resolve(count);
  }

  /** Lets the oldest held write take that many bytes. */
  takeWrite(count: number): void {
    const write = this.#writes.shift();
    if (write === undefined) throw new Error("Cannot take: no write waits");
    write.resolve(this.#taken(write.bytes.subarray(0, count)));
  }

  #taken(bytes: Uint8Array): number {
    this.written += new TextDecoder("latin1").decode(bytes);
    return bytes.length;
  }
}

/** A Conn over a {@link FakeStream}. */
export function fakeConn(
  net: TestNet,
  bufferBytes?: number,
): { conn: Conn; stream: FakeStream } & Disposable {
  const stream = new FakeStream();
  const conn = new Conn(stream, net, bufferBytes);
  return { conn, stream, [Symbol.dispose]: () => conn.close() };
}
