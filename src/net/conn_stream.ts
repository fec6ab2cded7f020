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

  /** @throws what the connection failed of; `Deno.errors.Interrupted` when it was closed here. */
  async read(into: Uint8Array): Promise<number | null> {
    const conn = this.#conn;
    while (conn.available === 0) {
      if (await conn.fill()) continue;
      if (conn.failure !== undefined) throw conn.failure;
      if (!conn.isClosed) return null;
      throw new Deno.errors.Interrupted("the connection was closed here");
    }
    const count = Math.min(conn.available, into.length);
    into.set(conn.bytes.subarray(conn.start, conn.start + count));
    conn.start += count;
    return count;
  }

  /** @throws {ConnectionLost} */
  async write(bytes: Uint8Array): Promise<number> {
    await this.#conn.write(bytes);
    return bytes.length;
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** Does nothing: the connection ends with its owner. */
  close(): void {}
}
