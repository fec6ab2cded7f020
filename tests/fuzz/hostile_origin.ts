/**
 * An origin that answers `/bad…` by whatever bytes it is told, and all else by the path
 * that was asked for, so that an answer which reaches the wrong client is seen.
 */

import { ByteServer, pathAnswer, writeText } from "./byte_server.ts";
import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is disposed of. */
export class HostileOrigin extends ByteServer {
  /** What `/bad…` is answered by, one character a byte. */
  bytes = "";
  /** How many inputs there were: each has paths of its own. */
  asked = 0;
  /** Whether the connection ends behind it. */
  isClosing = true;

  protected async serve(conn: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    let text = "";
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      text += latin1Text(buffer.subarray(0, count));
      if (!text.endsWith("\r\n\r\n")) continue;
      const path = text.split(" ")[1] ?? "";
      const isBad = path.startsWith("/bad");
      text = "";
      await writeText(conn, isBad ? this.bytes : pathAnswer(path));
      if (isBad && this.isClosing) return;
    }
  }
}
