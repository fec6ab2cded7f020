/** An origin that sends back every byte, and remembers what each connection has brought. */

import { ByteServer, writeAll } from "./byte_server.ts";
import { latin1Text } from "./socket_stage.ts";

/** Listens on loopback until it is disposed of. */
export class EchoOrigin extends ByteServer {
  /** What came, one text a connection, one character a byte. */
  readonly heard: string[] = [];

  protected async serve(conn: Deno.TcpConn): Promise<void> {
    const { heard } = this;
    const place = heard.push("") - 1;
    const buffer = new Uint8Array(64 * 1024);
    for (
      let count = await conn.read(buffer);
      count !== null;
      count = await conn.read(buffer)
    ) {
      heard[place] += latin1Text(buffer.subarray(0, count));
      await writeAll(conn, buffer.subarray(0, count));
    }
  }
}
