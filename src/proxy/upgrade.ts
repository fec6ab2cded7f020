/**
 * A change of protocol on the same connection (RFC 9110 §7.8), such as to WebSocket:
 * asked for on the client's behalf, and after 101 bytes both ways.
 */

import { connectionOptions } from "../http1/forwarding.ts";
import { FRAMING, HOP_BY_HOP } from "../http1/fields.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import { pump } from "../net/pump.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Limits } from "./services.ts";

/**
 * The protocols that a request would change to, as the value for Upgrade; "" for none.
 *
 * HTTP/2 (`h2c`) is left out: it would carry requests past everything that is decided here.
 */
export function upgradeProtocols({ head, bodyLength }: Request): string {
  const { fields } = head;
  if (head.minorVersion === 0 || bodyLength !== 0 || !fields.has("upgrade")) {
    return "";
  }
  if (!connectionOptions(fields).includes("upgrade")) return "";
  return fields.tokens("upgrade").filter((protocol) =>
    !protocol.startsWith("h2")
  ).join(", ");
}

/** True when a 101 changes to one of the protocols asked for. */
export function isUpgradeAnswer(head: ResponseHead, asked: string): boolean {
  const chosen = head.fields.tokens("upgrade");
  const offered = asked.split(", ");
  return asked !== "" && chosen.length > 0 &&
    chosen.every((protocol) => offered.includes(protocol));
}

/**
 * Passes 101 on and pumps until both sides have ended. The connection is used up.
 *
 * @throws {ConnectionLost} when the client is gone before the 101.
 */
export async function relayUpgrade(
  exchange: Exchange,
  head: ResponseHead,
  connection: ClientConnection,
  upstream: Upstream,
  limits: Limits,
): Promise<void> {
  const { fields } = head;
  let text = `HTTP/1.1 101 ${head.reasonPhrase}\r\n`;
  text += fields.lines(HOP_BY_HOP | FRAMING);
  text += `Connection: Upgrade\r\nUpgrade: ${fields.get("upgrade")}\r\n\r\n`;
  exchange.status = 101;
  exchange.isAnswered = true;
  exchange.mustClose = true;
  connection.writer.head(text);
  await connection.writer.flush();
  const before = connection.conn.bytesWritten;
  await pump(connection.conn, upstream.conn, limits.tunnelIdleTimeoutMs);
  connection.writer.bodyBytes = connection.conn.bytesWritten - before;
}
