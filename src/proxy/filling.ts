/**
 * A body on its way from an origin's connection into what its readers read: moves what has
 * come, waits for more, and gives up where that is not worth it. Knows no response.
 */

import type { FillBody } from "../cache/fill.ts";
import type { UnawaitedFetches } from "../cache/unawaited_fetches.ts";
import { ProxyError } from "../errors.ts";
import type { Fields } from "../http1/fields.ts";
import type { BodyReader } from "../net/body_reader.ts";
import type { Conn } from "../net/conn.ts";
import { cutShort } from "./relay.ts";

/** A body of which no more than this is missing is fetched to its end for nobody. */
const WORTH_FINISHING_BYTES = 64 * 1024;
/** How long a body may come that nobody reads. */
const GRACE_MS = 10_000;
/** With a place among those that nobody waits for, it may come for longer at this rate: what is large takes its time. */
const MIN_BYTES_PER_MS = 64;

/** What a filling works with. */
export interface FillingParts {
  readonly reader: BodyReader;
  readonly conn: Conn;
  readonly body: FillBody;
  /** How long the origin may be silent within the body. */
  readonly waitMs: number;
  /** Whose the connection is: host and port. */
  readonly origin: string;
  /** Places for those that go on without readers. */
  readonly unawaited: UnawaitedFetches;
  /** False for a body that is waited for, and read at its end. */
  readonly isForReaders: boolean;
  /** It has such a place already, for all of the fetch. */
  readonly hasPlace: boolean;
  /** How long it may come while nobody reads it, in ms. Default: 10 s, and more for what is large. */
  readonly graceMs?: number;
}

/** Fills one body. */
export class Filling {
  readonly body: FillBody;
  readonly #parts: FillingParts;
  /** Since when nobody reads, on the clock of `performance.now`; undefined while one does. */
  #unreadSinceMs: number | undefined;
  /** How much had come by then. */
  #bytesBefore = 0;
  #isWaiting = false;
  /** It has taken a place among those that nobody waits for. */
  #hasPlace = false;

  constructor(parts: FillingParts) {
    const { body } = parts;
    this.body = body;
    this.#parts = parts;
    body.onAbandoned = () => this.#abandoned();
    body.onJoined = () => this.#joined();
  }

  /** All of the body has come. */
  get isDone(): boolean {
    return this.#parts.reader.isDone;
  }

  /** Those of a body that is done. */
  get trailers(): Fields | undefined {
    return this.#parts.reader.trailers;
  }

  /**
   * Moves what is there, behind what was read before. A promise where readers have to make room first.
   *
   * @throws {WireError} for bad chunks.
   */
  takeAvailable(before?: Uint8Array): Promise<void> | undefined {
    const { reader, conn } = this.#parts;
    let waiting = before && this.body.append(before, 0, before.length);
    while (waiting === undefined && reader.take()) {
      const { start, end } = reader;
      waiting = this.body.append(conn.bytes, start, end);
    }
    return waiting?.then(() => this.takeAvailable());
  }

  /**
   * Goes on to the end, once the move that is under way is done.
   *
   * @throws {WireError | ProxyError} when the body is bad, is cut short, or comes too slowly for nobody.
   */
  async finish(waiting: Promise<void> | undefined): Promise<void> {
    const { body } = this;
    if (this.#parts.isForReaders && !body.hasReaders) this.#beginUnread();
    try {
      await waiting;
      while (!this.isDone) {
        body.notify();
        await this.#awaitMore();
        await this.takeAvailable();
      }
    } finally {
      body.onAbandoned = body.onJoined = undefined;
      this.#leavePlace();
    }
  }

  /** Ends it in its midst. */
  stop(): void {
    this.#parts.conn.close();
  }

  #abandoned(): void {
    const { unawaited, origin } = this.#parts;
    if (!isWorthFinishing(this.body)) return this.stop();
    if (!unawaited.tryBegin(origin)) return this.stop();
    this.#hasPlace = true;
    this.#beginUnread();
  }

  #beginUnread(): void {
    this.#unreadSinceMs = performance.now();
    this.#bytesBefore = this.body.bytesWritten;
    if (this.#isWaiting) this.#limitWait();
  }

  #joined(): void {
    this.#unreadSinceMs = undefined;
    this.#leavePlace();
    if (this.#isWaiting) this.#limitWait();
  }

  #leavePlace(): void {
    if (!this.#hasPlace) return;
    this.#hasPlace = false;
    this.#parts.unawaited.end(this.#parts.origin);
  }

  async #awaitMore(): Promise<void> {
    const { conn, reader } = this.#parts;
    if (this.#unreadMsLeft <= 0) throw tooSlow();
    this.#limitWait();
    this.#isWaiting = true;
    const isOpen = await conn.fill();
    this.#isWaiting = false;
    conn.expireNever();
    if (isOpen || reader.endWithConnection()) return;
    throw this.#unreadMsLeft <= 0
      ? tooSlow()
      : cutShort({ abortReason: undefined }, conn);
  }

  #limitWait(): void {
    const { conn, waitMs } = this.#parts;
    conn.expireAfter(Math.min(waitMs, this.#unreadMsLeft));
  }

  /** How long it may still come, as far as that depends on its readers. */
  get #unreadMsLeft(): number {
    const since = this.#unreadSinceMs;
    if (since === undefined) return Infinity;
    const { graceMs = GRACE_MS, hasPlace } = this.#parts;
    const bytes = this.body.bytesWritten - this.#bytesBefore;
    const earnedMs = hasPlace || this.#hasPlace ? bytes / MIN_BYTES_PER_MS : 0;
    return graceMs + earnedMs - (performance.now() - since);
  }
}

/** Squid's `quick_abort` in short: little is missing, or more than half is there. */
function isWorthFinishing(
  { length, bytesWritten, isJoinable }: FillBody,
): boolean {
  // What can't be kept is of use to nobody.
  if (length === undefined || !isJoinable) return false;
  return length - bytesWritten <= Math.max(WORTH_FINISHING_BYTES, bytesWritten);
}

function tooSlow(): ProxyError {
  const message = "the origin's answer came too slowly to go on for nobody";
  return new ProxyError(502, "origin", "http_response_timeout", message);
}
