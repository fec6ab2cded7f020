/**
 * The values in decisions that reach the wire: header fields, targets, locations, parents,
 * bodies, reasons. Each is held to the grammar that the wire itself is held to, so that no
 * rule can split a message, frame one or send one where the proxy would not.
 */

import { WireError } from "../errors.ts";
import { FRAMING, HOP_BY_HOP, isToken } from "../http1/field_names.ts";
import { Fields, isFieldValue } from "../http1/fields.ts";
import { MAX_FIELDS } from "../http1/head.ts";
import { parseTarget } from "../http1/target.ts";
import { InvalidValue, unwanted } from "./invalid_value.ts";
import { IpRangeSet } from "./ip_range_set.ts";
import type { HeaderRecord, OneOrMore } from "./rule.ts";
import { listOf, memberPlace, readEntries, text } from "./shape.ts";

/** As much as a whole head may hold on the wire is room for no other field. */
const MAX_HEADER_CHARACTERS = 32 * 1024;
const MAX_TARGET_CHARACTERS = 8 * 1024;
const MAX_ADDRESSES = 100;
const MAX_REASON_CHARACTERS = 500;
/** Of a longer one not even its end is looked for. */
const MAX_REASON_READ = 10_000;

/** The most names or patterns of names in a list. */
export const MAX_NAMES = 1_000;

/**
 * Why a rule decided so: control characters become spaces, and what is too long is cut.
 *
 * @throws {InvalidValue} as all readers here.
 */
export function readReason(value: unknown, place: string): string {
  const reason = text("a reason in words")(value, place)
    .slice(0, MAX_REASON_READ)
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, " ").toWellFormed();
  return reason.length > MAX_REASON_CHARACTERS
    ? reason.slice(0, MAX_REASON_CHARACTERS - 1).toWellFormed() + "…"
    : reason;
}

/** A key to cache or to count by: no control characters, at most 1,024 characters. */
export function readCacheKey(value: unknown, place: string): string {
  // deno-lint-ignore no-control-regex
  const isKey = (key: string) => !/[\x00-\x1f\x7f]/.test(key);
  return text(
    "a key of 1 to 1024 characters",
    (key) => key.length <= 1024 && isKey(key) && key.isWellFormed(),
  )(value, place);
}

/** Addresses and ranges to open: one, or a list. */
export function readAddresses(
  value: unknown,
  place: string,
): OneOrMore<string> {
  if (!Array.isArray(value)) return readAddress(value, place);
  if (value.length === 0) {
    throw unwanted(value, place, "at least one address or range");
  }
  return listOf(readAddress, "a list of addresses", MAX_ADDRESSES)(
    value,
    place,
  );
}

function readAddress(value: unknown, place: string): string {
  const range = text('an address such as "192.0.2.7"')(value, place);
  // Read for what it throws, which names the place.
  new IpRangeSet([range], place);
  return range;
}

/** A body; bytes are not copied. */
export function readBody(value: unknown, place: string): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw unwanted(value, place, "a string or a Uint8Array");
}

/** Header fields to set: no framing, none of the hop's (RFC 9110 §7.6.1, RFC 9112 §6). */
export function readHeaders(value: unknown, place: string): HeaderRecord {
  const entries = readEntries(value, place);
  checkCount(entries.length, place);
  let count = 0;
  let characters = 0;
  const headers = entries.map(([name, held]) => {
    const at = memberPlace(place, name);
    checkName(name, at);
    if (bitsOf(name) !== 0) {
      throw new InvalidValue(at, "the proxy makes this field, no rule can");
    }
    const values = readFieldValues(held, at);
    for (const one of typeof values === "string" ? [values] : values) {
      count++;
      characters += name.length + one.length + 4;
    }
    return [name, values] as const;
  });
  checkCount(count, place);
  if (characters > MAX_HEADER_CHARACTERS) {
    throw new InvalidValue(
      place,
      `got ${count} fields of ${characters} characters, wants at most ` +
        `${MAX_HEADER_CHARACTERS}`,
    );
  }
  return Object.fromEntries(headers);
}

function readFieldValues(
  value: unknown,
  place: string,
): string | readonly string[] {
  if (!Array.isArray(value)) return readFieldValue(value, place);
  if (value.length === 0) throw unwanted(value, place, "at least one value");
  checkCount(value.length, place);
  return Array.from(value, (one, i) => readFieldValue(one, `${place}[${i}]`));
}

function readFieldValue(value: unknown, place: string): string {
  if (typeof value === "string" && isFieldValue(value)) return value;
  const wanted = typeof value === "string"
    ? "a header value without control characters, blanks at its ends and characters beyond U+00FF"
    : "a string or a list of strings";
  throw unwanted(value, place, wanted);
}

/** Names of fields to take away: none that frame the message. */
export function readRemovals(value: unknown, place: string): string[] {
  const wanted = 'a list of header names such as ["server"]';
  return listOf(
    (name, at) => {
      const key = text("a header name")(name, at);
      checkName(key, at);
      if ((bitsOf(key) & FRAMING) !== 0) {
        throw new InvalidValue(at, "the proxy makes this field, no rule can");
      }
      if (!key.includes("*")) return key;
      throw unwanted(key, at, "a header name: patterns don't work here");
    },
    wanted,
    MAX_NAMES,
  )(value, place);
}

function checkCount(count: number, place: string): void {
  if (count <= MAX_FIELDS) return;
  throw new InvalidValue(
    place,
    `got ${count} fields, wants at most ${MAX_FIELDS}`,
  );
}

function checkName(name: string, place: string): void {
  if (!isToken(name)) throw unwanted(name, place, "a header name");
}

/** The wire's own knowledge of a name. */
function bitsOf(name: string): number {
  const fields = new Fields();
  fields.append(name.toLowerCase(), "");
  return fields.bits & (FRAMING | HOP_BY_HOP);
}

/** A request's new target: an absolute URL by the grammar for targets (RFC 9112 §3.2.2). */
export function readUrl(value: unknown, place: string): string {
  const wanted =
    "an absolute http or https URL, percent-encoded, without user and fragment";
  return text(wanted, (url) => isVisible(url) && isTarget(url))(value, place);
}

function isTarget(url: string): boolean {
  try {
    return /^https?:\/\//i.test(url) && !url.includes("#") &&
      parseTarget("GET", url).form === "absolute";
  } catch (error) {
    if (error instanceof WireError) return false;
    throw error;
  }
}

/** Visible ASCII: what a URI is made of, and no more than fits a request line. */
function isVisible(url: string): boolean {
  return url.length <= MAX_TARGET_CHARACTERS && /^[\x21-\x7e]+$/.test(url);
}

/** RFC 9110 §10.2.2: a URI reference; of other schemes than http none is ours to send. */
export function readLocation(value: unknown, place: string): string {
  const wanted = "an http or https URL, or one relative to the request's, " +
    "percent-encoded";
  return text(wanted, (location) => {
    // Before the query, readers take a backslash for a slash: `/\other.example` leads elsewhere.
    if (!isVisible(location) || /^[^?#]*\\/.test(location)) return false;
    const url = URL.parse(location, "http://base.invalid/");
    return url !== null && /^https?:$/.test(url.protocol) &&
      url.hostname !== "";
  })(value, place);
}

/**
 * `direct`, or a parent proxy, as for `--upstream`: scheme, host, port, maybe credentials,
 * nothing else.
 */
export function readUpstream(value: unknown, place: string): string {
  const wanted =
    '"direct" or the URL of a proxy such as "http://proxy.example:3128" or "socks5://127.0.0.1:1080"';
  return text(wanted, (way) => way === "direct" || isUpstream(way))(
    value,
    place,
  );
}

function isUpstream(upstream: string): boolean {
  if (!isVisible(upstream) || /[?#\\]/.test(upstream)) return false;
  if (!/^(?:https?|socks5):\/\/[^/]/i.test(upstream)) return false;
  const url = URL.parse(upstream);
  return url !== null && url.hostname !== "" && url.port !== "0" &&
    /^\/?$/.test(url.pathname) && isDecodable(url.username + url.password);
}

function isDecodable(escaped: string): boolean {
  try {
    decodeURIComponent(escaped);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}
