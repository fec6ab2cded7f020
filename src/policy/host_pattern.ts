/**
 * Patterns for hosts: `example.com` is that host, `*.example.com` its sub-domains,
 * `.example.com` both, and `*` elsewhere any run of characters. Hosts are judged in
 * canonical form, and patterns are brought to it.
 */

import { canonicalHost } from "./canonical.ts";
import { compileGlobs, type TextTest } from "./glob.ts";

/** What a pattern may be; ends the sentence "wants …". */
export const HOST_PATTERN_WANTED =
  'a host such as "example.com", "*.example.com" or ".example.com", without scheme, port and path';

/** Brings a pattern to canonical form; undefined when no host can ever fit it. */
export function parseHostPattern(pattern: string): string | undefined {
  const [, start = "", rest = ""] = /^(\*?\.|)(.*)$/s.exec(pattern) ?? [];
  const host = canonicalPattern(rest);
  const isAddress = start === "" && /^[0-9a-f:.]+$/.test(host);
  if (!isAddress && !/^[a-z0-9._~*-]+$/.test(host)) return undefined;
  if (isAddress && host.includes(":") && !isWholeAddress(host)) {
    return undefined;
  }
  return /\.\.|^\./.test(host) ? undefined : start + host;
}

/** A canonical address has no other canonical form. */
function isWholeAddress(host: string): boolean {
  return URL.canParse(`http://[${host}]/`);
}

function canonicalPattern(text: string): string {
  if (!text.includes("*")) return canonicalHost(text);
  // A label with a star is no name by itself; the others are.
  return text.toLowerCase().replace(/(?<!\.)\.+$/, "").split(".")
    .map((label) => /[*]|^\d+$/.test(label) ? label : canonicalHost(label))
    .join(".");
}

/** Compiles patterns that {@linkcode parseHostPattern} made. */
export function compileHostPatterns(patterns: readonly string[]): TextTest {
  if (patterns.length === 1) return compileOne(patterns[0]!);
  const isPlain = (pattern: string) =>
    !pattern.replace(/^\*\./, "").includes("*");
  const domains = new Set<string>();
  const hosts = new Set<string>();
  for (const pattern of patterns.filter(isPlain)) {
    const start = /^\*?\./.exec(pattern)?.[0] ?? "";
    if (start !== "") domains.add(pattern.slice(start.length));
    if (start !== "*.") hosts.add(pattern.replace(/^\./, ""));
  }
  const globs = patterns.filter((pattern) => !isPlain(pattern));
  const isGlob = globs.length === 0 ? undefined : compileGlobs(spread(globs));
  return (host) =>
    hosts.has(host) ||
    (domains.size > 0 && isBelow(host, domains)) ||
    (isGlob !== undefined && isGlob(host));
}

function compileOne(pattern: string): TextTest {
  if (!pattern.startsWith(".")) return compileGlobs([pattern]);
  const domain = pattern.slice(1);
  if (domain.includes("*")) return compileGlobs(spread([pattern]));
  return (host) =>
    host.endsWith(domain) &&
    (host.length === domain.length ||
      host.charCodeAt(host.length - pattern.length) === DOT);
}

const DOT = 46;

/** `.example.*` as the two patterns that it stands for. */
function spread(patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) =>
    pattern.startsWith(".") ? [pattern.slice(1), `*${pattern}`] : [pattern]
  );
}

function isBelow(host: string, domains: ReadonlySet<string>): boolean {
  let dot = host.indexOf(".");
  while (dot >= 0) {
    if (domains.has(host.slice(dot + 1))) return true;
    dot = host.indexOf(".", dot + 1);
  }
  return false;
}
