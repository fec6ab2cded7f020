/**
 * A body that is read whole before it goes on, because a rule wants to see it: as many bytes
 * as the rule may read and no more. What was read of a longer one is kept, for whoever
 * streams it on.
 */

import type { BodyLength } from "../http1/framing.ts";
import { BodyReader } from "../net/body_reader.ts";
import type { Conn } from "../net/conn.ts";
import { orAbort } from "./abortable.ts";
import type { BodyBudget } from "./body_budget.ts";
import type { Exchange } from "./exchange.ts";

const FIRST_BYTES = 16 * 1024;

/** Of whom a body is read, and what it means when it does not come. */
export interface BodySource {
  readonly exchange: Exchange;
  readonly conn: Conn;
  readonly length: BodyLength;
  /** What is read counts here, as held by the exchange. */
  readonly budget: BodyBudget;
  /** How long the next bytes may take, in ms. */
  readonly waitMs: number;
  /** What to throw when the connection ends within the body. */
  readonly cutShort: () => Error;
}

/** A body of which a part was read. */
export interface BegunBody {
  /** Goes on where the bytes end. */
  readonly reader: BodyReader;
  readonly bytes: Uint8Array;
}

/** One message's body. */
export class HeldBody implements BegunBody {
  readonly reader: BodyReader;
  readonly #source: BodySource;
  #buffer: Uint8Array = new Uint8Array(0);
  #length = 0;

  constructor(source: BodySource) {
    this.#source = source;
    this.reader = new BodyReader(source.conn, source.length);
  }

  /** All of it has been read. */
  get isWhole(): boolean {
    return this.reader.isDone;
  }

  /** What has been read, as it came. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /**
   * Reads the body unless it is longer than `maxBytes`. True when it is there in whole.
   *
   * @throws {WireError} for bad chunks, or what {@link BodySource} says.
   * @throws {ProxyError} 503 when the budget has nothing left.
   */
  async read(maxBytes: number): Promise<boolean> {
    if (this.#source.length > maxBytes) return false;
    while (!this.reader.isDone) {
      if (this.#length > maxBytes) return false;
      if (this.reader.take()) this.#keep();
      else if (!this.reader.isDone) await this.#awaitMore();
    }
    return this.#length <= maxBytes;
  }

  /** Reads the rest and forgets it, unless there is more of it than `maxBytes`. */
  async drop(maxBytes: number): Promise<boolean> {
    const { length } = this.#source;
    const { reader } = this;
    if (length - reader.bytesTaken > maxBytes) return false;
    const before = reader.bytesTaken;
    while (!reader.isDone) {
      if (reader.bytesTaken - before > maxBytes) return false;
      if (!reader.take() && !reader.isDone) await this.#awaitMore();
    }
    return true;
  }

  #keep(): void {
    const { start, end } = this.reader;
    const length = this.#length + end - start;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(
      this.#source.conn.bytes.subarray(start, end),
      this.#length,
    );
    this.#length = length;
  }

  #grow(length: number): void {
    const { budget, exchange, length: stated } = this.#source;
    const wanted = Math.max(2 * this.#buffer.length, FIRST_BYTES);
    // A length that is not stated is negative.
    const size = Math.max(
      length,
      stated < 0 ? 2 * this.#buffer.length : Math.min(stated, wanted),
    );
    budget.hold(exchange, size - this.#buffer.length);
    const larger = new Uint8Array(size);
    larger.set(this.bytes);
    this.#buffer = larger;
  }

  async #awaitMore(): Promise<void> {
    const { exchange, conn, waitMs, cutShort } = this.#source;
    conn.expireAfter(waitMs);
    const isOpen = await orAbort(exchange, conn.fill());
    conn.expireNever();
    if (!isOpen && !this.reader.endWithConnection()) {
      throw exchange.abortReason ?? cutShort();
    }
  }
}
