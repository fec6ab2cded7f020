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
  readonly spelling: string;
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
/** The same by {@link bucketOf}, for names that still lie within a line. */
const BUCKETS = knownBuckets();

function knownNames(): Map<string, KnownName> {
  const known = new Map<string, KnownName>();
  for (const name of [...OTHER_NAMES, ...HOP_BY_HOP_NAMES, ...FRAMING_NAMES]) {
    const key = name.toLowerCase();
    const bits = bitsOf(name);
    known.set(name, { spelling: name, key, bits });
    known.set(key, { spelling: key, key, bits });
  }
  return known;
}

function knownBuckets(): (readonly KnownName[] | undefined)[] {
  const buckets: KnownName[][] = [];
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

function knownAt(text: string, start: number, end: number): KnownName {
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
    (FRAMING_NAMES.includes(name) ? FRAMING : 0);
}

// RFC 9110 §5.6.2: tchar
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
// RFC 9110 §5.5: field-content is visible characters, SP, HTAB and obs-text.
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]|^[\t ]|[\t ]$/;

/** White space around a member of a list: SP and HTAB, nothing else (RFC 9110 §5.6.3). */
export const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g;

/** True for a `token` (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** True for a field value that can stand on the wire as it is (RFC 9110 §5.5). */
export function isFieldValue(text: string): boolean {
  return !BAD_VALUE.test(text);
}

/** How many numbers of #marks belong to a field: where its line, its value and the value's end are. */
const MARKS = 3;

/** A list of fields. Reading by name takes the name in lower case. */
export class Fields {
  /** Names in lower case. */
  readonly keys: string[] = [];
  /** The bits of all the fields together: a cheap "none of these is here". */
  bits = 0;

  readonly #bits: number[] = [];
  /** The lines as they came, for as long as they are all that is here; then names and values are not taken apart. */
  #text = "";
  #marks: number[] = [];
  #names: string[] | undefined;
  #values: string[] | undefined;

  get size(): number {
    return this.keys.length;
  }

  /** Names as they came. */
  get names(): readonly string[] {
    return this.#names ?? this.#takeApart().names;
  }

  /** Values without the white space around them. */
  get values(): readonly string[] {
    return this.#values ?? this.#takeApart().values;
  }

  /**
   * Adds the field whose line begins at `line` in `text`, with the colon and the value at the positions given.
   * All lines of a head are added from one text, in order.
   *
   * @throws {WireError} when the name is no token.
   */
  appendLine(
    text: string,
    line: number,
    colon: number,
    valueStart: number,
    valueEnd: number,
  ): void {
    const known = knownAt(text, line, colon);
    this.#text = text;
    this.#marks.push(line, valueStart, valueEnd);
    this.keys.push(known.key);
    this.#bits.push(known.bits);
    this.bits |= known.bits;
  }

  /**
   * Adds a field at the end.
   *
   * @throws {WireError} when `name` is no token. The value is not checked: see {@link isFieldValue}.
   */
  append(name: string, value: string): void {
    const known = KNOWN.get(name) ?? learn(name);
    const { names, values } = this.#takeApart();
    names.push(name);
    values.push(value);
    this.keys.push(known.key);
    this.#bits.push(known.bits);
    this.bits |= known.bits;
  }

  /** The value of the field at `index`. */
  valueAt(index: number): string {
    if (this.#values !== undefined) return this.#values[index]!;
    return this.#text.slice(
      this.#marks[index * MARKS + 1],
      this.#marks[index * MARKS + 2],
    );
  }

  /** The value of the first field of that name. */
  get(key: string): string | undefined {
    const at = this.keys.indexOf(key);
    return at < 0 ? undefined : this.valueAt(at);
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
      for (const member of this.valueAt(i).split(",")) {
        const token = member.replace(BLANKS_AROUND, "").toLowerCase();
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
    if (!this.has(key)) return;
    const { names, values } = this.#takeApart();
    for (let i = this.keys.length - 1; i >= 0; i--) {
      if (this.keys[i] !== key) continue;
      names.splice(i, 1);
      values.splice(i, 1);
      this.keys.splice(i, 1);
      this.#bits.splice(i, 1);
    }
  }

  /**
   * The fields as lines, each with its CRLF, in their order, without those that have one of `bits` or whose
   * name is in `without`.
   */
  lines(bits: number, without: readonly string[] = []): string {
    const isDropped = (i: number) =>
      (this.#bits[i]! & bits) !== 0 ||
      (without.length > 0 && without.includes(this.keys[i]!));
    return this.#names === undefined
      ? this.#linesAsTheyCame(isDropped)
      : this.#linesMade(isDropped);
  }

  clone(): Fields {
    const copy = new Fields();
    for (let i = 0; i < this.size; i++) {
      copy.append(this.names[i]!, this.values[i]!);
    }
    return copy;
  }

  /** Runs of lines that pass, each one slice of the text. */
  #linesAsTheyCame(isDropped: (index: number) => boolean): string {
    const marks = this.#marks;
    let lines = "";
    let runStart = -1;
    for (let i = 0; i < this.keys.length; i++) {
      const isPassing = !isDropped(i);
      if (isPassing && runStart < 0) runStart = marks[i * MARKS]!;
      if (isPassing || runStart < 0) continue;
      lines += this.#text.slice(runStart, marks[i * MARKS]);
      runStart = -1;
    }
    return runStart < 0
      ? lines
      : lines + this.#text.slice(runStart, this.#endOfLines());
  }

  #endOfLines(): number {
    // Behind the last value there may be white space before its CRLF.
    return this.#text.indexOf("\r\n", this.#marks.at(-1)) + 2;
  }

  #linesMade(isDropped: (index: number) => boolean): string {
    let lines = "";
    for (let i = 0; i < this.keys.length; i++) {
      if (!isDropped(i)) {
        lines += this.#names![i] + ": " + this.#values![i] + "\r\n";
      }
    }
    return lines;
  }

  /** Makes names and values of the lines: needed once the fields are changed. */
  #takeApart(): { names: string[]; values: string[] } {
    if (this.#names === undefined || this.#values === undefined) {
      const text = this.#text;
      this.#values = this.keys.map((_, i) => this.valueAt(i));
      this.#names = this.keys.map((_, i) => {
        const line = this.#marks[i * MARKS]!;
        return text.slice(line, text.indexOf(":", line));
      });
      this.#text = "";
      this.#marks = [];
    }
    return { names: this.#names, values: this.#values };
  }
}

function learn(name: string): KnownName {
  if (!TOKEN.test(name)) {
    throw new WireError(`the field name ${quoted(name)} is no token`);
  }
  const key = name.toLowerCase();
  return KNOWN.get(key) ?? { spelling: name, key, bits: 0 };
}

/** Text from the wire as it can stand in a message: shortened, control characters escaped. */
export function quoted(text: string): string {
  const short = text.length > 60 ? text.slice(0, 60) + "…" : text;
  return JSON.stringify(short);
}
