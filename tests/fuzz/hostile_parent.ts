/**
 * A parent proxy that answers the first bytes of each connection by whatever bytes it is
 * told, without looking at them, and `/good…` later on by that path.
 */

import { ByteServer, pathAnswer, writeText } from "./byte_server.ts";
import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is disposed of. */
export class HostileParent extends ByteServer {
  /** One character a byte. */
  bytes = "";
  /** How many inputs there were: each has paths of its own. */
  asked = 0;
  /** Whether the connection ends behind them. */
  isClosing = true;

  protected async serve(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    if (await conn.read(buffer) === null) return;
    await writeText(conn, this.bytes);
    if (this.isClosing) return await leave(conn, buffer);
    let text = "";
    let requests = 0;
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      text += latin1Text(buffer.subarray(0, count));
      if (!text.endsWith("\r\n\r\n")) continue;
      const path = /GET (\/good\d+) /.exec(text)?.[1];
      text = "";
      const isFirst = requests++ === 0;
      if (path === undefined) {
        // The first request is answered by the bytes; another one of its kind wants its own connection.
        if (isFirst) continue;
        return;
      }
      await writeText(conn, pathAnswer(path));
    }
  }
}

/** Ends its side, and reads what still comes: a reset would take back what was sent. */
async function leave(conn: Deno.TcpConn, buffer: Uint8Array): Promise<void> {
  await conn.closeWrite();
  while (await conn.read(buffer) !== null);
}
