/**
 * A connection to an origin or a parent, spoken to in messages: heads go out and come
 * in, one exchange after another.
 */

import { parseResponseHead, type ResponseHead } from "../http1/head.ts";
import { HeadScanner } from "../http1/head_scanner.ts";
import { latin1 } from "../http1/latin1.ts";
import type { Buffers } from "./buffers.ts";
import type { Conn } from "./conn.ts";
import { MessageWriter } from "./message_writer.ts";

/** A connection that requests are sent on. */
export class Upstream {
  readonly conn: Conn;
  readonly writer: MessageWriter;
  /** The address that was dialled: the origin's, or the parent's. */
  readonly address: string;
  /** The key of its route: see Route. */
  readonly key: string;
  /** It has served a request before, so the origin may have closed it since (RFC 9112 §9.3.1). */
  isReused = false;
  /** It is in the pool, between these two. */
  isIdle = false;
  older: Upstream | undefined;
  newer: Upstream | undefined;
  /** What the pool does when the connection ends while it is idle. */
  onIdleEnd: (() => void) | undefined;

  readonly #scanner = new HeadScanner();

  constructor(conn: Conn, buffers: Buffers, address: string, key: string) {
    this.conn = conn;
    this.writer = new MessageWriter(conn, buffers);
    this.address = address;
    this.key = key;
  }

  /**
   * The head of a response, interim ones included, when all of it is in the buffer.
   *
   * @throws {WireError} for a head that is no HTTP/1.1.
   */
  tryReadHead(): ResponseHead | undefined {
    const { conn } = this;
    if (conn.available === 0) return undefined;
    const headEnd = this.#scanner.scan(conn.bytes, conn.start, conn.end);
    if (headEnd < 0) return undefined;
    const text = latin1(conn.bytes, conn.start, headEnd);
    conn.start = headEnd;
    return parseResponseHead(text);
  }

  /**
   * Waits for a head. Undefined when the connection ended before it was whole. Each part of one that comes in
   * parts has `betweenBytesMs` to come.
   *
   * @throws {WireError} as {@link tryReadHead} does.
   */
  async readHead(betweenBytesMs = Infinity): Promise<ResponseHead | undefined> {
    const { conn } = this;
    while (true) {
      const head = this.tryReadHead();
      if (head !== undefined) return head;
      if (conn.available > 0) conn.expireAfter(betweenBytesMs);
      if (!await conn.fill()) return undefined;
    }
  }
}
