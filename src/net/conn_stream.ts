/**
 * A Conn as the stream of another layer, such as TLS, from whatever was read of it already.
 * The Conn stays its owner's: deadlines, counts and the end of it are not for the layer.
 */

import type { ByteStream, Conn } from "./conn.ts";

/** Reads and writes through `conn`. Nobody else may meanwhile. */
export class ConnStream implements ByteStream {
  readonly #conn: Conn;

  constructor(conn: Conn) {
    this.#conn = conn;
  }

  /** Rejects with what the connection failed of, and when it was closed here. */
  read(into: Uint8Array): Promise<number | null> {
    const conn = this.#conn;
    if (conn.available === 0) return conn.readInto(into);
    const count = Math.min(conn.available, into.length);
    into.set(conn.bytes.subarray(conn.start, conn.start + count));
    conn.start += count;
    return Promise.resolve(count);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.writeSome(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Does nothing: the connection ends with its owner. */
  close(): void {}
}
