/**
 * A body on its way from an origin's connection into what its readers read: moves what has
 * come, waits for more, and gives up where that is not worth it. Knows no response.
 */

import type { FillBody } from "../cache/fill.ts";
import type { Fields } from "../http1/fields.ts";
import type { BodyReader } from "../net/body_reader.ts";
import type { Conn } from "../net/conn.ts";
import { cutShort } from "./relay.ts";

/** A body of which no more than this is missing is fetched to its end for nobody. */
const WORTH_FINISHING_BYTES = 64 * 1024;

/** What a filling works with. */
export interface FillingParts {
  readonly reader: BodyReader;
  readonly conn: Conn;
  readonly body: FillBody;
  /** How long the origin may be silent within the body. */
  readonly waitMs: number;
}

/** Fills one body. */
export class Filling {
  readonly body: FillBody;
  readonly #reader: BodyReader;
  readonly #conn: Conn;
  readonly #waitMs: number;

  constructor({ reader, conn, body, waitMs }: FillingParts) {
    this.body = body;
    this.#reader = reader;
    this.#conn = conn;
    this.#waitMs = waitMs;
    body.onAbandoned = () => {
      if (!isWorthFinishing(body)) conn.close();
    };
  }

  /** All of the body has come. */
  get isDone(): boolean {
    return this.#reader.isDone;
  }

  /** Those of a body that is done. */
  get trailers(): Fields | undefined {
    return this.#reader.trailers;
  }

  /**
   * Moves what is there, behind what was read before. A promise where readers have to make room first.
   *
   * @throws {WireError} for bad chunks.
   */
  takeAvailable(before?: Uint8Array): Promise<void> | undefined {
    let waiting = before && this.body.append(before, 0, before.length);
    while (waiting === undefined && this.#reader.take()) {
      const { start, end } = this.#reader;
      waiting = this.body.append(this.#conn.bytes, start, end);
    }
    return waiting?.then(() => this.takeAvailable());
  }

  /**
   * Goes on to the end, once the move that is under way is done.
   *
   * @throws {WireError | ProxyError} when the body is bad or cut short.
   */
  async finish(waiting: Promise<void> | undefined): Promise<void> {
    await waiting;
    while (!this.isDone) {
      this.body.notify();
      await this.#awaitMore();
      await this.takeAvailable();
    }
  }

  /** Ends it in its midst. */
  stop(): void {
    this.#conn.close();
  }

  async #awaitMore(): Promise<void> {
    const conn = this.#conn;
    conn.expireAfter(this.#waitMs);
    const isOpen = await conn.fill();
    conn.expireNever();
    if (!isOpen && !this.#reader.endWithConnection()) {
      throw cutShort({ abortReason: undefined }, conn);
    }
  }
}

/** Squid's `quick_abort` in short: little is missing, or more than half is there. */
function isWorthFinishing({ length, bytesWritten }: FillBody): boolean {
  if (length === undefined) return false;
  return length - bytesWritten <= Math.max(WORTH_FINISHING_BYTES, bytesWritten);
}
