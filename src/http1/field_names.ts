/**
 * Field names: what is a token, which names concern the framing, one hop only or caches, and a quick
 * way to the lower-case spelling of those that are common on the wire (RFC 9110 §5.1, §7.6.1).
 */

import { WireError } from "../errors.ts";

/** Properties of a field name that the wire needs to know, as bits. */
export const FRAMING = 1;
/** The field is for one connection only (RFC 9110 §7.6.1). */
export const HOP_BY_HOP = 2;
/** In a request, the field asks something of caches; without one, the request is a plain one (RFC 9111 §5). */
export const CACHING = 4;

/** A field name and what the wire knows of it. */
export interface FieldName {
  readonly spelling: string;
  /** In lower case. */
  readonly key: string;
  /** {@link FRAMING}, {@link HOP_BY_HOP}, {@link CACHING}. */
  readonly bits: number;
}

const HOP_BY_HOP_NAMES = [
  "Connection",
  "Keep-Alive",
  "Proxy-Connection",
  "Proxy-Authorization",
  "Proxy-Authenticate",
  "Proxy-Authentication-Info",
  "TE",
  "Transfer-Encoding",
  "Upgrade",
];

const FRAMING_NAMES = ["Content-Length", "Transfer-Encoding", "Host"];

const CACHING_NAMES = [
  "Authorization",
  "Cache-Control",
  "CDN-Cache-Control",
  "ETag",
  "Expires",
  "If-Match",
  "If-Modified-Since",
  "If-None-Match",
  "If-Range",
  "If-Unmodified-Since",
  "Last-Modified",
  "Pragma",
  "Range",
];

const OTHER_NAMES = [
  "Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges",
  "Access-Control-Allow-Origin Age Allow Alt-Svc Content-Disposition",
  "Content-Encoding Content-Language Content-Location Content-Range",
  "Content-Security-Policy Content-Type Cookie DNT Date Expect",
  "From Link Location Max-Forwards Origin Referer",
  "Referrer-Policy Retry-After Sec-CH-UA Sec-CH-UA-Mobile",
  "Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site",
  "Sec-Fetch-User Sec-WebSocket-Accept Sec-WebSocket-Extensions",
  "Sec-WebSocket-Key Sec-WebSocket-Protocol Sec-WebSocket-Version Server",
  "Set-Cookie Strict-Transport-Security Trailer Upgrade-Insecure-Requests",
  "User-Agent Vary Via WWW-Authenticate Warning X-Content-Type-Options",
  "X-Forwarded-For X-Frame-Options X-Requested-With",
].join(" ").split(" ");

/** Spellings that are common on the wire: one look-up stands for check and lower case. */
const KNOWN = knownNames();
/** The same by {@link bucketOf}, for names that still lie within a line. */
const BUCKETS = knownBuckets();

function knownNames(): Map<string, FieldName> {
  const known = new Map<string, FieldName>();
  const names = [
    ...OTHER_NAMES,
    ...HOP_BY_HOP_NAMES,
    ...FRAMING_NAMES,
    ...CACHING_NAMES,
  ];
  for (const name of names) {
    const key = name.toLowerCase();
    const bits = bitsOf(name);
    known.set(name, { spelling: name, key, bits });
    known.set(key, { spelling: key, key, bits });
  }
  return known;
}

function knownBuckets(): (readonly FieldName[] | undefined)[] {
  const buckets: FieldName[][] = [];
  for (const known of KNOWN.values()) {
    const bucket = bucketOf(
      known.spelling.length,
      known.spelling.charCodeAt(0),
    );
    (buckets[bucket] ??= []).push(known);
  }
  return Array.from(buckets);
}

/** Few names share both their length and their first character. */
function bucketOf(length: number, first: number): number {
  return length * 128 + first;
}

/**
 * The name that stands in `text` from `start` to `end`.
 *
 * @throws {WireError} when it is no token.
 */
export function fieldNameAt(
  text: string,
  start: number,
  end: number,
): FieldName {
  const bucket = BUCKETS[bucketOf(end - start, text.charCodeAt(start))];
  if (bucket !== undefined) {
    for (let i = 0; i < bucket.length; i++) {
      if (text.startsWith(bucket[i]!.spelling, start)) return bucket[i]!;
    }
  }
  return learn(text.slice(start, end));
}

function bitsOf(name: string): number {
  return (HOP_BY_HOP_NAMES.includes(name) ? HOP_BY_HOP : 0) |
    (FRAMING_NAMES.includes(name) ? FRAMING : 0) |
    (CACHING_NAMES.includes(name) ? CACHING : 0);
}

// RFC 9110 §5.6.2: tchar
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** True for a `token` (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * What the wire knows of a name.
 *
 * @throws {WireError} when it is no token.
 */
export function fieldName(name: string): FieldName {
  return KNOWN.get(name) ?? learn(name);
}

function learn(name: string): FieldName {
  if (!TOKEN.test(name)) {
    throw new WireError(
      "a field name is no token (white space before the colon, or a folded line?)",
    );
  }
  const key = name.toLowerCase();
  return KNOWN.get(key) ?? { spelling: name, key, bits: 0 };
}
