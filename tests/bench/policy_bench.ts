/**
 * What policy costs a request: making its subject, and 20 rules of which none matches.
 * Run by `deno bench -A`. One iteration of "20 rules" is all twenty, so a rule costs a
 * twentieth of it.
 */

import { decodeDecision, parseDecisions } from "../../src/policy/decision.ts";
import { Fields } from "../../src/http1/fields.ts";
import { Limiter } from "../../src/policy/limiter.ts";
import { compileMatch, type Matcher } from "../../src/policy/matcher.ts";
import { MessageSubject } from "../../src/policy/message_subject.ts";
import type { Match } from "../../src/policy/rule.ts";

const RULES = 20;
/** Requests that differ, as they do in life. */
const VARIANTS = 256;

const NONE_MATCHES: Record<string, (i: number) => Match> = {
  "by host": (i) => ({ host: `.ads${i}.test` }),
  "by method": () => ({ method: "POST" }),
  "by path": (i) => ({ path: `*.ex${i}` }),
  "by host and path": (i) => ({ host: `*.ads${i}.test`, path: "/x/*" }),
  "by lists of 100 hosts": (i) => ({
    host: Array.from({ length: 100 }, (_, n) => `.ads${n}.host${i}.test`),
  }),
  "by client range": (i) => ({ client: `10.${i}.0.0/16` }),
  "by header": (i) => ({ header: { "user-agent": `*bot${i}*` } }),
  "of many kinds": (i) =>
    [
      { host: `.ads${i}.test` },
      { path: ["*.exe", "*.msi", "*.zip"], not: { host: "*.example.com" } },
      { method: ["POST", "PUT"], host: ".example.com" },
      { client: `10.${i}.0.0/16` },
      { contentType: "text/html" },
    ][i % 5]!,
};

function source(i: number) {
  const fields = new Fields();
  fields.append("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)");
  fields.append("Accept", "*/*");
  return {
    phase: "request",
    method: "GET",
    scheme: "http",
    host: `www${i}.example.com`,
    port: 80,
    target: `/assets/app/${i}.js?version=12`,
    client: { ip: "192.0.2.7" },
    fields,
    nowMs: Date.now(),
  } as const;
}

const SOURCES = Array.from({ length: VARIANTS }, (_, i) => source(i));

function countMatches(matchers: readonly Matcher[], at: number): number {
  const subject = new MessageSubject(SOURCES[at % VARIANTS]!);
  let count = 0;
  for (const matcher of matchers) if (matcher.matches(subject)) count++;
  return count;
}

let at = 0;

Deno.bench("a subject: host and path in canonical form", () => {
  const subject = new MessageSubject(SOURCES[at++ % VARIANTS]!);
  return void (subject.host.length + subject.pathKey.length);
});

for (const [name, match] of Object.entries(NONE_MATCHES)) {
  const matchers = Array.from(
    { length: RULES },
    (_, i) => compileMatch(match(i)),
  );
  if (countMatches(matchers, 0) > 0) throw new Error(`${name}: one matches`);
  Deno.bench(`a subject and 20 rules, none matches ${name}`, () => {
    if (countMatches(matchers, at++) > 0) throw new Error("one matches");
  });
}

const DECISION = {
  action: "rewrite",
  setHeaders: { "x-a": "1", "x-b": ["2", "3"] },
  removeHeaders: ["cookie"],
};

Deno.bench("parseDecisions() of a rewrite", () => {
  parseDecisions(DECISION, "request");
});

const ALLOW = { action: "allow", reason: "a friend" };

Deno.bench("decodeDecision() of an allow", () => {
  decodeDecision(ALLOW, "request");
});

const limiter = new Limiter();

Deno.bench("Limiter.take()", () => {
  limiter.take(`rule ${at++ % 1000}`, 10, 1, at);
});
