/**
 * One record as one line for a person at a terminal: aligned, coloured where
 * that is wanted, times local. Text from the network cannot move the cursor,
 * change colours or start a line: it is shown escaped.
 */

import { escapeTerminal } from "./escape.ts";
import { loggedUrl } from "./logged_url.ts";
import type { ExchangeRecord, Outcome } from "./record.ts";
import { clockTimeText } from "./time_text.ts";

/** SGR parameters (ECMA-48 §8.3.117). */
const DIM = 2;
const RED = 31;
const GREEN = 32;
const YELLOW = 33;
const CYAN = 36;
const PLAIN = 0;

const OUTCOME_COLOURS: Readonly<Record<Outcome, number>> = {
  hit: GREEN,
  stale: GREEN,
  revalidated: GREEN,
  miss: PLAIN,
  bypass: PLAIN,
  tunnel: PLAIN,
  intercepted: CYAN,
  answered: CYAN,
  redirected: CYAN,
  blocked: YELLOW,
  limited: YELLOW,
  denied: YELLOW,
  error: RED,
};

const URL_COLUMNS = 48;
/** A longer URL is cut here: the file has the whole. */
const MAX_URL_CHARACTERS = 160;
const BYTE_UNITS = ["B", "K", "M", "G", "T"];

/**
 * Makes the function that writes a record as a line with its "\n": time,
 * client, method, URL, status, outcome, duration, bytes to the client, reason.
 *
 * @param colour Whether to use ANSI colours.
 */
export function prettyFormat(
  logQuery: boolean,
  colour: boolean,
): (record: ExchangeRecord) => string {
  const timeText = clockTimeText();
  const paint = colour ? painted : plain;
  return (record) =>
    [
      paint(DIM, timeText(record.timeMs)),
      clientText(record).padEnd(15),
      escapeTerminal(record.method || "-").padEnd(7),
      urlText(record.url, logQuery).padEnd(URL_COLUMNS),
      paint(statusColour(record.status), statusText(record.status)),
      paint(OUTCOME_COLOURS[record.outcome], record.outcome.padEnd(11)),
      durationText(record.totalMs).padStart(7),
      bytesText(record.bytesOut).padStart(6),
      paint(DIM, whyText(record)),
    ].join(" ").trimEnd() + "\n";
}

/** Returns the line that stands for records that were dropped. */
export function droppedPretty(timeMs: number, dropped: number): string {
  return `${clockTimeText()(timeMs)} ${dropped} records dropped\n`;
}

function clientText({ client }: ExchangeRecord): string {
  const ip = escapeTerminal(client.ip || "-");
  return client.user ? `${escapeTerminal(client.user)}@${ip}` : ip;
}

function urlText(url: string, logQuery: boolean): string {
  const text = loggedUrl(url, logQuery, escapeTerminal) || "-";
  if (text.length <= MAX_URL_CHARACTERS) return text;
  return text.slice(0, MAX_URL_CHARACTERS - 1).toWellFormed() + "…";
}

function whyText(record: ExchangeRecord): string {
  const why = [record.rule, record.reason, record.errorCode];
  // A reason and a message often say the same.
  if (record.errorMessage !== record.reason) why.push(record.errorMessage);
  return escapeTerminal(why.filter((text) => text !== "").join(": "));
}

function statusText(status: number): string {
  return status > 0 ? String(status).padEnd(3) : "-  ";
}

function statusColour(status: number): number {
  if (status >= 500) return RED;
  if (status >= 400) return YELLOW;
  if (status >= 300) return CYAN;
  return status >= 200 ? GREEN : PLAIN;
}

function durationText(ms: number): string {
  if (!(ms >= 0)) return "-";
  if (ms < 10) return ms.toFixed(1) + "ms";
  return ms < 10_000 ? Math.round(ms) + "ms" : (ms / 1000).toFixed(1) + "s";
}

function bytesText(bytes: number): string {
  if (!(bytes >= 0)) return "-";
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return value.toFixed(digits) + (BYTE_UNITS[unit] ?? "");
}

function painted(parameter: number, text: string): string {
  if (parameter === PLAIN || text === "") return text;
  return `\x1b[${parameter}m${text}\x1b[0m`;
}

function plain(_parameter: number, text: string): string {
  return text;
}
