/**
 * The fields of a head or a trailer section, in the order and the spelling in
 * which they came (RFC 9110 §5, RFC 9112 §5). Names are compared without case;
 * several fields of one name stay several. Bytes above 0x7F are kept as the
 * characters U+0080 to U+00FF, one a byte, so that what is forwarded is what came.
 */

import { WireError } from "../errors.ts";

/** Properties of a field name that the wire needs to know, as bits. */
export const FRAMING = 1;
/** The field is for one connection only (RFC 9110 §7.6.1). */
export const HOP_BY_HOP = 2;

interface KnownName {
  readonly key: string;
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

const OTHER_NAMES = [
  "Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges",
  "Access-Control-Allow-Origin Age Allow Alt-Svc Authorization Cache-Control",
  "Content-Disposition Content-Encoding Content-Language Content-Location",
  "Content-Range Content-Security-Policy Content-Type Cookie DNT Date ETag",
  "Expect Expires From If-Match If-Modified-Since If-None-Match If-Range",
  "If-Unmodified-Since Last-Modified Link Location Max-Forwards Origin Pragma",
  "Range Referer Referrer-Policy Retry-After Sec-CH-UA Sec-CH-UA-Mobile",
  "Sec-CH-UA-Platform Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site",
  "Sec-Fetch-User Sec-WebSocket-Accept Sec-WebSocket-Extensions",
  "Sec-WebSocket-Key Sec-WebSocket-Protocol Sec-WebSocket-Version Server",
  "Set-Cookie Strict-Transport-Security Trailer Upgrade-Insecure-Requests",
  "User-Agent Vary Via WWW-Authenticate Warning X-Content-Type-Options",
  "X-Forwarded-For X-Frame-Options X-Requested-With",
].join(" ").split(" ");

/** Spellings that are common on the wire: one look-up stands for check and lower case. */
const KNOWN = knownNames();

function knownNames(): Map<string, KnownName> {
  const known = new Map<string, KnownName>();
  for (const name of [...OTHER_NAMES, ...HOP_BY_HOP_NAMES, ...FRAMING_NAMES]) {
    const key = name.toLowerCase();
    const entry = { key, bits: bitsOf(name) };
    known.set(name, entry);
    known.set(key, entry);
  }
  return known;
}

function bitsOf(name: string): number {
  return (HOP_BY_HOP_NAMES.includes(name) ? HOP_BY_HOP : 0) |
    (FRAMING_NAMES.includes(name) ? FRAMING : 0);
}

// RFC 9110 §5.6.2: tchar
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: field-content is visible characters, SP, HTAB and obs-text.
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]|^[\t ]|[\t ]$/;

/** True for a `token` (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** True for a field value that can stand on the wire as it is (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return !BAD_VALUE.test(text);
}

/** A list of fields. Reading by name takes the name in lower case. */
export class Fields {
  /** Names as they came. */
  readonly names: string[] = [];
  /** The same names in lower case. */
  readonly keys: string[] = [];
  /** Values without the white space around them. */
  readonly values: string[] = [];
  readonly #bits: number[] = [];
  /** The bits of all the fields together: a cheap "none of these is here". */
  bits = 0;

  get size(): number {
    return this.keys.length;
  }

  /**
   * Adds a field at the end, as parsed or as made here.
   *
   * @throws {WireError} when `name` is no token. The value is not checked:
   * what the wire gave has been, what a program makes goes through {@link isFieldValue}.
   */
  append(name: string, value: string): void {
    const known = KNOWN.get(name) ?? learn(name);
    this.names.push(name);
    this.keys.push(known.key);
    this.values.push(value);
    this.#bits.push(known.bits);
    this.bits |= known.bits;
  }

  /** The value of the first field of that name. */
  get(key: string): string | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.values[at];
  }

  has(key: string): boolean {
    return this.keys.indexOf(key) >= 0;
  }

  /** The values of all the fields of that name, in order. */
  all(key: string): string[] {
    return this.values.filter((_, i) => this.keys[i] === key);
  }

  /** How many fields have that name. */
  count(key: string): number {
    let count = 0;
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] === key) count++;
    }
    return count;
  }

  /**
   * The members of a comma-separated list of tokens, over all the fields of that
   * name, in lower case (RFC 9110 §5.6.1). Not for lists with quoted strings.
   */
  tokens(key: string): string[] {
    const tokens: string[] = [];
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] !== key) continue;
      for (const member of this.values[i]!.split(",")) {
        const token = member.trim().toLowerCase();
        if (token !== "") tokens.push(token);
      }
    }
    return tokens;
  }

  /** Replaces all the fields of that name by one, which stands at the end. */
  set(name: string, value: string): void {
    this.remove(name.toLowerCase());
    this.append(name, value);
  }

  /** Removes all the fields of that name. */
  remove(key: string): void {
    for (let i = this.keys.length - 1; i >= 0; i--) {
      if (this.keys[i] !== key) continue;
      this.names.splice(i, 1);
      this.keys.splice(i, 1);
      this.values.splice(i, 1);
      this.#bits.splice(i, 1);
    }
  }

  /** The bits ({@link FRAMING}, {@link HOP_BY_HOP}) of the field at `index`. */
  bitsAt(index: number): number {
    return this.#bits[index]!;
  }

  clone(): Fields {
    const copy = new Fields();
    for (let i = 0; i < this.keys.length; i++) {
      copy.append(this.names[i]!, this.values[i]!);
    }
    return copy;
  }
}

function learn(name: string): KnownName {
  if (!TOKEN.test(name)) {
    throw new WireError(`the field name ${quoted(name)} is no token`);
  }
  const key = name.toLowerCase();
  return KNOWN.get(key) ?? { key, bits: 0 };
}

/** Text from the wire as it can stand in a message: shortened, control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 60 ? text.slice(0, 60) + "…" : text;
  return JSON.stringify(short);
}
