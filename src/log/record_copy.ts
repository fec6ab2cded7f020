/**
 * Copies of a record that outlive the exchange. An exchange holds the head, the
 * fields and the body of its request: what waits to be written must not hold
 * them too. What the JSON line has no member for is not copied.
 */

import type { ExchangeRecord } from "./record.ts";

const MAX_CUT_URL_CHARACTERS = 2_048;
const MAX_CUT_CHARACTERS = 256;
const MAX_CUT_DECISIONS = 4;

/** What an exchange was at the moment of copying, without Referer and User-Agent. */
export class RecordCopy implements ExchangeRecord {
  readonly id;
  readonly timeMs;
  readonly client;
  readonly method;
  readonly url;
  readonly protocol;
  readonly targetHost;
  readonly targetPort;
  readonly targetAddress;
  readonly status;
  readonly outcome;
  readonly rule;
  readonly reason;
  readonly decisions;
  readonly policyVersion;
  readonly cacheStatus;
  readonly bytesIn;
  readonly bytesOut;
  readonly bodyBytesOut;
  readonly totalMs;
  readonly policyMs;
  readonly dnsMs;
  readonly connectMs;
  readonly tlsMs;
  readonly firstByteMs;
  readonly errorCode;
  readonly errorMessage;
  readonly referer = "";
  readonly userAgent = "";

  constructor(record: ExchangeRecord) {
    this.id = record.id;
    this.timeMs = record.timeMs;
    this.client = record.client;
    this.method = record.method;
    this.url = record.url;
    this.protocol = record.protocol;
    this.targetHost = record.targetHost;
    this.targetPort = record.targetPort;
    this.targetAddress = record.targetAddress;
    this.status = record.status;
    this.outcome = record.outcome;
    this.rule = record.rule;
    this.reason = record.reason;
    this.decisions = record.decisions;
    this.policyVersion = record.policyVersion;
    this.cacheStatus = record.cacheStatus;
    this.bytesIn = record.bytesIn;
    this.bytesOut = record.bytesOut;
    this.bodyBytesOut = record.bodyBytesOut;
    this.totalMs = record.totalMs;
    this.policyMs = record.policyMs;
    this.dnsMs = record.dnsMs;
    this.connectMs = record.connectMs;
    this.tlsMs = record.tlsMs;
    this.firstByteMs = record.firstByteMs;
    this.errorCode = record.errorCode;
    this.errorMessage = record.errorMessage;
  }
}

/**
 * Returns the record with its texts cut to 256 characters, the URL to 2,048,
 * and its last 4 decisions: as JSON it is below 60,000 bytes, whatever it held.
 */
export function cutRecord(record: RecordCopy): ExchangeRecord {
  const { client: { ip, port, user = "" } } = record;
  return {
    ...record,
    id: cut(record.id),
    client: { ip: cut(ip), port, user: cut(user) },
    method: cut(record.method),
    url: cut(record.url, MAX_CUT_URL_CHARACTERS),
    targetHost: cut(record.targetHost),
    targetAddress: cut(record.targetAddress),
    rule: cut(record.rule),
    reason: cut(record.reason),
    decisions: record.decisions?.slice(-MAX_CUT_DECISIONS).map((decision) => ({
      ...decision,
      rule: cut(decision.rule),
      phase: cut(decision.phase),
      action: cut(decision.action),
      reason: cut(decision.reason),
    })),
    policyVersion: cut(record.policyVersion ?? ""),
    cacheStatus: cut(record.cacheStatus ?? ""),
    errorCode: cut(record.errorCode),
    errorMessage: cut(record.errorMessage),
  };
}

function cut(text: string, maxCharacters = MAX_CUT_CHARACTERS): string {
  if (text.length <= maxCharacters) return text;
  return text.slice(0, maxCharacters - 1).toWellFormed() + "…";
}
