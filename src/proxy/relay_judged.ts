/**
 * A final response to the client once rules have had their say, or none: as it came, as they
 * rewrote it, or their own answer in its place. How bytes are relayed is for relay.ts.
 */

import {
  hasNoBody,
  responseBodyLength,
  UNTIL_CLOSE,
} from "../http1/framing.ts";
import { wantsClose } from "../http1/forwarding.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Upstream } from "../net/upstream.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import type { JudgedResult } from "./judge.ts";
import { relayResponse, relayWhole } from "./relay.ts";
import { answerEnding } from "./rule_answer.ts";
import type { Services } from "./services.ts";

const NO_BYTES = new Uint8Array(0);

/**
 * Relays a response that no rule has judged. True when the upstream can serve another request.
 *
 * @param method The method that the origin was asked with.
 * @throws {WireError | ProxyError | ConnectionLost | ClientGone} as `relayResponse`.
 */
export function relayAsItCame(
  exchange: Exchange,
  head: ResponseHead,
  method: string,
  connection: ClientConnection,
  upstream: Upstream,
  services: Services,
): boolean | Promise<boolean> {
  const { status } = head;
  // A rule may have made a HEAD of a GET, or the other way round.
  if (
    method !== exchange.method &&
    hasNoBody(status, method) !== hasNoBody(status, exchange.method)
  ) {
    relayWhole(exchange, head, NO_BYTES, connection, services);
    return false;
  }
  return relayResponse(exchange, head, connection, upstream, services);
}

/** A response, and what rules decided about it. */
export interface Judgement {
  /** As the origin sent it. */
  readonly came: ResponseHead;
  /** The method that the origin was asked with. */
  readonly method: string;
  readonly result: JudgedResult;
}

/**
 * Relays what rules made of a response. True when the upstream can serve another request.
 *
 * @throws {WireError | ProxyError | ConnectionLost | ClientGone} as `relayResponse`.
 */
export async function relayJudged(
  exchange: Exchange,
  { came, method, result }: Judgement,
  connection: ClientConnection,
  upstream: Upstream,
  services: Services,
): Promise<boolean> {
  if (result.kind === "ending") {
    await answerEnding(exchange, result.ending, connection);
    return false;
  }
  const { head, body, isRead } = result.onward;
  if (body.kind === "whole") {
    await relayWhole(exchange, head, body.bytes, connection, services);
    return isRead && isKeptOpen(came, method);
  }
  const begun = body.kind === "begun" ? body.begun : undefined;
  return await relayResponse(
    exchange,
    head,
    connection,
    upstream,
    services,
    begun,
  );
}

/** True when the connection goes on after a response whose body has been read. */
export function isKeptOpen(head: ResponseHead, method: string): boolean {
  return responseBodyLength(head, method) !== UNTIL_CLOSE &&
    !wantsClose(head.fields, head.minorVersion);
}
