/**
 * Max-Forwards: how many more hops a TRACE or an OPTIONS may take (RFC 9110 §7.6.2),
 * and the answer where it may take none.
 */

import { WireError } from "../errors.ts";
import type { RequestHead } from "../http1/head.ts";
import { quoted } from "../http1/fields.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { respond } from "./respond.ts";

/**
 * Takes one hop off the request's Max-Forwards. False when there was none left, so that the
 * request is answered here.
 *
 * @throws {WireError} 400 when the field is no number.
 */
export function spendHop(head: RequestHead): boolean {
  // RFC 9110 §7.6.2: "a recipient MAY ignore a Max-Forwards header field received with any
  // other request methods."
  if (head.method !== "TRACE" && head.method !== "OPTIONS") return true;
  const value = head.fields.get("max-forwards");
  if (value === undefined) return true;
  if (!/^\d{1,9}$/.test(value) || head.fields.count("max-forwards") > 1) {
    throw new WireError(`the Max-Forwards ${quoted(value)} is no number`);
  }
  const left = Number(value);
  if (left === 0) return false;
  head.fields.set("Max-Forwards", String(left - 1));
  return true;
}

/** Answers a TRACE or an OPTIONS as its final recipient (RFC 9110 §9.3.7, §9.3.8). */
export function answerAtLastHop(
  exchange: Exchange,
  head: RequestHead,
  connection: ClientConnection,
): Promise<void> | undefined {
  exchange.outcome = "answered";
  if (exchange.request?.bodyLength !== 0) exchange.mustClose = true;
  if (head.method === "OPTIONS") {
    const allow =
      "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, TRACE, CONNECT";
    return respond(exchange, connection, {
      status: 204,
      fields: [["Allow", allow]],
    });
  }
  return respond(exchange, connection, {
    status: 200,
    fields: [["Content-Type", "message/http"]],
    body: new TextEncoder().encode(traceOf(head)),
  });
}

// RFC 9110 §9.3.8: "The final recipient of the request SHOULD exclude any request fields that
// are likely to contain sensitive data".
const SENSITIVE = new Set(["authorization", "proxy-authorization", "cookie"]);

function traceOf(
  { method, target, minorVersion, fields }: RequestHead,
): string {
  let text = `${method} ${target} HTTP/1.${minorVersion}\r\n`;
  for (let i = 0; i < fields.size; i++) {
    if (!SENSITIVE.has(fields.keys[i]!)) {
      text += `${fields.names[i]}: ${fields.values[i]}\r\n`;
    }
  }
  return text + "\r\n";
}
