/** A connection over nothing, for tests that only ask whose connection it is. */

import { Buffers } from "../../src/net/buffers.ts";
import { type ByteStream, Conn } from "../../src/net/conn.ts";
import { Deadlines } from "../../src/net/deadlines.ts";

const SILENCE: ByteStream = {
  read: () => Promise.resolve(null),
  write: (bytes) => Promise.resolve(bytes.length),
  closeWrite: () => Promise.resolve(),
  close: () => {},
};

/** A connection whose peer says nothing and takes everything. Closes on dispose. */
export function silentConn(): { conn: Conn } & Disposable {
  const context = { buffers: new Buffers(), deadlines: new Deadlines() };
  const conn = new Conn(SILENCE, context);
  return { conn, [Symbol.dispose]: () => conn.close() };
}
