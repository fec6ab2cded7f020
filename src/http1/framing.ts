/**
 * How long a body is: the one place that decides where a message ends
 * (RFC 9112 §6). Everything that two readers could read differently is refused.
 */

import { WireError } from "../errors.ts";
import { FRAMING, isToken } from "./field_names.ts";
import { BLANKS_AROUND, type Fields, quoted } from "./fields.ts";
import type { RequestHead, ResponseHead } from "./head.ts";

/** A body's length: a count of bytes, {@link CHUNKED} or {@link UNTIL_CLOSE}. */
export type BodyLength = number;
/** The body comes in chunks (RFC 9112 §7.1). */
export const CHUNKED: BodyLength = -1;
/** The body ends with the connection (RFC 9112 §6.3, 8). */
export const UNTIL_CLOSE: BodyLength = -2;

/**
 * The length of a request's body.
 *
 * @throws {WireError} 400, or 501 for a transfer coding that is not `chunked`.
 */
export function requestBodyLength(head: RequestHead): BodyLength {
  const { fields } = head;
  if ((fields.bits & FRAMING) === 0) return 0;
  const coded = isChunked(fields, head.minorVersion);
  const length = contentLength(fields);
  if (coded) {
    if (length !== undefined) throw bothFramings();
    return CHUNKED;
  }
  return length ?? 0;
}

/**
 * The length of the body of a response to a request with that method.
 *
 * @throws {WireError}
 */
export function responseBodyLength(
  head: ResponseHead,
  requestMethod: string,
): BodyLength {
  // RFC 9110 §9.3.6: "A client MUST ignore any Content-Length or Transfer-Encoding header fields
  // received in a successful response to CONNECT."
  if (requestMethod === "CONNECT" && head.status < 300) return 0;
  const coded = isChunked(head.fields, head.minorVersion);
  const length = contentLength(head.fields);
  if (coded && length !== undefined) throw bothFramings();
  if (hasNoBody(head.status, requestMethod)) return 0;
  if (coded) return CHUNKED;
  return length ?? UNTIL_CLOSE;
}

/** True where a response has no body whatever its fields say (RFC 9112 §6.3, 1 and 2). */
export function hasNoBody(status: number, requestMethod: string): boolean {
  return requestMethod === "HEAD" || status < 200 || status === 204 ||
    status === 304 ||
    (requestMethod === "CONNECT" && status < 300);
}

// RFC 9112 §6.3, 3: "If a message is received with both a Transfer-Encoding and a
// Content-Length header field […] such a message might indicate an attempt to perform
// request smuggling […] and ought to be handled as an error."
function bothFramings(): WireError {
  return new WireError("Content-Length together with Transfer-Encoding");
}

function isChunked(fields: Fields, minorVersion: 0 | 1): boolean {
  const at = fields.keys.indexOf("transfer-encoding");
  if (at < 0) return false;
  if (fields.keys.indexOf("transfer-encoding", at + 1) >= 0) {
    throw new WireError(
      "several Transfer-Encoding fields",
      400,
      "http_response_transfer_coding",
    );
  }
  // RFC 9112 §6.1: "A server or client that receives an HTTP/1.0 message containing a
  // Transfer-Encoding header field MUST treat the message as if the framing is faulty".
  if (minorVersion === 0) {
    throw new WireError(
      "Transfer-Encoding in an HTTP/1.0 message",
      400,
      "http_response_transfer_coding",
    );
  }
  const value = fields.valueAt(at);
  if (value === "chunked" || value.toLowerCase() === "chunked") return true;
  throw codingError(value);
}

// RFC 9112 §6.3, 4: 400 where chunked is not the final coding; §6.1: 501 for a coding that is
// not understood, and chunked not more than once.
function codingError(value: string): WireError {
  const codings = value.toLowerCase().split(",").map((coding) =>
    coding.replace(BLANKS_AROUND, "")
  );
  const chunkedAt = codings.indexOf("chunked");
  const isWellFormed = codings.every(isToken) &&
    (chunkedAt < 0 || chunkedAt === codings.length - 1);
  return new WireError(
    `the transfer coding ${quoted(value)} is not spoken here, only chunked is`,
    isWellFormed ? 501 : 400,
    "http_response_transfer_coding",
  );
}

function contentLength(fields: Fields): number | undefined {
  const at = fields.keys.indexOf("content-length");
  if (at < 0) return undefined;
  if (fields.keys.indexOf("content-length", at + 1) >= 0) {
    throw new WireError("several Content-Length fields");
  }
  const value = fields.valueAt(at);
  // At most 15 digits: a petabyte short of what a double counts exactly.
  if (!/^\d{1,15}$/.test(value)) {
    throw new WireError(
      `the Content-Length ${quoted(value)} is no count of bytes`,
    );
  }
  return Number(value);
}
