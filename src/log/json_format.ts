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

/**
 * Makes the function that writes a record as a line of JSON with its "\n".
 * `time` is UTC; `ms` holds milliseconds rounded to 3 decimals.
 *
 * Each piece of text costs an allocation and a copy, so pieces are few and
 * large: a function below writes from where a value ends to where one begins.
 */
export function jsonFormat(
  logQuery: boolean,
): (record: ExchangeRecord) => string {
  const timeText = isoTimeText();
  return (record) =>
    '{"time":"' + timeText(record.timeMs) + '","id":"' +
    escapeJson(record.id) + '","client":{"ip":"' +
    escapeJson(record.client.ip) + '","port":' + count(record.client.port) +
    optional(',"user":"', record.client.user) + methodToUrl(record.method) +
    loggedUrl(record.url, logQuery, escapeJson) + targetToStatus(record) +
    count(record.status) + ',"outcome":"' + record.outcome + '"' +
    policyJson(record) +
    ',"bytesIn":' + count(record.bytesIn) +
    ',"bytesOut":' + count(record.bytesOut) +
    ',"ms":{"total":' + milliseconds(record.totalMs) + timingsJson(record) +
    errorToEnd(record);
}

/** Returns the line that stands for records that were dropped. */
export function droppedJson(timeMs: number, dropped: number): string {
  return `{"time":"${isoTimeText()(timeMs)}","dropped":${count(dropped)}}\n`;
}

function methodToUrl(method: string): string {
  return method === "GET"
    ? '},"method":"GET","url":"'
    : '},"method":"' + escapeJson(method) + '","url":"';
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
    optional(',"policy":"', record.policyVersion) +
    optional(',"cache":"', record.cacheStatus);
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
