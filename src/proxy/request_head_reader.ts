/**
 * Reads request heads off a client's connection, one after another, as far as they are in its
 * buffer. Says of a head that is none what is wrong with it; what becomes of the connection
 * then, and how long a head may take, is for who asks (RFC 9112 §2.2).
 */

import { WireError } from "../errors.ts";
import { isToken } from "../http1/field_names.ts";
import { parseRequestHead, type RequestHead } from "../http1/head.ts";
import { HeadScanner } from "../http1/head_scanner.ts";
import { latin1 } from "../http1/latin1.ts";
import type { Conn } from "../net/conn.ts";
import type { Exchange } from "./exchange.ts";

/** How much of a refused head its record may tell. */
const MAX_REFUSED_BYTES = 2048;

/** Reads the heads of one connection. */
export class RequestHeadReader {
  readonly #conn: Conn;
  readonly #scanner = new HeadScanner();
  #hasSkippedLine = false;
  /** The beginning of a head that was refused, for its record. */
  #refusedText = "";

  constructor(conn: Conn) {
    this.#conn = conn;
  }

  /** The next head when all of it is in the buffer; the error when it is none. */
  tryRead(): RequestHead | WireError | undefined {
    const conn = this.#conn;
    if (conn.available === 0) return undefined;
    const from = conn.start;
    try {
      const headEnd = this.#scanner.scan(conn.bytes, conn.start, conn.end);
      if (headEnd < 0) return undefined;
      const text = latin1(conn.bytes, conn.start, headEnd);
      conn.start = headEnd;
      if (text !== "\r\n") {
        this.#hasSkippedLine = false;
        return parseRequestHead(text);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      const end = Math.min(conn.end, from + MAX_REFUSED_BYTES);
      this.#refusedText = latin1(conn.bytes, from, end);
      return error;
    }
    // RFC 9112 §2.2: "a server that is expecting to receive and parse a request-line
    // SHOULD ignore at least one empty line (CRLF) received prior to the request-line".
    if (this.#hasSkippedLine) {
      return new WireError("empty lines before the request line");
    }
    this.#hasSkippedLine = true;
    return this.tryRead();
  }

  /** Notes what can be made out of a request line that was refused, so that the record says whose it was. */
  describeRefused(exchange: Exchange): void {
    const match = /^(?:\r\n)?([^ \r\n]+) ([^ \r\n]+)/.exec(this.#refusedText);
    if (match === null || !isToken(match[1]!)) return;
    exchange.method = match[1]!;
    exchange.url = match[2]!;
  }
}
