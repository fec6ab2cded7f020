/**
 * A ByteStream as a Duplex of node:stream, for what only speaks that. It reads from
 * the stream when it is told to and never by itself, so what lies above decides how
 * much is in memory, whether or not it can hold a Duplex back. It does not close the
 * stream: that is its owner's.
 */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { ByteStream } from "./conn.ts";

type Done = (error?: Error | null) => void;

/** A Duplex over `source`. It never emits an error that has no listener. */
export class StreamDuplex extends Duplex {
  /** What the last write to the source failed of. */
  writeFailure: unknown;
  readonly #source: ByteStream;
  #buffer = new Uint8Array(0);
  #writing: Promise<void> = Promise.resolve();

  constructor(source: ByteStream) {
    super({ autoDestroy: false });
    this.#source = source;
    // `writeFailure` tells it.
    this.on("error", () => {});
  }

  /**
   * Reads once from the source, up to `maxBytes`, and hands on what came. Returns how many bytes that
   * were, or null at the end, which is not handed on. One pull at a time.
   *
   * @throws what the source's read throws.
   */
  async pull(maxBytes: number): Promise<number | null> {
    if (this.#buffer.length !== maxBytes) {
      this.#buffer = new Uint8Array(maxBytes);
    }
    const count = await this.#source.read(this.#buffer);
    if (count === null) return null;
    this.push(this.#buffer.subarray(0, count));
    // What nobody has taken within push() lies there in the buffer itself.
    if (this.readableLength > 0) this.#buffer = new Uint8Array(0);
    return count;
  }

  /** Lets who listens look again, as when bytes came, though none did. */
  nudge(): void {
    if (!this.destroyed) this.emit("data", Buffer.alloc(0));
  }

  /** Waits until the source has taken all that was written, and what follows from that. Never rejects. */
  async settle(): Promise<void> {
    let seen: Promise<void>;
    do {
      await nextTurn();
      seen = this.#writing;
      await seen;
      await nextTurn();
    } while (this.#writing !== seen);
  }

  /**
   * Holds the destruction of `above`, a stream over this one, back until {@link settle} says that its
   * last words are out: node:tls does not wait for them.
   */
  holdDestroy(above: Duplex): void {
    const destroy = above._destroy.bind(above);
    above._destroy = (error, done) => {
      this.settle().then(() => destroy(error, done));
    };
  }

  /** Does nothing: {@link pull} alone reads. */
  override _read(): void {}

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#writing = this.#write(chunk, done);
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#buffer = new Uint8Array(0);
    done(error);
  }

  async #write(bytes: Uint8Array, done: Done): Promise<void> {
    try {
      while (bytes.length > 0) {
        bytes = bytes.subarray(await this.#source.write(bytes));
      }
    } catch (error) {
      this.writeFailure = error;
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  }
}

/** A turn of the event loop, after which all that was to follow at once has followed. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
