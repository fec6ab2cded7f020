/**
 * What an exchange threw, as what the client is told and whether its connection can go on.
 */

import {
  ClientGone,
  ConnectionLost,
  ProxyError,
  WireError,
} from "../errors.ts";
import { type Conn } from "../net/conn.ts";
import type { Exchange } from "./exchange.ts";

/** Why an exchange failed. */
export interface Failure {
  readonly error: ProxyError | ClientGone;
  /** The client's connection ends: what it sends next can't be told from what it sent. */
  readonly mustClose: boolean;
  /** Nobody expected this: it is to be reported. */
  readonly isBug: boolean;
}

/** The failure that `thrown` is for an exchange of the client at the other end of `conn`. */
export function failureOf(
  thrown: unknown,
  exchange: Exchange,
  conn: Conn,
): Failure {
  if (thrown instanceof WireError) {
    const { status, message } = thrown;
    const error = new ProxyError(
      status,
      "client",
      "http_request_error",
      message,
      { cause: thrown },
    );
    return { error, mustClose: true, isBug: false };
  }
  if (thrown instanceof ProxyError) {
    return {
      error: thrown,
      mustClose: mayHaveUnreadBody(exchange),
      isBug: thrown.status === 500,
    };
  }
  if (thrown instanceof ClientGone) {
    return { error: thrown, mustClose: true, isBug: false };
  }
  if (thrown instanceof ConnectionLost && thrown.conn === conn) {
    const code = conn.isExpired ? "client_timeout" : "client_gone";
    return {
      error: new ClientGone(thrown.cause, code),
      mustClose: true,
      isBug: false,
    };
  }
  const message = "an unexpected error in the proxy";
  const error = new ProxyError(500, "proxy", "proxy_internal_error", message, {
    cause: thrown,
  });
  return { error, mustClose: true, isBug: true };
}

/** Also after a CONNECT that failed there may be bytes that were meant for the tunnel. */
function mayHaveUnreadBody({ request, method }: Exchange): boolean {
  return request === undefined || request.bodyLength !== 0 ||
    method === "CONNECT";
}
