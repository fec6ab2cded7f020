/**
 * A made-up message while rules judge it, in the place of one that came over the wire.
 */

import {
  bodyBytes,
  type MadeUpMessage,
  subjectFor,
} from "../policy/made_up_message.ts";
import type { Needs, Phase, Rewrite } from "../policy/rule.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import type { Subject } from "../policy/subject.ts";
import { type JudgedMessage, maxBodyBytes } from "../proxy/judged_message.ts";
import { headerList } from "../proxy/rewritten_fields.ts";
import type { RequestData, ResponseData } from "../sandbox/protocol.ts";
import { rewrittenMessage } from "./rewritten_message.ts";

/** A made-up message under judgement. */
export class MadeUpJudged implements JudgedMessage {
  #message: MadeUpMessage;
  #subject: Subject;

  /** @throws {WireError | TypeError} when its URL is none. */
  constructor(message: MadeUpMessage) {
    this.#message = message;
    this.#subject = subjectFor(message);
  }

  /** The message as the rules have left it. */
  get message(): MadeUpMessage {
    return this.#message;
  }

  get phase(): Phase {
    return this.#message.phase;
  }

  get subject(): Subject {
    return this.#subject;
  }

  get overflowStatus(): number {
    return this.phase === "response" ? 502 : 413;
  }

  prepare(rule: RuleDescription): boolean {
    return this.#neededBytes(rule) <= maxBodyBytes(rule);
  }

  /** Why the rule does not take the message's body. */
  overflowText(rule: RuleDescription): string {
    return `the body's ${this.#neededBytes(rule)} bytes are more than ` +
      `needs.maxBytes, ${maxBodyBytes(rule)}`;
  }

  show(
    { needs = {} }: RuleDescription,
  ): { request: RequestData; response?: ResponseData } {
    const request = this.#requestData(needs);
    const { status, responseFields, responseBody } = this.#message;
    if (status === undefined || responseFields === undefined) {
      return { request };
    }
    const headers = headerList(responseFields);
    const body = bodyFor(responseBody, needs.responseBody);
    return { request, response: { status, headers, body } };
  }

  rewrite(decision: Rewrite): void {
    const message = rewrittenMessage(this.#message, decision);
    this.#subject = subjectFor(message);
    this.#message = message;
  }

  #neededBytes({ needs = {} }: RuleDescription): number {
    const { requestBody, responseBody } = this.#message;
    const body = this.phase === "response"
      ? needs.responseBody && responseBody
      : needs.requestBody && requestBody;
    return bodyBytes(body ?? "").length;
  }

  #requestData({ requestBody: need }: Needs): RequestData {
    const { id, method, url, fields, client, time, requestBody } =
      this.#message;
    const { scheme, host, port, path, query } = this.#subject;
    return {
      id,
      method,
      url,
      scheme,
      host,
      port,
      path,
      query,
      headers: headerList(fields),
      clientIp: client.ip,
      clientPort: client.port,
      user: client.user,
      timeMs: time.getTime(),
      body: bodyFor(requestBody, need),
    };
  }
}

function bodyFor(
  body: string | Uint8Array = "",
  need: "text" | "bytes" | undefined,
): string | Uint8Array | undefined {
  if (need === undefined) return undefined;
  const bytes = bodyBytes(body);
  return need === "bytes" ? bytes : new TextDecoder().decode(bytes);
}
