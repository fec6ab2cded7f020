/**
 * A final response while rules judge it: what the origin sent, what the rules made of it,
 * and at the end the response as it is relayed.
 */

import { STATUS_TEXT } from "@std/http/status";
import { hasNoBody, responseBodyLength } from "../http1/framing.ts";
import type { ResponseHead } from "../http1/head.ts";
import type { Taken } from "../policy/decision_shapes.ts";
import type { MessageSubject } from "../policy/message_subject.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import type { Upstream } from "../net/upstream.ts";
import type { RequestData, ResponseData } from "../sandbox/protocol.ts";
import type { BodyBudget } from "./body_budget.ts";
import { type GivenBody, stateUtf8 } from "./body_content.ts";
import type { Exchange } from "./exchange.ts";
import { type BodyOnward, JudgedBody } from "./judged_body.ts";
import { type JudgedMessage, maxBodyBytes } from "./judged_message.ts";
import type { Outgoing } from "./outgoing.ts";
import { cutShort } from "./relay.ts";
import { requestData } from "./request_view.ts";
import {
  changeFields,
  copyOf,
  forgetBody,
  headerList,
} from "./rewritten_fields.ts";
import { sentBody } from "./sent_body.ts";
import type { Services } from "./services.ts";

/** A response as it is relayed. */
export interface OnwardResponse {
  readonly head: ResponseHead;
  readonly body: BodyOnward;
  /** The origin's own body has been read to its end, or has none. */
  readonly isRead: boolean;
  /** The names of the fields that rules set or took away, in lower case. */
  readonly ruledFields: readonly string[];
}

/** A response under judgement. */
export class JudgedResponse implements JudgedMessage {
  readonly phase = "response";
  // As for any block: the origin's answer is sound, it is the rule that does not let it pass.
  readonly overflowStatus = 403;
  readonly subject: MessageSubject;

  readonly #exchange: Exchange;
  readonly #outgoing: Outgoing;
  readonly #budget: BodyBudget;
  readonly #body: JudgedBody;
  readonly #hadNoBody: boolean;
  /** The request's, for the rule that was prepared for last. */
  #sentBody: GivenBody | undefined;
  readonly #ruledFields = new Set<string>();
  #head: ResponseHead;

  /** @throws {WireError} when the response's framing is bad. */
  constructor(
    exchange: Exchange,
    outgoing: Outgoing,
    head: ResponseHead,
    { subject, upstream, services }: {
      subject: MessageSubject;
      upstream: Upstream;
      services: Services;
    },
  ) {
    this.#exchange = exchange;
    this.#outgoing = outgoing;
    this.#budget = services.rules.bodies;
    this.#head = head;
    this.subject = subject;
    const { method } = outgoing.request.head;
    this.#hadNoBody = hasNoBody(head.status, method);
    const { conn } = upstream;
    this.#body = new JudgedBody({
      exchange,
      conn,
      length: responseBodyLength(head, method),
      budget: this.#budget,
      waitMs: services.limits.responseTimeoutMs,
      cutShort: () => cutShort(exchange, conn),
    });
  }

  prepare(rule: RuleDescription): boolean | Promise<boolean> {
    const { requestBody, responseBody } = rule.needs ?? {};
    if (requestBody !== undefined) return this.#prepareBoth(rule, requestBody);
    return responseBody === undefined || this.#prepareOwn(rule);
  }

  async #prepareBoth(
    rule: RuleDescription,
    form: "text" | "bytes",
  ): Promise<boolean> {
    const maxBytes = maxBodyBytes(rule);
    this.#sentBody = await this.#budget.decode(
      this.#exchange,
      maxBytes,
      () => sentBody(this.#outgoing, form, maxBytes),
    );
    return rule.needs?.responseBody === undefined ||
      await this.#prepareOwn(rule);
  }

  #prepareOwn(rule: RuleDescription): Promise<boolean> {
    return this.#body.prepare(maxBodyBytes(rule), this.#head.fields);
  }

  show(
    { needs }: RuleDescription,
  ): { request: RequestData; response: ResponseData } {
    const { status, fields } = this.#head;
    const headers = headerList(fields);
    const form = needs?.responseBody;
    const body = form && this.#body.view(form, fields);
    const { head } = this.#outgoing.request;
    const sent = needs?.requestBody && this.#sentBody;
    return {
      request: requestData(this.#exchange, head, this.subject, sent),
      response: { status, headers, body },
    };
  }

  rewrite(decision: Taken<"rewrite">): void {
    const { status, body } = decision;
    const fields = copyOf(this.#head.fields);
    this.#head = { ...this.#head, fields };
    if (status !== undefined && status !== this.#head.status) {
      const phrases: Readonly<Record<number, string>> = STATUS_TEXT;
      const reasonPhrase = phrases[status] ?? "";
      this.#head = { ...this.#head, status, reasonPhrase };
    }
    if (body !== undefined) {
      this.#body.replace(body);
      forgetBody(fields);
    }
    changeFields(fields, decision);
    const { setHeaders = {}, removeHeaders = [] } = decision;
    for (const name of [...Object.keys(setHeaders), ...removeHeaders]) {
      this.#ruledFields.add(name.toLowerCase());
    }
    if (typeof body === "string") stateUtf8(fields);
    this.subject.enterResponse(fields);
  }

  /** The response as it is relayed. */
  onward(): OnwardResponse {
    const head = this.#head;
    const isRead = this.#body.isRead;
    const ruledFields = [...this.#ruledFields];
    const { method } = this.#exchange;
    const onward = this.#body.onward();
    // A status or method that has a body where the origin's had none, or the other way round:
    // the fields say nothing of the body's length any more.
    const isOther = hasNoBody(head.status, method) !== this.#hadNoBody;
    if (!isOther || onward.kind === "whole") {
      return { head, body: onward, isRead, ruledFields };
    }
    const body = { kind: "whole", bytes: new Uint8Array(0) } as const;
    return { head, body, isRead, ruledFields };
  }
}
