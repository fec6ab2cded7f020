/**
 * One request and its answer: made when a head begins, read and filled by every
 * phase, and at the end the record that the log writes. It holds values, and the two
 * handles by which the exchange can be stopped from outside.
 */

import { type ClientGone, ProxyError } from "../errors.ts";
import type { Fields } from "../http1/fields.ts";
import type { Request } from "../http1/request.ts";
import type { DecisionRecord, ExchangeRecord, Outcome } from "../log/record.ts";
import type { MessageSubject } from "../policy/message_subject.ts";
import type { Cache, Intercept, Tunnel } from "../policy/rule.ts";
import type { PhaseRules } from "./rule_book.ts";

/** Who is at the other end of a client connection. */
export interface Client {
  readonly ip: string;
  readonly port: number;
  readonly user?: string | undefined;
}

/** One request and its answer. Times are in ms; -1 for what did not happen. */
export class Exchange implements ExchangeRecord {
  readonly id: string;
  /** With its user, once that is known: users may share a connection that a proxy makes for them. */
  client: Client;
  readonly timeMs: number = Date.now();
  /** When it began, on the clock of `performance.now`. */
  readonly startMs: number = performance.now();

  /** The request; undefined until its head has been understood. */
  request: Request | undefined;
  /** The request's fields; undefined when its head could not be read. */
  fields: Fields | undefined;
  method = "";
  url = "";
  protocol = "HTTP/1.1";
  targetHost = "";
  targetPort = 0;
  targetAddress = "";

  status = 0;
  outcome: Outcome = "bypass";
  rule = "";
  reason = "";
  errorCode = "";
  errorMessage = "";

  /** The rules that the exchange began with; undefined without rules. */
  rules: PhaseRules | undefined;
  /** The request as matchers see it, as it goes out; undefined until a rule could match it. */
  subject: MessageSubject | undefined;
  decisions: DecisionRecord[] | undefined;
  policyVersion: string | undefined;
  /** Our member of Cache-Status (RFC 9211); undefined where the cache was not asked. */
  cacheStatus: string | undefined;
  /** What rules decided about storing the answer, in order. */
  cacheHints: Cache[] | undefined;
  /** What rules decided about a tunnel; the last one counts. */
  tunnelling: Intercept | Tunnel | undefined;

  bytesIn = 0;
  bytesOut = 0;
  bodyBytesOut = 0;

  totalMs = -1;
  policyMs = -1;
  dnsMs = -1;
  connectMs = -1;
  tlsMs = -1;
  firstByteMs = -1;

  /** The head of a final answer has been handed to the client's connection. */
  isAnswered = false;
  /** The client's connection can't carry another exchange. */
  mustClose = false;
  /** Why the exchange is to end early; whoever waits for the origin looks here when the wait ends. */
  abortReason: ProxyError | ClientGone | undefined;
  /** Ends what the exchange waits for at the origin. Set by whoever waits. */
  onAbort: (() => void) | undefined;

  constructor(id: string, client: Client) {
    this.id = id;
    this.client = client;
  }

  /** One for the same request that nobody waits for. */
  behind(id: string): Exchange {
    const behind = new Exchange(id, this.client);
    behind.request = this.request;
    behind.fields = this.fields;
    behind.method = this.method;
    behind.url = this.url;
    behind.targetHost = this.targetHost;
    behind.targetPort = this.targetPort;
    behind.rules = this.rules;
    behind.policyVersion = this.policyVersion;
    behind.cacheHints = this.cacheHints?.slice();
    return behind;
  }

  get referer(): string {
    return this.fields?.get("referer") ?? "";
  }

  get userAgent(): string {
    return this.fields?.get("user-agent") ?? "";
  }

  /** Stops the exchange: what it waits for at the origin ends, and `reason` is thrown from there. */
  abort(reason: ProxyError | ClientGone): void {
    if (this.abortReason !== undefined) return;
    this.abortReason = reason;
    this.onAbort?.();
  }

  /** Notes why the exchange failed. */
  fail(error: ProxyError | ClientGone): void {
    this.errorMessage = error.message;
    this.errorCode = error.code;
    if (!(error instanceof ProxyError)) {
      this.outcome = "error";
      return;
    }
    this.outcome = error.outcome;
    this.reason = error.message;
  }
}
