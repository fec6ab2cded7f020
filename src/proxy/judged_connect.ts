/**
 * A CONNECT while rules judge it. It has no body, and nothing of it can be rewritten.
 */

import type { RequestHead } from "../http1/head.ts";
import type { Authority } from "../http1/target.ts";
import type { Subject } from "../policy/subject.ts";
import type { RequestData } from "../sandbox/protocol.ts";
import type { Exchange } from "./exchange.ts";
import type { JudgedMessage } from "./judged_message.ts";
import { connectSubject, requestData } from "./request_view.ts";

/** A CONNECT under judgement. */
export class JudgedConnect implements JudgedMessage {
  readonly phase = "connect";
  readonly overflowStatus = 413;
  readonly subject: Subject;
  readonly #exchange: Exchange;
  readonly #head: RequestHead;

  constructor(exchange: Exchange, head: RequestHead, authority: Authority) {
    this.#exchange = exchange;
    this.#head = head;
    this.subject = connectSubject(exchange, head, authority);
  }

  prepare(): boolean {
    return true;
  }

  show(): { request: RequestData } {
    return { request: requestData(this.#exchange, this.#head, this.subject) };
  }

  rewrite(): void {
    // The tunnel is the client's: a rewrite has no effect.
  }
}
