/**
 * One record as a line of Apache's common or combined log format, for the tools
 * that read those: `%h %l %u %t "%r" %>s %b`, and Referer and User-Agent after
 * it. Source: httpd's mod_log_config, with its escaping. Times are local.
 */

import { escapeApache } from "./escape.ts";
import { loggedUrl } from "./logged_url.ts";
import type { ExchangeRecord } from "./record.ts";
import { apacheTimeText } from "./time_text.ts";

/** Makes the function that writes a record in common format, with its "\n". */
export function commonFormat(
  logQuery: boolean,
): (record: ExchangeRecord) => string {
  const fields = commonFields(logQuery);
  return (record) => fields(record) + "\n";
}

/** Makes the function that writes a record in combined format, with its "\n". */
export function combinedFormat(
  logQuery: boolean,
): (record: ExchangeRecord) => string {
  const fields = commonFields(logQuery);
  return (record) =>
    fields(record) + ' "' +
    orDash(loggedUrl(record.referer, logQuery, escapeApache)) + '" "' +
    orDash(escapeApache(record.userAgent)) + '"\n';
}

/**
 * Returns the line that stands for records that were dropped. The formats have
 * no comments: it is a record of a request that no client made.
 */
export function droppedApache(timeMs: number, dropped: number): string {
  return `- - - [${
    apacheTimeText()(timeMs)
  }] "- ${dropped} records dropped" 0 -\n`;
}

function commonFields(logQuery: boolean): (record: ExchangeRecord) => string {
  const timeText = apacheTimeText();
  return (record) =>
    token(record.client.ip) + " - " + token(record.client.user ?? "") + " [" +
    timeText(record.timeMs) + '] "' + requestLine(record, logQuery) + '" ' +
    whole(record.status) + " " + (whole(record.bodyBytesOut) || "-");
}

/** Apache writes "-" for a request whose first line it could not read. */
function requestLine(record: ExchangeRecord, logQuery: boolean): string {
  if (record.method === "") return "-";
  return escapeApache(record.method) + " " +
    orDash(loggedUrl(record.url, logQuery, escapeApache)) + " " +
    escapeApache(record.protocol);
}

/** A space would end a field that has no quotes, so it is escaped there. */
function token(text: string): string {
  return orDash(escapeApache(text).replaceAll(" ", "\\x20"));
}

function orDash(text: string): string {
  return text === "" ? "-" : text;
}

function whole(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
