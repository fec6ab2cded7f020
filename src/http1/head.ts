/**
 * A head as text to a head as values: request line or status line, then fields
 * (RFC 9112 §2-§5). Strict: what the grammar does not allow is refused, never
 * repaired. Knows nothing of framing, targets or connections.
 */

import { WireError } from "../errors.ts";
import { isToken } from "./field_names.ts";
import { Fields, quoted } from "./fields.ts";

/** The most fields that a head or a trailer section may have. Apache's default is the same. */
export const MAX_FIELDS = 100;

const SPACE = 32;
const COLON = 58;
const HASH = 35;

/** The head of a request. */
export interface RequestHead {
  readonly method: string;
  /** The request target as it came (RFC 9112 §3.2). */
  readonly target: string;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1 and later minor versions. */
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
}

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  readonly reasonPhrase: string;
  readonly minorVersion: 0 | 1;
  readonly fields: Fields;
}

/**
 * Parses the text of a request's head: all lines with their CRLF, without or with the
 * empty line at the end, one character a byte, as a HeadScanner has passed it.
 *
 * @throws {WireError} 400, 431 or 505.
 */
export function parseRequestHead(text: string): RequestHead {
  const lineEnd = text.indexOf("\r");
  const methodEnd = text.indexOf(" ");
  const targetEnd = text.indexOf(" ", methodEnd + 1);
  if (
    methodEnd < 0 || methodEnd > lineEnd || targetEnd < 0 || targetEnd > lineEnd
  ) {
    throw new WireError("a request line is `method target HTTP/1.1`");
  }
  const minorVersion = versionAt(text, targetEnd + 1, lineEnd);
  const method = text.startsWith("GET ") ? "GET" : text.slice(0, methodEnd);
  if (method !== "GET" && !isToken(method)) {
    // Unquoted: it may be a target in the wrong place, with a password.
    throw new WireError("the method is no token");
  }
  const target = text.slice(methodEnd + 1, targetEnd);
  if (!isTargetText(target)) {
    throw new WireError(
      "the request target has a character that has to be percent-encoded",
    );
  }
  return {
    method,
    target,
    minorVersion,
    fields: parseFields(text, lineEnd + 2),
  };
}

// RFC 3986 allows no white space, no control character and nothing beyond ASCII in a URI,
// and RFC 9112 §3.2 no fragment in a request target.
function isTargetText(target: string): boolean {
  for (let at = 0; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code < 0x21 || code > 0x7e || code === HASH) return false;
  }
  return target !== "";
}

/**
 * Parses the text of a response's head.
 *
 * @throws {WireError}
 */
export function parseResponseHead(text: string): ResponseHead {
  const lineEnd = text.indexOf("\r");
  const status = statusCode(text);
  // RFC 9112 §4: the space behind the status code is required, yet common servers leave it out
  // with an empty reason; nothing can be read two ways there.
  const hasEnd = lineEnd === STATUS_END ||
    text.charCodeAt(STATUS_END) === SPACE;
  if (status < 100 || !hasEnd || lineEnd < STATUS_END) {
    throw new WireError("a status line is `HTTP/1.1 200 reason`");
  }
  return {
    status,
    reasonPhrase: text.slice(STATUS_END + 1, lineEnd),
    minorVersion: versionAt(text, 0, VERSION_END),
    fields: parseFields(text, lineEnd + 2),
  };
}

/** Where "HTTP/1.1" ends, and where the three digits behind it and a space do. */
const VERSION_END = 8;
const STATUS_END = 12;

/** The status code, or a number below 100 where there is none. */
function statusCode(text: string): number {
  if (text.charCodeAt(VERSION_END) !== SPACE) return 0;
  let status = 0;
  for (let at = VERSION_END + 1; at < STATUS_END; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return 0;
    status = status * 10 + digit;
  }
  return status;
}

/** The version between two positions; the commonest one without taking it out. */
function versionAt(text: string, from: number, to: number): 0 | 1 {
  if (to - from === VERSION_END && text.startsWith("HTTP/1.1", from)) return 1;
  return parseVersion(text.slice(from, to));
}

function parseVersion(text: string): 0 | 1 {
  if (text === "HTTP/1.1") return 1;
  if (text === "HTTP/1.0") return 0;
  if (!/^HTTP\/\d\.\d$/.test(text)) {
    // What does not look like one is not quoted either: behind a doubled space it is the target.
    const isLikely = /^HTTP\/[\d.]{1,4}$/i.test(text);
    const said = isLikely ? quoted(text) : "what ends the start line";
    throw new WireError(`${said} is no HTTP version`);
  }
  // RFC 9110 §2.5: a later minor version is processed as the highest that one knows.
  if (text.startsWith("HTTP/1.")) return 1;
  throw new WireError(`${text} is not spoken here`, 505);
}

/**
 * Parses field lines from `from` to the end of `text` or to an empty line.
 *
 * @throws {WireError} 400 for a line that is no field, 431 for too many.
 */
export function parseFields(text: string, from: number): Fields {
  const fields = new Fields();
  let at = from;
  while (at < text.length) {
    // The scanner has let no CR pass but one before LF.
    const lineEnd = text.indexOf("\r", at);
    if (lineEnd === at) break;
    const colon = findColon(text, at, lineEnd);
    if (colon === lineEnd) {
      throw new WireError("a line of the head has no colon");
    }
    if (fields.size === MAX_FIELDS) {
      throw new WireError(
        `the head has more than ${MAX_FIELDS} fields`,
        431,
        "http_response_header_section_size",
      );
    }
    // A name with white space (before the colon: RFC 9112 §5.1; at the start of
    // a line: a folded line, §5.2) is no token, and the fields refuse it.
    const valueStart = skipBlanks(text, colon + 1, lineEnd);
    const valueEnd = skipBlanksBack(text, lineEnd, valueStart);
    fields.appendLine(text, at, colon, valueStart, valueEnd);
    at = lineEnd + 2;
  }
  return fields;
}

/** Names are short: looking at each character is faster than a search. */
function findColon(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && text.charCodeAt(at) !== COLON) at++;
  return at;
}

function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function skipBlanksBack(text: string, from: number, to: number): number {
  let at = from;
  while (at > to && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === 9;
}
