/**
 * Answers of the proxy's own: pages by the dozen lines, errors as HTML or JSON by Accept,
 * each with the reason, the exchange's id and a Proxy-Status (RFC 9209).
 */

import { accepts } from "@std/http/negotiation";
import { STATUS_TEXT } from "@std/http/status";
import type { ProxyError } from "../errors.ts";
import { hasNoBody } from "../http1/framing.ts";
import { BASIC_CHALLENGE } from "../policy/basic_credentials.ts";
import type { ClientConnection } from "./client_connection.ts";
import { errorPage, type ToldError, whyUrl } from "./error_page.ts";
import type { Exchange } from "./exchange.ts";

/** An answer that is there in whole. Framing, Date and Connection are added to its fields. */
export interface OwnAnswer {
  readonly status: number;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
}

const NO_BODY = new Uint8Array(0);

/** Gives an answer to the client's writer. */
export function respond(
  exchange: Exchange,
  connection: ClientConnection,
  answer: OwnAnswer,
): Promise<void> | undefined {
  const body = answer.body ?? NO_BODY;
  let text = statusLine(answer.status);
  for (const [name, value] of answer.fields) text += `${name}: ${value}\r\n`;
  // Nor a Content-Length for a HEAD whose body is not known: it would have to be the GET's (RFC 9110 §8.6).
  const isLengthKnown = answer.body !== undefined || exchange.method !== "HEAD";
  if (isLengthKnown && isLengthStated(answer.status)) {
    text += `Content-Length: ${body.length}\r\n`;
  }
  exchange.status = answer.status;
  exchange.isAnswered = true;
  connection.writer.head(
    text + commonLines(exchange, hasDate(answer)) + "\r\n",
  );
  if (hasNoBody(answer.status, exchange.method) || body.length === 0) {
    return undefined;
  }
  return connection.writer.data(body, 0, body.length);
}

// RFC 9110 §8.6: no Content-Length in a 204; in a 304 it would be that of the 200.
function isLengthStated(status: number): boolean {
  return status !== 204 && status !== 304;
}

function hasDate({ fields }: OwnAnswer): boolean {
  return fields.some(([name]) => name.toLowerCase() === "date");
}

/** The status line of an answer of ours, with its CRLF. */
export function statusLine(status: number): string {
  const phrases: Readonly<Record<number, string>> = STATUS_TEXT;
  return `HTTP/1.1 ${status} ${phrases[status] ?? ""}\r\n`;
}

/** Date, and Connection where it ends: the lines that every answer of ours has. */
export function commonLines(exchange: Exchange, hasDate = false): string {
  return (hasDate ? "" : `Date: ${new Date().toUTCString()}\r\n`) +
    (exchange.mustClose ? "Connection: close\r\n" : "");
}

/**
 * Tells the client what failed, and sends it.
 *
 * @throws {ConnectionLost}
 */
export async function respondToError(
  exchange: Exchange,
  error: ProxyError,
  connection: ClientConnection,
): Promise<void> {
  const told = toldOf(exchange, error);
  const isHtml = prefersHtml(exchange);
  const retry = error.retryAfterSeconds === undefined
    ? []
    : [["Retry-After", String(error.retryAfterSeconds)] as const];
  await respond(exchange, connection, {
    status: error.status,
    fields: [
      [
        "Content-Type",
        isHtml ? "text/html; charset=utf-8" : "application/json",
      ],
      ["Cache-Control", "no-store"],
      ["Proxy-Status", proxyStatus(exchange, error.code, told.message)],
      ...retry,
      ...challengeOf(error.status),
    ],
    body: isHtml ? errorPage(exchange, told) : errorJson(exchange, told),
  });
  await connection.writer.flush();
}

/** RFC 9110 §15.5.2, §15.5.8: what asks for credentials says by which scheme. */
function challengeOf(status: number): (readonly [string, string])[] {
  if (status === 401) return [["WWW-Authenticate", BASIC_CHALLENGE]];
  if (status === 407) return [["Proxy-Authenticate", BASIC_CHALLENGE]];
  return [];
}

/**
 * Of a rule that failed, a client hears the name: what it threw is for its author, who finds
 * it in the log.
 */
function toldOf({ rule }: Exchange, error: ProxyError): ToldError {
  const { status, side, code, message } = error;
  if (rule === "" || status !== 503 || code !== "proxy_internal_error") {
    return { status, side, code, message };
  }
  return { status, side, code, message: `the rule "${rule}" failed`, rule };
}

function errorJson({ id }: Exchange, told: ToldError): Uint8Array {
  const { status, code, message: reason, rule } = told;
  // A key that is undefined is left out.
  const value = { error: { status, code, reason, rule, id } };
  return new TextEncoder().encode(JSON.stringify(value, null, 2) + "\n");
}

/** A person's browser names text/html; a program takes anything and is better served by JSON. */
export function prefersHtml(exchange: Exchange): boolean {
  const accept = exchange.fields?.all("accept").join(", ");
  if (accept === undefined || accept === "") return false;
  const headers = new Headers({ accept: accept.replace(/[^\x20-\x7e]/g, "") });
  return accepts({ headers }, "application/json", "text/html") === "text/html";
}

/**
 * A Proxy-Status field: who answers, the error's type and details (RFC 9209 §2). Of an answer to
 * CONNECT no client shows the body: there it also says where the exchange can be seen.
 */
export function proxyStatus(
  { method, id }: Exchange,
  code: string,
  reason: string,
): string {
  const details = method === "CONNECT"
    ? `${reason}; see ${whyUrl(id)}`
    : reason;
  // RFC 8941 §3.3.3: a string has ASCII only, with quotes and backslashes escaped.
  const text = details.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&");
  return `sluice; error=${code}; details="${text}"`;
}
