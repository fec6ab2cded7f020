/**
 * The directives of Cache-Control, in requests and in responses, as values (RFC 9111 §5.2; RFC 5861;
 * RFC 8246). Says what was written and decides nothing about storing or reuse. What is written badly
 * is read in the way that reuses less: a lifetime that is no number, or that is given twice with
 * different values, is 0 ("caches are encouraged to consider responses that have invalid freshness
 * information … to be stale", §4.2.1).
 */

import { CACHING, isToken } from "../http1/field_names.ts";
import { BLANKS_AROUND, type Fields } from "../http1/fields.ts";

/** Directives that have seconds. Undefined: not there. Invalid: 0. */
export interface SecondsOfDirectives {
  readonly maxAgeSeconds: number | undefined;
  readonly sMaxageSeconds: number | undefined;
  /** Infinity for `max-stale` without a value. */
  readonly maxStaleSeconds: number | undefined;
  readonly minFreshSeconds: number | undefined;
  readonly staleWhileRevalidateSeconds: number | undefined;
  readonly staleIfErrorSeconds: number | undefined;
}

/** Directives that are there or not. */
export interface FlagsOfDirectives {
  readonly noStore: boolean;
  /** `no-cache` for the whole message: see {@link FieldsOfDirectives}. */
  readonly noCache: boolean;
  /** `private` for the whole message. */
  readonly isPrivate: boolean;
  readonly isPublic: boolean;
  readonly mustRevalidate: boolean;
  readonly proxyRevalidate: boolean;
  readonly mustUnderstand: boolean;
  readonly isImmutable: boolean;
  readonly onlyIfCached: boolean;
}

/** Directives for some fields of the message only. Names in lower case. */
export interface FieldsOfDirectives {
  readonly noCacheFields: readonly string[];
  readonly privateFields: readonly string[];
}

/** All directives that mean something here. Others are ignored (RFC 9111 §5.2.3). */
export interface CacheControl
  extends SecondsOfDirectives, FlagsOfDirectives, FieldsOfDirectives {}

/** One directive as it was written. */
export interface Directive {
  /** In lower case. */
  readonly name: string;
  /** Without quotes. Undefined: no `=`. */
  readonly argument: string | undefined;
}

const TAB = 9;
const SPACE = 32;
const COMMA = 44;
const EQUALS = 61;
const QUOTE = 34;
const BACKSLASH = 92;

/** RFC 9111 §1.2.2: a value too great to hold is "2147483648 (2^31)". */
const MAX_SECONDS = 2 ** 31;

type Draft = { -readonly [Name in keyof CacheControl]: CacheControl[Name] };

const SECONDS: ReadonlyMap<string, keyof SecondsOfDirectives> = new Map([
  ["max-age", "maxAgeSeconds"],
  ["s-maxage", "sMaxageSeconds"],
  ["max-stale", "maxStaleSeconds"],
  ["min-fresh", "minFreshSeconds"],
  ["stale-while-revalidate", "staleWhileRevalidateSeconds"],
  ["stale-if-error", "staleIfErrorSeconds"],
]);

const FLAGS: ReadonlyMap<string, keyof FlagsOfDirectives> = new Map([
  ["no-store", "noStore"],
  ["public", "isPublic"],
  ["must-revalidate", "mustRevalidate"],
  ["proxy-revalidate", "proxyRevalidate"],
  ["must-understand", "mustUnderstand"],
  ["immutable", "isImmutable"],
  ["only-if-cached", "onlyIfCached"],
]);

const NO_NAMES: readonly string[] = Object.freeze([]);

/** No directive at all. */
export const NO_DIRECTIVES: CacheControl = Object.freeze(emptyDraft());

/** Values that are common on the wire, in requests most of all, and what they mean. */
const COMMON: ReadonlyMap<string, CacheControl> = new Map(
  [
    "no-cache",
    "max-age=0",
    "no-store",
    "private",
    "public",
    "no-cache, no-store, must-revalidate",
    "private, no-cache, no-store, must-revalidate",
    "public, max-age=31536000, immutable",
    "public, max-age=31536000",
    "max-age=31536000",
    "max-age=3600",
  ].map((line) => [line, Object.freeze(parseLines([line]))]),
);

/** The directives of all the Cache-Control fields. */
export function parseCacheControl(fields: Fields): CacheControl {
  if ((fields.bits & CACHING) === 0) return NO_DIRECTIVES;
  const first = fields.get("cache-control");
  if (first === undefined) return NO_DIRECTIVES;
  if (fields.count("cache-control") > 1) {
    return parseLines(fields.all("cache-control"));
  }
  return COMMON.get(first) ?? parseLines([first]);
}

/** What directives mean together, wherever they were written. */
export function cacheControlOf(
  directives: Iterable<Directive>,
): CacheControl {
  const draft = emptyDraft();
  for (const { name, argument } of directives) add(draft, name, argument);
  return draft;
}

function parseLines(lines: readonly string[]): CacheControl {
  const draft = emptyDraft();
  // Each line by itself: a quote that is not closed must not hide the next line.
  for (const line of lines) {
    for (let at = 0; at < line.length;) {
      const end = memberEnd(line, at);
      addMember(draft, withoutBlanks(line, at, end));
      at = end + 1;
    }
  }
  return draft;
}

/** What stands there, without the white space around it. */
function withoutBlanks(line: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  return line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** Where the member ends that begins at `from`: at a comma outside of a quoted string, or at the end. */
function memberEnd(line: string, from: number): number {
  for (let at = from; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === COMMA) return at;
    if (code === QUOTE && line.charCodeAt(at - 1) === EQUALS) {
      at = closingQuote(line, at);
    }
  }
  return line.length;
}

/** Where the quoted string ends that begins at `open`. One without an end is none: `open` itself. */
function closingQuote(line: string, open: number): number {
  for (let at = open + 1; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at++;
  }
  return open;
}

function addMember(draft: Draft, member: string): void {
  const end = nameEnd(member);
  if (end === member.length) {
    return add(draft, member.toLowerCase(), undefined);
  }
  const name = member.slice(0, end).toLowerCase();
  const rest = member.slice(end);
  add(draft, name, rest.startsWith("=") ? unquoted(rest.slice(1)) : rest);
}

// cache-directive = token [ "=" ( token / quoted-string ) ]: white space around "=" is no part of it, and
// whatever stands behind it then is no argument that anything accepts.
function nameEnd(member: string): number {
  for (let at = 0; at < member.length; at++) {
    const code = member.charCodeAt(at);
    if (code === EQUALS || isBlank(code)) return at;
  }
  return member.length;
}

/** RFC 9111 §5.2: "recipients ought to accept both forms", the token and the quoted string. */
function unquoted(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"')
    ? text.slice(1, -1).replace(/\\(.)/g, "$1")
    : text;
}

function add(draft: Draft, name: string, argument: string | undefined): void {
  const seconds = SECONDS.get(name);
  if (seconds !== undefined) {
    const value = argument === undefined && name === "max-stale"
      ? Infinity
      : deltaSeconds(argument);
    // RFC 9111 §4.2.1: of several values "either the first occurrence should be used or the response should
    // be considered stale".
    const isRepeated = draft[seconds] !== undefined && draft[seconds] !== value;
    draft[seconds] = isRepeated ? 0 : value;
    return;
  }
  const flag = FLAGS.get(name);
  if (flag !== undefined) draft[flag] = true;
  else if (name === "no-cache") {
    draft.noCacheFields = withNames(draft.noCacheFields, argument);
    draft.noCache ||= fieldNames(argument) === undefined;
  } else if (name === "private") {
    draft.privateFields = withNames(draft.privateFields, argument);
    draft.isPrivate ||= fieldNames(argument) === undefined;
  }
}

/** The value of a `delta-seconds`; 0 for what is none. */
export function deltaSeconds(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text)
    ? Math.min(Number(text), MAX_SECONDS)
    : 0;
}

function withNames(
  names: readonly string[],
  argument: string | undefined,
): readonly string[] {
  return [...names, ...fieldNames(argument) ?? []];
}

/** The names that an argument lists; undefined where it is no such list, and the directive is for all. */
function fieldNames(argument: string | undefined): string[] | undefined {
  const names = (argument ?? "").split(",")
    .map((name) => name.replace(BLANKS_AROUND, "").toLowerCase())
    .filter((name) => name !== "");
  return names.length > 0 && names.every(isToken) ? names : undefined;
}

function emptyDraft(): Draft {
  return {
    maxAgeSeconds: undefined,
    sMaxageSeconds: undefined,
    maxStaleSeconds: undefined,
    minFreshSeconds: undefined,
    staleWhileRevalidateSeconds: undefined,
    staleIfErrorSeconds: undefined,
    noStore: false,
    noCache: false,
    isPrivate: false,
    isPublic: false,
    mustRevalidate: false,
    proxyRevalidate: false,
    mustUnderstand: false,
    isImmutable: false,
    onlyIfCached: false,
    noCacheFields: NO_NAMES,
    privateFields: NO_NAMES,
  };
}
