/**
 * A request while rules judge it: what came, what the rules made of it, and at the end the
 * request as it goes out. What the client sent stays in the exchange.
 */

import { ClientGone } from "../errors.ts";
import type { Fields } from "../http1/fields.ts";
import type { RequestHead } from "../http1/head.ts";
import type { Request } from "../http1/request.ts";
import { type AbsoluteTarget, parseTarget } from "../http1/target.ts";
import type { Taken } from "../policy/decision_shapes.ts";
import type { MessageSubject } from "../policy/message_subject.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import { type Parent, parseParent } from "../net/route.ts";
import type { RequestData } from "../sandbox/protocol.ts";
import { stateUtf8 } from "./body_content.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Exchange } from "./exchange.ts";
import { JudgedBody } from "./judged_body.ts";
import { type JudgedMessage, maxBodyBytes } from "./judged_message.ts";
import type { Outgoing } from "./outgoing.ts";
import { requestData, requestSubject } from "./request_view.ts";
import {
  changeFields,
  copyOf,
  forgetBody,
  stateLength,
} from "./rewritten_fields.ts";
import type { Services } from "./services.ts";

/** How much of a body that a rule has replaced is read, so that the connection can go on. */
const MAX_DROPPED_BYTES = 256 * 1024;

// RFC 9110 §8.6: a method for which content has a meaning states the length of none, too.
const MEANS_CONTENT: ReadonlySet<string> = new Set(["PATCH", "POST", "PUT"]);

/** A request under judgement. */
export class JudgedRequest implements JudgedMessage {
  readonly phase = "request";
  // RFC 9110 §15.5.14
  readonly overflowStatus = 413;
  subject: MessageSubject;

  readonly #exchange: Exchange;
  readonly #services: Services;
  readonly #request: Request;
  readonly #body: JudgedBody;
  #head: RequestHead;
  #target: AbsoluteTarget;
  #parent: Parent | "direct" | undefined;
  #isCopied = false;

  constructor(
    exchange: Exchange,
    request: Request,
    target: AbsoluteTarget,
    subject: MessageSubject,
    { connection, services }: {
      connection: ClientConnection;
      services: Services;
    },
  ) {
    this.#exchange = exchange;
    this.#services = services;
    this.#request = request;
    this.#head = request.head;
    this.#target = target;
    this.subject = subject;
    const { conn, writer } = connection;
    this.#body = new JudgedBody({
      exchange,
      conn,
      length: request.bodyLength,
      budget: services.rules.bodies,
      waitMs: services.limits.responseTimeoutMs,
      cutShort: () => new ClientGone(conn.failure),
    }, async () => {
      if (!request.expectsContinue) return;
      writer.head("HTTP/1.1 100 Continue\r\n\r\n");
      await writer.flush();
    });
  }

  /** Nothing of the client's body is left to read. */
  get isBodyRead(): boolean {
    return this.#body.isRead;
  }

  prepare(rule: RuleDescription): boolean | Promise<boolean> {
    if (rule.needs?.requestBody === undefined) return true;
    return this.#body.prepare(maxBodyBytes(rule), this.#head.fields);
  }

  show({ needs }: RuleDescription): { request: RequestData } {
    const form = needs?.requestBody;
    const body = form && this.#body.view(form, this.#head.fields);
    return {
      request: requestData(this.#exchange, this.#head, this.subject, body),
    };
  }

  rewrite(decision: Taken<"rewrite">): void {
    const { url, method, upstream, body } = decision;
    if (upstream !== undefined) {
      this.#parent = upstream === "direct" ? upstream : parseParent(upstream);
    }
    const fields = this.#ownFields();
    if (method !== undefined) this.#head = { ...this.#head, method };
    if (url !== undefined) this.#retarget(url, fields);
    changeFields(fields, decision);
    if (body !== undefined) {
      this.#body.replace(body);
      forgetBody(fields);
      changeFields(fields, { setHeaders: decision.setHeaders });
      if (typeof body === "string") stateUtf8(fields);
    }
    this.subject = requestSubject(this.#exchange, this.#head, this.#target);
  }

  /** Reads the client's body away where another takes its place; undefined where none does. */
  dropReplaced(): Promise<void> | undefined {
    if (this.#body.given === undefined || this.#body.isRead) return undefined;
    return this.#dropBody();
  }

  /** The request as it goes out. */
  outgoing(): Outgoing {
    const onward = this.#body.onward();
    const target = this.#target;
    const parent = this.#parent;
    if (onward.kind === "streaming" && this.#head === this.#request.head) {
      return { request: this.#request, target, parent, body: onward };
    }
    const { expectsContinue } = this.#request;
    let { bodyLength } = this.#request;
    if (onward.kind === "whole") {
      bodyLength = onward.bytes.length;
      stateLength(this.#ownFields(), bodyLength);
    }
    if (bodyLength === 0 && MEANS_CONTENT.has(this.#head.method)) {
      stateLength(this.#ownFields(), 0);
    }
    const isAsked = onward.kind === "streaming" && expectsContinue;
    // Who has been told to go on, or whose body is replaced, waits for nothing any more.
    if (!isAsked && expectsContinue) this.#ownFields().remove("expect");
    return {
      request: {
        head: this.#head,
        target,
        bodyLength,
        expectsContinue: isAsked,
      },
      target,
      parent,
      body: onward,
    };
  }

  #retarget(url: string, fields: Fields): void {
    const { method } = this.#head;
    const target = parseTarget(method, url, this.#services.origins);
    if (target.form !== "absolute") {
      throw new TypeError(`Cannot send a request to "${url}": it is no URL`);
    }
    this.#target = target;
    this.#head = { ...this.#head, target: url };
    fields.set("Host", target.hostField);
  }

  #ownFields(): Fields {
    if (!this.#isCopied) {
      this.#isCopied = true;
      this.#head = { ...this.#head, fields: copyOf(this.#head.fields) };
    }
    return this.#head.fields;
  }

  /** A body that nobody waits for any more is read away while it is short; else the connection ends. */
  async #dropBody(): Promise<void> {
    const isHeldBack = this.#request.expectsContinue && !this.#body.isBegun;
    if (isHeldBack || !await this.#body.drop(MAX_DROPPED_BYTES)) {
      this.#exchange.mustClose = true;
    }
  }
}
