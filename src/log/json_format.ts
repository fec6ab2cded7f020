/**
 * One record as one line of JSON, whatever text it holds. This is the format
 * that runs for every exchange, so the line is put together by hand: members in
 * a fixed order, text escaped only where a look at it says so. Optional members
 * that are empty are left out, and so are timings that did not happen.
 */

import { escapeJson } from "./escape.ts";
import { loggedUrl } from "./logged_url.ts";
import type { DecisionRecord, ExchangeRecord } from "./record.ts";
import { isoTimeText } from "./time_text.ts";

/** ".001" to ".999", without trailing zeros; "" for none. */
const THOUSANDTHS: readonly string[] = Array.from(
  { length: 1000 },
  (_, micros) => String(micros / 1000).slice(1),
);

/** "0" to "0.999": most timings of a hit are one of these. */
const BELOW_ONE: readonly string[] = THOUSANDTHS.map((text) => "0" + text);

/** A power of two: so many connections have their part of the line made once. */
const CLIENTS = 256;

/** Writes a part of a line. */
type Part = (record: ExchangeRecord) => string;

/**
 * Makes the function that writes a record as a line of JSON with its "\n".
 * `time` is UTC; `ms` holds milliseconds rounded to 3 decimals.
 *
 * Each piece of text costs an allocation and a copy, so pieces are few and
 * large: a function below writes from where a value ends to where one begins,
 * and what is likely to come again is kept in one piece.
 */
export function jsonFormat(
  logQuery: boolean,
): (record: ExchangeRecord) => string {
  const start = startToId();
  const client = clientToUrl();
  const target = targetToOutcome();
  return (record) =>
    start(record) + escapeJson(record.id) + client(record) +
    loggedUrl(record.url, logQuery, escapeJson) + target(record) +
    policyJson(record) + cacheToBytesIn(record.cacheStatus) +
    count(record.bytesIn) + ',"bytesOut":' + count(record.bytesOut) +
    ',"ms":{"total":' + milliseconds(record.totalMs) + timingsJson(record) +
    errorToEnd(record);
}

/** Returns the line that stands for records that were dropped. */
export function droppedJson(timeMs: number, dropped: number): string {
  return `{"time":"${isoTimeText()(timeMs)}","dropped":${count(dropped)}}\n`;
}

/** Keeps the text of the last millisecond. */
function startToId(): Part {
  const timeText = isoTimeText();
  let lastMs = NaN;
  let text = "";
  return ({ timeMs }) => {
    if (timeMs === lastMs) return text;
    lastMs = timeMs;
    return text = flat(['{"time":"', timeText(timeMs), '","id":"']);
  };
}

/** Keeps the texts of connections, those that share a place in turn. */
function clientToUrl(): Part {
  const clients: ExchangeRecord["client"][] = [];
  const texts: string[] = [];
  return ({ client, method }) => {
    const place = client.port & (CLIENTS - 1);
    if (clients[place] !== client) {
      clients[place] = client;
      texts[place] = flat([clientText(client), '},"method":"GET","url":"']);
    }
    if (method === "GET") return texts[place]!;
    return clientText(client) + '},"method":"' + escapeJson(method) +
      '","url":"';
  };
}

function clientText({ ip, port, user }: ExchangeRecord["client"]): string {
  return '","client":{"ip":"' + escapeJson(ip) + '","port":' + count(port) +
    optional(',"user":"', user);
}

/** Keeps the text of the last ones. */
function targetToOutcome(): Part {
  let last:
    | Pick<
      ExchangeRecord,
      "targetHost" | "targetPort" | "targetAddress" | "status" | "outcome"
    >
    | undefined;
  let text = "";
  return (record) => {
    const { targetHost, targetPort, targetAddress, status, outcome } = record;
    if (
      last !== undefined && status === last.status &&
      outcome === last.outcome && targetHost === last.targetHost &&
      targetPort === last.targetPort && targetAddress === last.targetAddress
    ) return text;
    last = { targetHost, targetPort, targetAddress, status, outcome };
    const target = targetToStatus(record);
    return text = flat([target, count(status), ',"outcome":"', outcome, '"']);
  };
}

/** Pieces as one: what is joined by `+` stays in pieces until it is read. */
function flat(pieces: readonly string[]): string {
  return pieces.join("");
}

function targetToStatus(record: ExchangeRecord): string {
  if (record.targetHost === "") return '","status":';
  const host = '","target":{"host":"' + escapeJson(record.targetHost) +
    (record.targetPort === 0 ? '"' : '","port":' + count(record.targetPort));
  return record.targetAddress === ""
    ? host + '},"status":'
    : host + ',"address":"' + escapeJson(record.targetAddress) +
      '"},"status":';
}

function policyJson(record: ExchangeRecord): string {
  return optional(',"rule":"', record.rule) +
    optional(',"reason":"', record.reason) + decisionsJson(record.decisions) +
    optional(',"policy":"', record.policyVersion);
}

function cacheToBytesIn(cacheStatus: string | undefined): string {
  return cacheStatus === undefined || cacheStatus === ""
    ? ',"bytesIn":'
    : ',"cache":"' + escapeJson(cacheStatus) + '","bytesIn":';
}

function decisionsJson(
  decisions: readonly DecisionRecord[] | undefined,
): string {
  if (decisions === undefined || decisions.length === 0) return "";
  return ',"decisions":[' + decisions.map(decisionJson).join(",") + "]";
}

function decisionJson(decision: DecisionRecord): string {
  return '{"rule":"' + escapeJson(decision.rule) + '","phase":"' +
    escapeJson(decision.phase) + '","action":"' +
    escapeJson(decision.action) + '"' +
    optional(',"reason":"', decision.reason) +
    (decision.report ? ',"report":true' : "") + ',"ms":' +
    milliseconds(decision.ms) + "}";
}

function timingsJson(record: ExchangeRecord): string {
  return timing(',"policy":', record.policyMs) +
    timing(',"dns":', record.dnsMs) +
    timing(',"connect":', record.connectMs) + timing(',"tls":', record.tlsMs) +
    timing(',"firstByte":', record.firstByteMs);
}

function errorToEnd(record: ExchangeRecord): string {
  if (record.errorCode === "" && record.errorMessage === "") return "}}\n";
  return '},"error":{"code":"' + escapeJson(record.errorCode) + '"' +
    optional(',"message":"', record.errorMessage) + "}}\n";
}

/** @param start All before the value, from the comma to the quote. */
function optional(start: string, value: string | undefined): string {
  if (value === undefined || value === "") return "";
  return start + escapeJson(value) + '"';
}

function timing(name: string, ms: number): string {
  return ms >= 0 ? name + milliseconds(ms) : "";
}

/** A number that JSON has no form for counts as 0. */
function milliseconds(ms: number): string {
  const micros = Math.round(ms * 1000);
  if (micros >= 0 && micros < 1000) return BELOW_ONE[micros] ?? "0";
  if (!(micros >= 0 && micros <= Number.MAX_SAFE_INTEGER)) return "0";
  const whole = Math.floor(micros / 1000);
  return whole + (THOUSANDTHS[micros - whole * 1000] ?? "");
}

function count(value: number): string {
  return Number.isFinite(value) ? "" + value : "0";
}
