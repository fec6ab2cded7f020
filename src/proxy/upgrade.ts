/**
 * A change of protocol on the same connection (RFC 9110 §7.8), such as to WebSocket:
 * asked for on the client's behalf, and after 101 bytes both ways.
 */

import { connectionOptions, forwardedHead } from "../http1/forwarding.ts";
import { HOP_BY_HOP } from "../http1/field_names.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { Services } from "./services.ts";
import { pumpClient } from "./tunnel.ts";

/**
 * The protocols that a request would change to, as the value for Upgrade; "" for none.
 *
 * HTTP/2 (`h2c`) is left out: it would carry requests past everything that is decided here.
 */
export function upgradeProtocols({ head, bodyLength }: Request): string {
  const { fields } = head;
  if ((fields.bits & HOP_BY_HOP) === 0 || !fields.has("upgrade")) return "";
  if (head.minorVersion === 0 || bodyLength !== 0) return "";
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
  services: Services,
): Promise<void> {
  const { fields } = head;
  exchange.status = 101;
  exchange.isAnswered = true;
  exchange.mustClose = true;
  connection.writer.head(forwardedHead(
    `HTTP/1.1 101 ${head.reasonPhrase}`,
    fields,
    connectionOptions(fields),
    {
      via: services.self.via(head.minorVersion),
      lines: `Connection: Upgrade\r\nUpgrade: ${fields.get("upgrade")}\r\n`,
    },
  ));
  await connection.writer.flush();
  await pumpClient(exchange, connection, upstream.conn, services);
}
