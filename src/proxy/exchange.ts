/**
 * One request and its answer: made when a head begins, read and filled by every
 * phase, and at the end the record that the log writes. It holds values, and the two
 * handles by which the exchange can be stopped from outside.
 */

import { ClientGone, ProxyError } from "../errors.ts";
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
  /** The address of the proxy that it has connected to. */
  readonly localIp?: string | undefined;
}

/** What the record of an exchange says whose client is none. */
const NO_CLIENT: Client = { ip: "", port: 0 };

/** What a client has begun, and others may need when it leaves. */
export interface Leading {
  /** Goes on without the client. False when it ends with it. */
  handOver(): boolean;
}

/** One request and its answer. Times are in ms; -1 for what did not happen. */
export class Exchange implements ExchangeRecord {
  readonly id: string;
  /** With its user, once that is known: users may share a connection that a proxy makes for them. */
  client: Client;
  readonly timeMs: number;
  /** When it began, on the clock of `performance.now`. */
  readonly startMs: number;
  /** No client waits for it: see {@link behind}. */
  isBehind = false;

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
  /** Addresses and ranges that a rule has opened for this exchange. */
  openedAddresses: readonly string[] | undefined;

  /** Of the bodies that are read for rules; see body_budget.ts. */
  heldBodyBytes = 0;

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
  /** What may go on when the client leaves. */
  leading: Leading | undefined;

  constructor(
    id: string,
    client: Client,
    timeMs: number = Date.now(),
    startMs: number = performance.now(),
  ) {
    this.id = id;
    this.client = client;
    this.timeMs = timeMs;
    this.startMs = startMs;
  }

  /** One for the same request that no client waits for. It begins now, on behalf of this one's client. */
  behind(id: string): Exchange {
    return this.#inherit(new Exchange(id, this.client));
  }

  /** The same for what this one has begun, and goes on: with its times. */
  continuation(id: string): Exchange {
    const { client, timeMs, startMs } = this;
    const heir = this.#inherit(new Exchange(id, client, timeMs, startMs));
    heir.targetAddress = this.targetAddress;
    heir.dnsMs = this.dnsMs;
    heir.connectMs = this.connectMs;
    heir.tlsMs = this.tlsMs;
    heir.firstByteMs = this.firstByteMs;
    return heir;
  }

  #inherit(behind: Exchange): Exchange {
    behind.isBehind = true;
    behind.request = this.request;
    behind.fields = this.fields;
    behind.method = this.method;
    behind.url = this.url;
    behind.targetHost = this.targetHost;
    behind.targetPort = this.targetPort;
    behind.rules = this.rules;
    behind.policyVersion = this.policyVersion;
    behind.cacheHints = this.cacheHints?.slice();
    behind.openedAddresses = this.openedAddresses;
    return behind;
  }

  get referer(): string {
    return this.fields?.get("referer") ?? "";
  }

  get userAgent(): string {
    return this.fields?.get("user-agent") ?? "";
  }

  /**
   * Stops the exchange: what it waits for at the origin ends, unless others take it over from a client that
   * leaves, and `reason` is thrown from there.
   */
  abort(reason: ProxyError | ClientGone): void {
    if (this.abortReason !== undefined) return;
    this.abortReason = reason;
    if (reason instanceof ClientGone && this.leading?.handOver()) return;
    this.onAbort?.();
  }

  /** Ends one that no client waits for: from then on it is a record, of nobody's. */
  endBehind(): void {
    this.client = NO_CLIENT;
    this.totalMs = performance.now() - this.startMs;
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
