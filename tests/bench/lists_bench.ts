/**
 * What lists cost: loading a million domains in pieces of 64 KiB, and judging requests by them.
 * Run by `deno bench -A`, where one iteration of "judge" is a thousand requests; run by itself, `deno run -A --v8-flags=--expose-gc`, it prints what a
 * million domains take of time and memory, and the longest that one piece keeps the program busy.
 */

import { ListBuilder } from "../../src/policy/lists/list_builder.ts";
import type { ListSubject } from "../../src/policy/lists/condition.ts";
import { OwnList } from "../../src/policy/lists/own_list.ts";
import { Lists } from "../../src/policy/lists.ts";

const DOMAINS = 1_000_000;
const PIECE_CHARACTERS = 65_536;

/** Lines of some 26 characters. */
function domains(count: number, lineOf: (domain: string) => string): string {
  const names = ["track", "ads", "pixel-stats", "metrics", "cdn-analytics"];
  return Array.from({ length: count }, (_, i) => {
    const name = names[i % names.length];
    return lineOf(`${name}${i.toString(36)}.host${i % 50_000}.example`);
  }).join("\n");
}

/** The list, and the longest time that a piece took. */
function load(text: string) {
  const builder = new ListBuilder("list.txt");
  let longestMs = 0;
  for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
    const beganAt = performance.now();
    builder.add(text.slice(at, at + PIECE_CHARACTERS));
    longestMs = Math.max(longestMs, performance.now() - beganAt);
  }
  return { list: builder.finish(), longestMs };
}

function subject(host: string): ListSubject {
  return {
    phase: "request",
    scheme: "http",
    host,
    port: 80,
    pathKey: "/a/b.js",
  };
}

const LINES: Record<string, (domain: string) => string> = {
  "plain": (domain) => domain,
  "hosts": (domain) => `0.0.0.0 ${domain}`,
  "Adblock": (domain) => `||${domain}^`,
  "Adblock exceptions": (domain) => `@@||${domain}^`,
};

for (const [name, lineOf] of Object.entries(LINES)) {
  let text: string | undefined;
  Deno.bench(`load a million domains: ${name}`, { n: 3, warmup: 1 }, (b) => {
    text ??= domains(DOMAINS, lineOf);
    b.start();
    load(text);
    b.end();
  });
}

let lists: Record<string, Lists> | undefined;

/** Made when they are first asked for: only some benches need them. */
function listsOf(name: string): Lists {
  lists ??= {
    empty: new Lists([new OwnList({ name: "admin page", kind: "admin" })]),
    million: new Lists([load(domains(DOMAINS, (domain) => domain)).list]),
    ranges: new Lists([load(ranges(100_000)).list]),
  };
  return lists[name]!;
}

function ranges(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `${i >> 16 & 255}.${i >> 8 & 255}.${i & 255}.0/${24 + i % 9}`,
  ).join("\n");
}

const HOSTS: [name: string, lists: string, host: (i: number) => string][] = [
  ["empty lists", "empty", () => "a.b.c.d.e.f.example.com"],
  [
    "a million domains: a deep host",
    "million",
    () => "a.b.c.d.e.f.example.com",
  ],
  ["a million domains: 1000 hosts", "million", (i) => `www${i}.example.com`],
  [
    "a million domains: a blocked host",
    "million",
    (i) => `x.track${(i * 5).toString(36)}.host${i * 5}.example`,
  ],
  ["100000 ranges: a name", "ranges", () => "www.example.com"],
  ["100000 ranges: an address", "ranges", (i) => `192.0.2.${i % 256}`],
];

for (const [name, listsName, hostOf] of HOSTS) {
  const subjects = Array.from({ length: 1_000 }, (_, i) => subject(hostOf(i)));
  let at = 0;
  Deno.bench(`judge by ${name}`, (b) => {
    const lists = listsOf(listsName);
    b.start();
    for (let i = 0; i < 1_000; i++) lists.judge(subjects[at++ % 1_000]!);
    b.end();
  });
}

/** Bytes in use after a collection of garbage, where that was asked for. */
function usedBytes(): number {
  // Only there with --expose-gc.
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

function printMillion(): void {
  const text = domains(DOMAINS, (domain) => domain);
  // Compiled code is part of no list.
  load(domains(DOMAINS / 20, (domain) => `x.${domain}`));
  const before = usedBytes();
  const beganAt = performance.now();
  const { list, longestMs } = load(text);
  const tookMs = performance.now() - beganAt;
  const mebibytes = (usedBytes() - before) / 2 ** 20;
  console.log(
    `${list.report.entries} domains: ${tookMs.toFixed(0)} ms, ` +
      `${mebibytes.toFixed(1)} MiB, longest piece ${longestMs.toFixed(1)} ms`,
  );
}

if (import.meta.main) printMillion();
