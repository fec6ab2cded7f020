/**
 * What of a head goes on to the next hop: end-to-end fields as they came, in their
 * order; nothing that belongs to the connection (RFC 9110 §7.6.1); framing and
 * routing fields made anew by the sender (RFC 9112 §6). Builds the head's text.
 */

import { FRAMING, HOP_BY_HOP } from "./field_names.ts";
import type { Fields } from "./fields.ts";

/** What the sender of a head adds to the fields that pass. */
export interface Additions {
  /** Our member of Via, such as "1.1 sluice-4f2a" (RFC 9110 §7.6.3). */
  readonly via: string;
  /** Content-Length of the message: what its body has, or would have for HEAD and 304. */
  readonly contentLength?: number | undefined;
  readonly isChunked?: boolean;
  /** Ready field lines, each with its CRLF. */
  readonly lines?: string;
}

const NONE: readonly string[] = [];

/** The names that Connection lists, in lower case, without the ones about the connection itself. */
export function connectionOptions(fields: Fields): readonly string[] {
  const value = connectionField(fields);
  if (value === undefined) return NONE;
  const isAlone = fields.count("connection") === 1;
  if (isAlone && (value === "close" || KEEP_ALIVE.test(value))) return NONE;
  return fields.tokens("connection").filter((option) =>
    option !== "keep-alive" && option !== "close"
  );
}

/** True when the message says that its connection ends with it (RFC 9112 §9.3). */
export function wantsClose(fields: Fields, minorVersion: 0 | 1): boolean {
  const value = connectionField(fields);
  if (value === undefined) return minorVersion === 0;
  if (KEEP_ALIVE.test(value) && fields.count("connection") === 1) return false;
  const options = fields.tokens("connection");
  if (options.includes("close")) return true;
  return minorVersion === 0 && !options.includes("keep-alive");
}

/** The commonest value, for which no list need be taken apart. */
const KEEP_ALIVE = /^keep-alive$/i;

function connectionField(fields: Fields): string | undefined {
  return (fields.bits & HOP_BY_HOP) === 0
    ? undefined
    : fields.get("connection");
}

/**
 * The text of a head that goes on: `startLine`, the fields that pass, the additions
 * and the empty line.
 *
 * `named` are the fields that Connection listed, see {@link connectionOptions}.
 */
export function forwardedHead(
  startLine: string,
  fields: Fields,
  named: readonly string[],
  additions: Additions,
): string {
  let text = startLine + "\r\n" + fields.lines(HOP_BY_HOP | FRAMING, named);
  text += "Via: " + additions.via + "\r\n";
  if (additions.isChunked) text += "Transfer-Encoding: chunked\r\n";
  else if (additions.contentLength !== undefined) {
    text += "Content-Length: " + additions.contentLength + "\r\n";
  }
  return text + (additions.lines ?? "") + "\r\n";
}

// RFC 9110 §6.5.1: no trailer field may frame, route, authenticate or modify the request.
const NO_TRAILERS = [
  "authorization",
  "cache-control",
  "content-encoding",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "host",
  "max-forwards",
  "range",
  "set-cookie",
  "te",
  "trailer",
];

/** The lines of a trailer section, without the empty line: the fields that may stand in one. */
export function trailerLines(trailers: Fields): string {
  return trailers.lines(HOP_BY_HOP | FRAMING, NO_TRAILERS);
}
