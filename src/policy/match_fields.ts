/**
 * The fields of a match, each compiled into a test of subjects that can explain itself: how
 * its values are read, what of a subject it looks at, and the words for the result. How
 * fields join is for matcher.ts.
 */

import { quoted } from "../http1/fields.ts";
import { compileGlobs, type TextTest } from "./glob.ts";
import {
  compileHostPatterns,
  HOST_PATTERN_WANTED,
  parseHostPattern,
} from "./host_pattern.ts";
import { unwanted } from "./invalid_value.ts";
import { IpRangeSet } from "./ip_range_set.ts";
import { allOf, type Matcher } from "./matcher_logic.ts";
import { parsePathPattern, PATH_PATTERN_WANTED } from "./path_pattern.ts";
import type { Match } from "./rule.ts";
import {
  memberPlace,
  readEntries,
  type Reader,
  readItems,
  text,
  token,
  wholeNumber,
} from "./shape.ts";
import type { Subject } from "./subject.ts";
import {
  dayOfWeek,
  DAYS_WANTED,
  HOURS_WANTED,
  parseDays,
  parseHours,
  timeOfDay,
  type TimeTest,
} from "./time_window.ts";

/** The fields that look at one thing; `not` and `any` hold matches. */
export type FieldName = Exclude<keyof Match, "not" | "any">;

/**
 * A reader for each field, in the order in which they are judged: what costs least and tells
 * most apart comes first.
 */
export const FIELDS: { readonly [Name in FieldName]-?: Reader<Matcher> } = {
  method: readMethod,
  scheme: readScheme,
  port: readPort,
  host: readHost,
  path: readPath,
  contentType: readContentType,
  user: readUser,
  client: readClient,
  header: readHeader,
  days: timeField("days", parseDays, DAYS_WANTED, dayOfWeek),
  hours: timeField("hours", parseHours, HOURS_WANTED, timeOfDay),
};

function readMethod(value: unknown, place: string): Matcher {
  const methods = readList(value, place, token('a method such as "POST"'));
  const isWanted = compileGlobs(methods.map((one) => one.toUpperCase()));
  return describedBy("method", methods, {
    matches: ({ method }) => isWanted(method) || isWanted(method.toUpperCase()),
    holds: ({ method }) => quoted(method),
  });
}

function readScheme(value: unknown, place: string): Matcher {
  const isScheme = (one: string) => /^https?$/i.test(one);
  const schemes = readList(value, place, text('"http" or "https"', isScheme));
  const isWanted = compileGlobs(schemes.map((one) => one.toLowerCase()));
  return describedBy("scheme", schemes, {
    matches: ({ scheme }) => isWanted(scheme),
    holds: ({ scheme }) => scheme,
  });
}

function readPort(value: unknown, place: string): Matcher {
  const ports = readList(value, place, wholeNumber(1, 65_535));
  const wanted = new Set(ports);
  return describedBy("port", ports.map(String), {
    matches: ({ port }) => wanted.has(port),
    holds: ({ port }) => String(port),
  });
}

function readHost(value: unknown, place: string): Matcher {
  const patterns = readList(
    value,
    place,
    parsed(parseHostPattern, HOST_PATTERN_WANTED),
  );
  const isWanted = compileHostPatterns(patterns);
  return describedBy("host", patterns, {
    matches: ({ host }) => isWanted(host),
    holds: ({ host }) => quoted(host),
  });
}

function readPath(value: unknown, place: string): Matcher {
  const written = readList(value, place, text(PATH_PATTERN_WANTED));
  const read = parsed(parsePathPattern, PATH_PATTERN_WANTED);
  const isWanted = compileGlobs(readList(value, place, read));
  return describedBy("path", written, {
    matches: ({ pathKey }) => isWanted(pathKey),
    holds: ({ path }) => quoted(path),
  });
}

function readContentType(value: unknown, place: string): Matcher {
  const wanted = 'a media type without parameters such as "text/html"';
  const isType = (one: string) => /^[^\s;,]+$/.test(one);
  const types = readList(value, place, text(wanted, isType));
  const isWanted = foldedGlobs(types);
  return describedBy("contentType", types, {
    matches: ({ contentType }) =>
      contentType !== undefined && isWanted(contentType),
    holds: ({ contentType }) => quotedOr(contentType, "(none)"),
  });
}

function readUser(value: unknown, place: string): Matcher {
  const users = readList(value, place, text('a user name such as "ann"'));
  const isWanted = foldedGlobs(users);
  return describedBy("user", users, {
    matches: ({ user }) => user !== undefined && isWanted(user),
    holds: ({ user }) => quotedOr(user, "(not signed in)"),
  });
}

function readClient(value: unknown, place: string): Matcher {
  const wanted =
    'an address such as "192.0.2.7" or a range such as "10.0.0.0/8"';
  const written = readList(value, place, text(wanted));
  const ranges = new IpRangeSet(written, place);
  return describedBy("client", written, {
    matches: ({ clientIp }) => ranges.contains(clientIp),
    holds: ({ clientIp }) => clientIp,
  });
}

/** All the names have to fit, each by any of its patterns. */
function readHeader(value: unknown, place: string): Matcher {
  const matchers = readEntries(value, place).map(([name, patterns]) => {
    const at = memberPlace(place, name);
    token("a header field's name")(name, at);
    return headerField(name, readList(patterns, at, text("a pattern")));
  });
  if (matchers.length === 0) {
    throw unwanted(value, place, "at least one header field");
  }
  return allOf(matchers);
}

function headerField(name: string, patterns: readonly string[]): Matcher {
  const key = name.toLowerCase();
  const isWanted = foldedGlobs(patterns);
  return describedBy(`header ${key}`, patterns, {
    matches(subject) {
      const held = subject.header(key);
      if (held === undefined) return false;
      if (typeof held === "string") return isWanted(held);
      // RFC 9110 §5.3: several fields mean the same as one with their values joined.
      return held.some(isWanted) || isWanted(held.join(", "));
    },
    holds: (subject) => shownField(key, subject.header(key)),
  });
}

/** Fields whose values are nobody else's to read. */
const SECRET = [
  "authorization",
  "cookie",
  "proxy-authorization",
  "set-cookie",
];

function shownField(
  key: string,
  held: string | readonly string[] | undefined,
): string {
  if (held === undefined) return "(missing)";
  if (SECRET.includes(key)) return "(hidden)";
  return [held].flat().map(quoted).join(", ");
}

function timeField(
  name: string,
  parse: (text: string) => TimeTest | undefined,
  wanted: string,
  holds: (moment: Date) => string,
): Reader<Matcher> {
  return (value, place) => {
    const written = readList(value, place, text(wanted));
    const windows = readList<TimeTest>(value, place, parsed(parse, wanted));
    return describedBy(name, written, {
      matches: ({ now }) => windows.some((isWithin) => isWithin(now)),
      holds: ({ now }) => holds(now),
    });
  };
}

/** One value or a list of at least one. */
function readList<T>(value: unknown, place: string, read: Reader<T>): T[] {
  if (!Array.isArray(value)) return [read(value, place)];
  if (value.length === 0) throw unwanted(value, place, "at least one value");
  return readItems(value, place, read);
}

function parsed<T>(
  parse: (text: string) => T | undefined,
  wanted: string,
): Reader<T> {
  return (value, place) => {
    const result = typeof value === "string" ? parse(value) : undefined;
    if (result === undefined) throw unwanted(value, place, wanted);
    return result;
  };
}

function foldedGlobs(patterns: readonly string[]): TextTest {
  const isWanted = compileGlobs(patterns.map((one) => one.toLowerCase()));
  return (text) => isWanted(text.toLowerCase());
}

/** What a field does with a subject: the test, and what it found in words. */
interface FieldTest {
  matches(subject: Subject): boolean;
  holds(subject: Subject): string;
}

function describedBy(
  name: string,
  wanted: readonly string[],
  { matches, holds }: FieldTest,
): Matcher {
  const list = shortList(wanted);
  const [is, isNot] = wanted.length === 1
    ? ["is", "is not"]
    : ["is one of", "is none of"];
  return {
    matches,
    explain: (subject) =>
      `${name} ${holds(subject)} ${matches(subject) ? is : isNot} ${list}`,
    toString: () => `${name} ${list}`,
  };
}

const MAX_SHOWN = 8;

function shortList(items: readonly string[]): string {
  const more = items.length - MAX_SHOWN;
  const shown = items.slice(0, MAX_SHOWN).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function quotedOr(text: string | undefined, missing: string): string {
  return text === undefined ? missing : quoted(text);
}
