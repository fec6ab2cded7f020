/**
 * Spellings: targets, authorities, hosts, paths, globs. One thing has one canonical form,
 * and it is the one that other readers (the URL Standard, a naive matcher) see.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { WireError } from "../../../src/errors.ts";
import { OriginMemo } from "../../../src/http1/origin_memo.ts";
import { checkHostField, parseTarget } from "../../../src/http1/target.ts";
import { canonicalHost, canonicalPath } from "../../../src/policy/canonical.ts";
import { compileGlob, compileGlobs } from "../../../src/policy/glob.ts";
import { readHost } from "../../../src/policy/host_literal.ts";
import {
  compileHostPatterns,
  parseHostPattern,
} from "../../../src/policy/host_pattern.ts";
import { parsePathPattern } from "../../../src/policy/path_pattern.ts";
import { propertyTarget, type Target, textTarget } from "../target.ts";

const HOST_TOKENS = [
  ..."/ . .. : @ # ? % %2e %2F %00 %25 \\ [ ] * - _ ~ 0 1 x 0x7f 0177 256 :80"
    .split(" "),
  "http://",
  "HTTPS://",
  "localhost",
  "127.0.0.1",
  "2130706433",
  "[::1]",
  "::ffff:127.0.0.1",
  "xn--bcher-kva",
  "B\u00fccher",
  "\u3002",
  "\uff0e",
  "\uff11",
  "\u00ad",
  "\u200d",
  "\u0130",
  "\u212a",
  "example",
  ".com",
  "..",
  ":0",
  ":65536",
  ":00080",
  "%41",
  "%zz",
  "//",
  "/./",
  "/../",
  ";a=b",
];

const HOST_SEEDS = [
  "example.com",
  "www.Example.COM.",
  "[::1]",
  "[::ffff:1.2.3.4]",
  "127.1",
  "0x7f.0.0.1",
  "1.2.3.4",
  "B\u00fccher.example",
  "a_b.-c.test",
  "*.example.com",
  ".example.com",
  "ads*.example.*",
];

const PATH_SEEDS = [
  "/",
  "/a/b/c",
  "/a/../b",
  "/%7euser/./x//y?q=%41#",
  "/a%2fb%2F..%2e",
  "*",
  "",
  "a/b",
  "/*.exe",
  "/ads/*",
];

const TARGET_SEEDS = [
  "http://example.com/",
  "http://example.com:8080/a?b",
  "https://[::1]/x",
  "http://127.0.0.1",
  "/a/b?c",
  "*",
  "example.com:443",
  "HTTP://Example.Com:80?x",
];

/** The targets. */
export function spellingTargets(): Target[] {
  const hosts = { seeds: HOST_SEEDS, tokens: HOST_TOKENS };
  return [
    textTarget({
      name: "target",
      seeds: TARGET_SEEDS,
      tokens: HOST_TOKENS,
      check: checkTargets,
    }),
    textTarget({ ...hosts, name: "canonical host", check: checkHost }),
    textTarget({
      name: "canonical path",
      seeds: PATH_SEEDS,
      tokens: HOST_TOKENS,
      check: checkPath,
    }),
    textTarget({ ...hosts, name: "host pattern", check: checkHostPattern }),
    textTarget({
      name: "path pattern",
      seeds: PATH_SEEDS,
      tokens: HOST_TOKENS,
      check: (input) => void checkStable(input, parsePathPattern),
    }),
    propertyTarget("glob", globProperty()),
    propertyTarget("globs together", globsProperty()),
    propertyTarget("host patterns together", hostPatternsProperty()),
  ];
}

function checkTargets(input: string): void {
  for (const method of ["GET", "OPTIONS", "CONNECT"]) {
    try {
      checkTarget(method, input);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
    }
  }
}

function checkTarget(method: string, input: string): void {
  const target = parseTarget(method, input);
  const memo = new OriginMemo();
  for (let i = 0; i < 2; i++) {
    assertEquals(parseTarget(method, input, memo), target, "with a memo");
  }
  if (target.form !== "absolute") return;
  checkHostField(target.hostField);
  const { scheme, hostField, path, authority } = target;
  const again = parseTarget(
    method,
    `${scheme}://${hostField}${path === "*" ? "" : path}`,
  );
  assertEquals(again, target, "written anew");
  const url = URL.parse(`${scheme}://${hostField}/`);
  if (url === null) return;
  assertEquals(
    canonicalHost(authority.host),
    canonicalHost(url.hostname),
    "as a URL has it",
  );
}

function checkHost(input: string): void {
  const host = canonicalHost(input);
  assertEquals(canonicalHost(host), host, "its canonical form is one");
  const read = readHost(input);
  if (read.kind === "invalid") return;
  const twin = readHost(input.toUpperCase());
  // Letters without a pair of their own (such as the dotless i) change when their case does.
  const isPlain = /^[\0-\x7f]*$/.test(input);
  if (isPlain) assertEquals(twin, read, "in upper case");
  assertEquals(readHost(host), read, "its canonical form is the same host");
}

function checkPath(input: string): void {
  const { path, query } = canonicalPath(input);
  assertEquals(canonicalPath(path), { path, query: "" }, "it is one");
  assert(path === "" || path === "*" || path.startsWith("/"), path);
  assert(!/\/\.{1,2}(?:\/|$)|\/\//.test(path), `${path} has dots or slashes`);
  assert(/^[\x21-\x7e]*$/.test(path), `${path} has what no URI may hold`);
  assertEquals(input.endsWith(query), true);
  const escaped = input.replace(/[a-z](?![^%]{0,1}$)/g, escapeUnlessEscaped);
  if (!input.includes("%")) {
    assertEquals(canonicalPath(escaped).path, path, `as ${escaped}`);
  }
}

function escapeUnlessEscaped(
  letter: string,
  at: number,
  text: string,
): string {
  const isInQuery = text.slice(0, at).includes("?");
  return isInQuery || at > 2000
    ? letter
    : `%${letter.charCodeAt(0).toString(16)}`;
}

function checkHostPattern(input: string): void {
  const pattern = checkStable(input, parseHostPattern);
  if (pattern === undefined) return;
  const isFit = compileHostPatterns([pattern]);
  const domain = pattern.replace(/^(?:\*\.|\.)/, "");
  const sample = domain.replaceAll("*", "x");
  assertEquals(isFit(sample), !pattern.startsWith("*."), sample);
  if (pattern !== domain) assert(isFit(`sub.${sample}`), sample);
}

/** What is in canonical form stays as it is. */
function checkStable(
  input: string,
  parse: (text: string) => string | undefined,
): string | undefined {
  const once = parse(input);
  if (once !== undefined) assertEquals(parse(once), once);
  return once;
}

const anyGlobText = fc.string({
  unit: fc.constantFrom("a", "b", ".", "*"),
  maxLength: 12,
});
const anyText = fc.string({
  unit: fc.constantFrom("a", "b", "."),
  maxLength: 16,
});

function globProperty() {
  return fc.property(anyGlobText, anyText, (pattern, text) => {
    assertEquals(compileGlob(pattern)(text), naiveGlob(pattern, text));
  });
}

/** What a glob means, by trying everything. */
function naiveGlob(pattern: string, text: string): boolean {
  let reached = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (character === "*") {
        for (let i = at; i <= text.length; i++) next.add(i);
      } else if (text[at] === character) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(text.length);
}

function globsProperty() {
  const some = fc.array(anyGlobText, { minLength: 1, maxLength: 4 });
  return fc.property(some, anyText, (patterns, text) => {
    const isAny = patterns.some((pattern) => naiveGlob(pattern, text));
    assertEquals(compileGlobs(patterns)(text), isAny);
  });
}

function hostPatternsProperty() {
  const label = fc.constantFrom("a", "bb", "a*", "*", "c-d");
  const name = fc.array(label, { minLength: 1, maxLength: 3 })
    .map((labels) => labels.join("."));
  const pattern = fc.tuple(fc.constantFrom("", ".", "*."), name)
    .map((parts) => parts.join(""))
    .map(parseHostPattern).filter((one) => one !== undefined);
  const host = fc.array(fc.constantFrom("a", "bb", "ax", "c-d"), {
    minLength: 1,
    maxLength: 4,
  }).map((labels) => labels.join("."));
  const some = fc.array(pattern, { minLength: 1, maxLength: 4 });
  return fc.property(some, host, (patterns, text) => {
    const isAny = patterns.some((one) => naiveHost(one, text));
    assertEquals(compileHostPatterns(patterns)(text), isAny);
  });
}

function naiveHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith(".")) return naiveGlob(pattern, host);
  return naiveGlob(pattern.slice(1), host) || naiveGlob(`*${pattern}`, host);
}
