/**
 * One entry of a list: what users write, and what it becomes for being looked up. The first
 * form that a text has is the one that it is read as:
 *
 *   | form        | told by                   | example                   | fits                      |
 *   | ----------- | ------------------------- | ------------------------- | ------------------------- |
 *   | URL prefix  | `://`                     | `http://example.com/ads/` | URLs that begin so        |
 *   | path        | a slash in front          | `/*.exe`, `/ads/*`        | whole paths, on any host  |
 *   | file type   | `*.` and one label        | `*.exe`                   | paths that end so         |
 *   | address     | an IP address             | `192.0.2.7`               | that destination          |
 *   | range       | an address, slash, bits   | `10.0.0.0/8`              | destinations within       |
 *   | host:port   | a colon, a number behind  | `example.com:8080`        | that port of that host    |
 *   | domain      | a dot in front            | `.example.com`            | a host and its sub-domains|
 *   | sub-domains | `*.` in front             | `*.example.com`           | sub-domains only          |
 *   | host glob   | another `*`               | `ads*.example.*`          | whole hosts               |
 *   | host        | anything else             | `example.com`             | that host only            |
 *
 * In globs, `*` is any run of characters. A URL prefix with `*` in its path is a glob of the
 * whole path; without a port it is the scheme's own, and `*://` is any scheme and any port.
 * Where a form holds a host, it may be any of the last four. `*.ru` could be a file type or a
 * top-level domain, and is refused: `.ru` and `/*.ru` say which. Nothing has case; hosts and
 * paths are judged in canonical form, paths without their query. In a CONNECT no path is seen:
 * there, URL prefixes with a path, paths and file types fit nothing, and schemes don't count.
 */

import { compileGlob, type TextTest } from "../glob.ts";
import { readHost } from "../host_literal.ts";
import { compileHostPatterns, parseHostPattern } from "../host_pattern.ts";
import { parsePathPattern, PATH_PATTERN_WANTED } from "../path_pattern.ts";
import {
  type AddressPrefix,
  parseAddressPrefix,
  prefixKey,
  prefixText,
} from "./address_prefix.ts";
import type { Condition } from "./condition.ts";
import { foreignEntryRefusal } from "./foreign_entry.ts";

/** What an entry may be; ends the sentence "wants …". */
export const LIST_ENTRY_WANTED =
  'one of "example.com" (that host), ".example.com" (with its sub-domains), ' +
  '"*.example.com" (sub-domains only), "ads*.example.*", "example.com:8080", ' +
  '"192.0.2.7", "10.0.0.0/8", "http://example.com/ads/" (all that begins so), ' +
  '"*.exe" (a file type), "/ads/*" (a path on any host)';

/** Which hosts a name stands for: bits of one number. */
export const SCOPE = { host: 1, below: 2, both: 3 } as const;

/** A value of {@linkcode SCOPE}. */
export type Scope = typeof SCOPE[keyof typeof SCOPE];

/** An entry by what it is looked up by. `text` is its one spelling, which reads as the same entry. */
export type ListEntry =
  | {
    readonly kind: "name";
    readonly text: string;
    readonly name: string;
    readonly scope: Scope;
    readonly condition?: Condition;
  }
  | {
    readonly kind: "range";
    readonly text: string;
    readonly range: AddressPrefix;
  }
  | { readonly kind: "fileType"; readonly text: string; readonly type: string }
  /** Nothing to look it up by: judged for each request. */
  | {
    readonly kind: "pattern";
    readonly text: string;
    readonly condition: Condition;
  };

/** Why a text is no entry. */
export interface Refusal {
  readonly refused: string;
}

const MAX_CHARACTERS = 1024;
const MAX_NAME_CHARACTERS = 253;

/**
 * Reads an entry, or says why it is none.
 *
 * @param bareScope What a host without dot or star in front stands for. Default: that host.
 *
 * @example
 * ```ts
 * import { parseListEntry } from "./list_entry.ts";
 * parseListEntry(".Example.com."); // { kind: "name", text: ".example.com", … }
 * parseListEntry("a b"); // { refused: "it has a space or a control character" }
 * ```
 */
export function parseListEntry(
  text: string,
  bareScope: Scope = SCOPE.host,
): ListEntry | Refusal {
  if (text === "") return { refused: "it is empty" };
  if (text.length > MAX_CHARACTERS) {
    return { refused: `it is longer than ${MAX_CHARACTERS} characters` };
  }
  // deno-lint-ignore no-control-regex -- they are what is looked for
  if (/[\s\0-\x1f\x7f]/.test(text)) {
    return { refused: "it has a space or a control character" };
  }
  const foreign = foreignEntryRefusal(text);
  if (foreign !== undefined) return { refused: foreign };
  if (text.includes("://")) return parseUrlPrefix(text);
  if (text.startsWith("/")) return parsePath(text);
  const [, type] = /^\*\.([^.*:/]+)\.?$/.exec(text) ?? [];
  if (type !== undefined) return parseFileType(type.toLowerCase());
  const range = parseAddressPrefix(text.replace(/^\[(.*)\]$/, "$1"));
  return range === undefined
    ? parseHostAndPort(text, bareScope)
    : rangeEntry(range);
}

const DEFAULT_PORTS = { http: 80, https: 443 };

function parseUrlPrefix(text: string): ListEntry | Refusal {
  const [, scheme, authority, path] =
    /^(\*|https?):\/\/([^/?#@]+)(\/.*)?$/i.exec(text) ?? [];
  if (scheme === undefined || authority === undefined) {
    return { refused: 'no URL prefix such as "http://example.com/ads/"' };
  }
  const parts = splitPort(authority);
  if (isRefusal(parts)) return parts;
  const prefix = parsePathPattern(path ?? "/");
  if (prefix === undefined) {
    return { refused: `its path is not ${PATH_PATTERN_WANTED}` };
  }
  const pattern = parseHostPattern(parts.host);
  if (pattern === undefined) return noHost(parts.host);
  // Compared by value: the pattern allows for these, in any case.
  const known = scheme.toLowerCase() as "*" | "http" | "https";
  const isAnyScheme = known === "*";
  const usual = isAnyScheme ? undefined : DEFAULT_PORTS[known];
  const port = parts.port ?? usual;
  const where = port === usual ? inUrl(pattern) : `${inUrl(pattern)}:${port}`;
  return hostEntry(pattern, SCOPE.host, {
    text: `${known}://${where}${prefix}`,
    condition: {
      port,
      scheme: isAnyScheme ? undefined : known,
      pathFits: compilePrefix(prefix),
    },
  });
}

function compilePrefix(path: string): TextTest | undefined {
  if (path === "/" || path === "/*") return undefined;
  return compileGlob(path.includes("*") ? path : `${path}*`);
}

function parsePath(text: string): ListEntry | Refusal {
  const pattern = parsePathPattern(text);
  if (pattern === undefined) {
    return { refused: `no path: wants ${PATH_PATTERN_WANTED}` };
  }
  const [, type] = /^\/\*\.([^.*/]{1,64})$/.exec(pattern) ?? [];
  if (type !== undefined) return { kind: "fileType", text: pattern, type };
  const condition = { pathFits: compileGlob(pattern) };
  return { kind: "pattern", text: pattern, condition };
}

// ISO 3166 country codes (all domains of two letters are such), the oldest generic ones, and
// special-use names (RFC 6761 and its registry).
const TOP_LEVEL =
  /^(?:[a-z]{2}|arpa|biz|com|edu|example|gov|home|info|int|internal|invalid|lan|local|localhost|mil|net|onion|org|test)$/;

function parseFileType(type: string): ListEntry | Refusal {
  if (!/^[a-z0-9_+~-]{1,64}$/.test(type) || TOP_LEVEL.test(type)) {
    return {
      refused: `a file type or a top-level domain? "/*.${type}" is the file ` +
        `type, ".${type}" the domain`,
    };
  }
  return { kind: "fileType", text: `/*.${type}`, type };
}

function parseHostAndPort(
  text: string,
  bareScope: Scope,
): ListEntry | Refusal {
  const parts = splitPort(text);
  if (isRefusal(parts)) return parts;
  const { host, port } = parts;
  const pattern = parseHostPattern(host);
  if (pattern === undefined) return noHost(host);
  if (port === undefined) return hostEntry(pattern, bareScope);
  return hostEntry(pattern, SCOPE.host, {
    text: `${inUrl(pattern)}:${port}`,
    condition: { port },
  });
}

function splitPort(
  text: string,
): { host: string; port: number | undefined } | Refusal {
  const [, host = text, digits] = /^(.*?):(\d+)$/s.exec(text) ?? [];
  // An IPv6 address has colons of its own; with a port it stands in brackets.
  if (digits === undefined || host.includes(":") && !host.endsWith("]")) {
    return { host: text, port: undefined };
  }
  const port = Number(digits);
  return port >= 1 && port <= 65535
    ? { host, port }
    : { refused: `no port from 1 to 65535: ${digits.slice(0, 20)}` };
}

function noHost(host: string): Refusal {
  return {
    refused: host.includes("/")
      ? "no range of addresses, and a path needs a scheme and a host in front"
      : "no host, address or pattern of hosts",
  };
}

/** An IPv6 address in brackets, other hosts as they are. */
function inUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** An entry for a pattern that parseHostPattern() made. */
function hostEntry(
  pattern: string,
  bareScope: Scope,
  within?: { readonly text: string; readonly condition: Condition },
): ListEntry | Refusal {
  const [, start = "", name = ""] = /^(\*?\.|)(.*)$/s.exec(pattern) ?? [];
  if (name.length > MAX_NAME_CHARACTERS || /[^.]{64}/.test(name)) {
    return { refused: "longer than a host, or one of its labels, can be" };
  }
  if (name.includes("*")) return globEntry(pattern, within);
  // WHATWG URL §3.5: what ends in a number is an address or nothing.
  const { kind } = readHost(name);
  if (kind === "invalid") return { refused: "neither an address nor a name" };
  if (kind === "address" && start !== "") {
    return {
      refused: `an address has no sub-domains: "${name}" is the address alone`,
    };
  }
  const scope = start === ""
    ? bareScope
    : start === "."
    ? SCOPE.both
    : SCOPE.below;
  if (within !== undefined) return { kind: "name", name, scope, ...within };
  const range = start === "" ? parseAddressPrefix(name) : undefined;
  if (range !== undefined) return rangeEntry(range);
  return { kind: "name", text: nameText(name, scope), name, scope };
}

/** How an entry without condition is written. */
export function nameText(name: string, scope: number): string {
  if (scope === SCOPE.host) return name;
  return scope === SCOPE.both ? `.${name}` : `*.${name}`;
}

/** A glob that ends in a domain is looked up by that; others are judged one by one. */
function globEntry(
  pattern: string,
  { text = pattern, condition = {} }: {
    readonly text?: string;
    readonly condition?: Condition;
  } = {},
): ListEntry {
  if (pattern === "*") return { kind: "pattern", text, condition };
  const whole = { ...condition, hostFits: compileHostPatterns([pattern]) };
  const [, name] = /\*[^.*]*\.([^*]+)$/.exec(pattern) ?? [];
  return name === undefined
    ? { kind: "pattern", text, condition: whole }
    : { kind: "name", text, name, scope: SCOPE.below, condition: whole };
}

function rangeEntry(range: AddressPrefix): ListEntry {
  const text = prefixText(prefixKey(range.address, range.bits));
  return { kind: "range", text, range };
}

/** Tells a refusal from what was read. */
export function isRefusal(read: object): read is Refusal {
  return "refused" in read;
}
