/**
 * One line of a list that somebody publishes, in any of the three ways that are common:
 *
 *   | line                             | means                                                |
 *   | -------------------------------- | ---------------------------------------------------- |
 *   | `ads.example`                    | the domain with its sub-domains                      |
 *   | any other form of list_entry.ts  | the same as there                                    |
 *   | `0.0.0.0 ads.example x.example`  | those hosts only, as in a hosts file                 |
 *   | `||ads.example^`                 | the domain with its sub-domains                      |
 *   | `|ads.example^`                  | that host only                                       |
 *   | `@@||ads.example^`               | an exception from what files block                   |
 *   | `||ads.example^$important`       | blocked whatever is excepted                         |
 *   | `# …`, `! …`, `[Adblock …]`      | nothing                                              |
 *   | other rules of Adblock lists     | skipped: they judge pages, and only a browser can    |
 *
 * After an `[Adblock …]` header, what stands alone as a path or a part of a URL is such a rule.
 */

import { quoted } from "../../http1/fields.ts";
import { canonicalHost } from "../canonical.ts";
import { parseIp } from "../ip_range.ts";
import {
  isRefusal,
  type ListEntry,
  parseListEntry,
  type Refusal,
  SCOPE,
} from "./list_entry.ts";
import { parseAddressPrefix } from "./address_prefix.ts";
import { EFFECT, type Effect } from "./effect.ts";

/** What a line says. */
export type ListLine =
  | {
    readonly kind: "entries";
    readonly effect: Effect;
    readonly entries: readonly ListEntry[];
  }
  /** The lines that follow are an Adblock list's. */
  | { readonly kind: "adblock" }
  | { readonly kind: "nothing" }
  | { readonly kind: "skipped" }
  | { readonly kind: "bad"; readonly reason: string };

const NOTHING: ListLine = { kind: "nothing" };
const SKIPPED: ListLine = { kind: "skipped" };

/**
 * Reads a line.
 *
 * @param isAdblock Whether an `[Adblock …]` header came before.
 */
export function parseListLine(line: string, isAdblock: boolean): ListLine {
  // A byte order mark counts as white space.
  const text = line.trim();
  if (text === "" || text.startsWith("!")) return NOTHING;
  // deno-lint-ignore no-control-regex -- they are what is looked for
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) {
    return bad("it has a control character");
  }
  if (/^\[(?:adblock|adguard|ublock)\b.*\]$/i.test(text)) {
    return { kind: "adblock" };
  }
  if (text.startsWith("#")) return NOTHING;
  if (text.startsWith("|") || text.startsWith("@@")) return adblockRule(text);
  if (/#[@?$%]{0,2}#/.test(text)) return SKIPPED;
  const bare = text.replace(/(?<!\s)\s+#.*$/s, "");
  if (/\s/.test(bare)) {
    const isHosts = /^[\da-f.:]+\s/i.test(bare);
    return isAdblock && !isHosts ? SKIPPED : hostsLine(bare);
  }
  if (isAdblock && !/^\.?[\p{L}\d_-]+(?:\.[\p{L}\d_-]+)+$/u.test(bare)) {
    return SKIPPED;
  }
  return plainLine(bare);
}

function plainLine(text: string): ListLine {
  if (PART_OF_A_URL.test(text)) return SKIPPED;
  const entry = parseListEntry(text, SCOPE.both);
  if (isRefusal(entry)) return bad(entry.refused);
  // Text that is no list, such as an error page, is full of single words.
  if (/^[^.:*/[\]]+$/.test(text) && entry.kind === "name") {
    return bad(`one label is no domain; ".${entry.name}" is a top-level one`);
  }
  return entries(EFFECT.list, [entry]);
}

// Adblock's separator or end, which no host has; a URL and a path may.
const PART_OF_A_URL = /^(?!\/|.*:\/\/).*[|^]/s;

// Options that do not narrow a rule: all others ask for what a proxy can't see.
const WIDE_OPTIONS = /^(?:all|doc|document|important)$/;

function adblockRule(text: string): ListLine {
  const [, isException, start, pattern, end, optionText] =
    /^(@@)?(\|\|?)([^/^$|?=&%,]+)(\^?)\|?(?:\$([^/]+))?$/.exec(text) ?? [];
  if (pattern === undefined) return SKIPPED;
  // With one bar it is the beginning of a host, and its whole with a separator behind.
  const isHost = start === "|";
  if (isHost && (end === "" || pattern.includes("*"))) return SKIPPED;
  const options = optionText?.split(",").map((option) => option.trim()) ?? [];
  if (!options.every((option) => WIDE_OPTIONS.test(option))) return SKIPPED;
  const address = pattern.replace(/^\[(.*)\]$/, "$1");
  const isBare = isHost || parseAddressPrefix(address) !== undefined;
  const entry = parseListEntry(isBare ? address : `.${pattern}`);
  if (isRefusal(entry)) return bad(entry.refused);
  if (isException !== undefined) return entries(EFFECT.except, [entry]);
  const isImportant = options.includes("important");
  return entries(isImportant ? EFFECT.block : EFFECT.list, [entry]);
}

/** Where hosts files send what they block. */
const SINKS: readonly string[] = ["0.0.0.0", "127.0.0.1", "::", "::1"];

// What such files begin with, to be a whole hosts file.
const LOCAL_NAME =
  /^(?:localhost|localhost\.localdomain|local|broadcasthost|ip6-[a-z]+|0\.0\.0\.0)$/i;

const LIKE_AN_ADDRESS = /^(?:\d[\d.]+|[\da-f]*:\S*)$/i;

function hostsLine(text: string): ListLine {
  const [first = "", ...all] = text.split(/\s+/);
  if (!LIKE_AN_ADDRESS.test(first) || parseIp(first) === undefined) {
    return bad("it has a space, and begins with no address");
  }
  const names = all.filter((name) => !LOCAL_NAME.test(name));
  if (names.length === 0) return NOTHING;
  if (!SINKS.includes(canonicalHost(first))) {
    return bad(`hosts are blocked by ${SINKS.join(", ")}, not by ${first}`);
  }
  const hosts: ListEntry[] = [];
  for (const name of names) {
    const entry = parseListEntry(name);
    if (!isPlainHost(entry)) return bad(`${quoted(name)} is no host`);
    hosts.push(entry);
  }
  return entries(EFFECT.list, hosts);
}

function isPlainHost(read: ListEntry | Refusal): read is ListEntry {
  return !isRefusal(read) && read.kind === "name" &&
    read.scope === SCOPE.host && read.condition === undefined;
}

function entries(effect: Effect, entries: readonly ListEntry[]): ListLine {
  return { kind: "entries", effect, entries };
}

function bad(reason: string): ListLine {
  return { kind: "bad", reason };
}
