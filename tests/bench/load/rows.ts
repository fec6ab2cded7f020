/**
 * The rows of the report, as data: what is asked, of whom, in which unit. A
 * new row is a new entry here. How it is measured is not said here.
 */

import { PROXY_NAMES, type ProxyName, type Setup } from "./proxies.ts";
import { manyRules, ONE_THAT_ALLOWS, TWENTY_OF_OTHERS } from "./rule_files.ts";
import type { BodyName } from "./workbench.ts";

interface RowBase {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly proxies: readonly ProxyName[];
  readonly setup?: Setup;
  /** Different set-ups, a column each, by what stands above it. Default: one, `setup`. */
  readonly variants?: Readonly<Record<string, Setup>>;
}

/** Requests by wrk; the figure is CPU µs of the proxy for each. */
export interface RequestsRow extends RowBase {
  readonly kind: "requests";
  readonly body: BodyName;
  readonly connections: number;
  /** Whether every request is for another URL. */
  readonly isDistinct?: boolean;
  /** Whether each request takes a new connection. Default: keep-alive. */
  readonly closes?: boolean;
  /** Whether the proxy's child processes are counted by themselves. Default: together. */
  readonly showsChildren?: boolean;
}

/** All rule files change under requests; the figure is ms until the new ones answer. */
export interface ReloadRow extends RowBase {
  readonly kind: "reload";
  /** The rule files of a version, of which one answers what the version is. */
  readonly rulesOf: (version: string) => Readonly<Record<string, string>>;
}

/** Bytes through CONNECT; the figure is CPU seconds for 10^9 of them. */
export interface TunnelRow extends RowBase {
  readonly kind: "tunnel";
  readonly bytes: number;
  readonly tunnels: number;
}

/**
 * Requests on connections that are kept, in the clear where the proxy does not intercept; or new
 * tunnels with a full TLS handshake and one request each. The figure is CPU µs of the proxy for each.
 */
export interface InterceptRow extends RowBase {
  readonly kind: "intercept";
  readonly each: "request" | "handshake";
  readonly connections: number;
}

/** What was stored before a restart, asked for one after another; the figure is µs until an answer is there. */
export interface KvHitRow extends RowBase {
  readonly kind: "kv-hit";
  readonly body: BodyName;
  readonly entries: number;
}

/** Live statistics pages under light traffic; the figure is the percentage of a core that they add. */
export interface LiveRow extends RowBase {
  readonly kind: "live";
  readonly readers: number;
}

/** Open connections; the figure is resident KiB for each. */
export interface ConnectionsRow extends RowBase {
  readonly kind: "connections";
  readonly connections: number;
  /** Taken before or after a request on each. */
  readonly after: "connecting" | "a request";
}

/** One body to a slow reader; the figure is MiB that the proxy grew by. */
export interface SlowReaderRow extends RowBase {
  readonly kind: "slow-reader";
  readonly body: BodyName;
}

export type Row =
  | RequestsRow
  | TunnelRow
  | InterceptRow
  | ConnectionsRow
  | SlowReaderRow
  | KvHitRow
  | LiveRow
  | ReloadRow;

const PER_REQUEST = "CPU µs a request";
/** mitmproxy is here for what it is made for. */
const ALL_IN_THE_CLEAR = PROXY_NAMES.filter((name) => name !== "mitmproxy");
const ALL_BUT_RAW_ANSWER = ALL_IN_THE_CLEAR.filter((name) =>
  name !== "raw-answer"
);

/** For hits: all who can have a cache. */
const STORABLE: Setup = { caches: true, says: "max-age" };

/** Limits out of the way of the memory rows. */
const MANY_CLIENTS: Setup = {
  sluiceFlags: [
    "--max-connections=6000",
    "--max-connections-per-client=6000",
    "--head-timeout=10m",
    "--idle-timeout=10m",
  ],
};

export const ROWS: readonly Row[] = [
  {
    kind: "requests",
    name: "miss-1k",
    title: "miss 1 KiB, 64 connections",
    unit: PER_REQUEST,
    proxies: ALL_IN_THE_CLEAR,
    body: "1k",
    connections: 64,
  },
  {
    kind: "requests",
    name: "miss-100k",
    title: "miss 100 KiB, 64 connections",
    unit: PER_REQUEST,
    proxies: ALL_BUT_RAW_ANSWER,
    body: "100k",
    connections: 64,
  },
  {
    kind: "requests",
    name: "miss-1m",
    title: "miss 1 MiB, 16 connections",
    unit: PER_REQUEST,
    proxies: ALL_BUT_RAW_ANSWER,
    body: "1m",
    connections: 16,
  },
  {
    kind: "requests",
    name: "new-connection",
    title: "miss 1 KiB, a new connection each, 64 at once",
    unit: PER_REQUEST,
    proxies: ALL_BUT_RAW_ANSWER,
    body: "1k",
    connections: 64,
    closes: true,
  },
  {
    kind: "requests",
    name: "hit-1k",
    title: "hit 1 KiB from memory, 64 connections",
    unit: PER_REQUEST,
    proxies: ALL_IN_THE_CLEAR.filter((name) => name !== "raw-relay"),
    setup: STORABLE,
    body: "1k",
    connections: 64,
  },
  {
    kind: "requests",
    name: "hit-100k",
    title: "hit 100 KiB from memory, 64 connections",
    unit: PER_REQUEST,
    proxies: ["sluice", "nginx", "squid"],
    setup: STORABLE,
    body: "100k",
    connections: 64,
  },
  {
    kind: "requests",
    name: "distinct",
    title: "miss 1 KiB, distinct URLs, not to be stored",
    unit: PER_REQUEST,
    proxies: ["sluice", "raw-relay", "nginx", "squid"],
    setup: { caches: true, says: "silent" },
    body: "1k",
    connections: 64,
    isDistinct: true,
  },
  {
    kind: "requests",
    name: "storing",
    title: "miss 1 KiB, distinct URLs",
    unit: PER_REQUEST,
    proxies: ["sluice"],
    variants: {
      "no cache": { sluiceFlags: ["--no-cache"], says: "silent" },
      "not stored": { says: "silent" },
      "stored": { says: "max-age" },
    },
    body: "1k",
    connections: 64,
    isDistinct: true,
  },
  {
    kind: "requests",
    name: "recording",
    title: "hit 1 KiB with log and statistics",
    unit: PER_REQUEST,
    proxies: ["sluice"],
    variants: {
      "both": { says: "max-age" },
      "neither": { says: "max-age", isUnrecorded: true },
    },
    body: "1k",
    connections: 64,
  },
  {
    kind: "live",
    name: "live-pages",
    title: "10 live statistics pages, 20 requests/s",
    unit: "% of a core",
    proxies: ["sluice"],
    setup: { rules: TWENTY_OF_OTHERS, sluiceFlags: ["--block", ".test"] },
    readers: 10,
  },
  {
    kind: "kv-hit",
    name: "kv-hit",
    title: "hit 1 KiB from KV after a restart",
    unit: "µs, one connection",
    proxies: ["sluice"],
    body: "1k",
    entries: 3000,
  },
  ruleRow("rules", 64),
  ruleRow("rules-alone", 1),
  {
    kind: "reload",
    name: "rules-reload",
    title: "100 rules change",
    unit: "ms until they answer",
    proxies: ["sluice"],
    setup: { rules: manyRules(100)("first") },
    rulesOf: manyRules(100),
  },
  {
    kind: "tunnel",
    name: "tunnel",
    title: "tunnel, 8 in parallel",
    unit: "CPU s a GB",
    proxies: ["sluice", "raw-relay", "squid"],
    setup: { leadsTo: "tunnel-origin" },
    bytes: 2e9,
    tunnels: 8,
  },
  {
    kind: "intercept",
    name: "intercepted",
    title: "miss 1 KiB, 32 connections kept",
    unit: PER_REQUEST,
    proxies: ["sluice"],
    variants: { plain: {}, intercepted: { intercepts: true } },
    each: "request",
    connections: 32,
  },
  {
    kind: "intercept",
    name: "interceptors",
    title: "miss 1 KiB intercepted, 32 connections kept",
    unit: PER_REQUEST,
    proxies: ["sluice", "mitmproxy"],
    setup: { intercepts: true },
    each: "request",
    connections: 32,
  },
  {
    kind: "intercept",
    name: "handshakes",
    title: "tunnels with a TLS handshake and a request, 8 at once",
    unit: "CPU µs a handshake",
    proxies: ["sluice"],
    variants: { "passed on": {}, intercepted: { intercepts: true } },
    each: "handshake",
    connections: 8,
  },
  {
    kind: "connections",
    name: "idle",
    title: "5,000 connections, no request yet",
    unit: "KiB resident each",
    proxies: ["sluice", "nginx", "squid"],
    setup: MANY_CLIENTS,
    connections: 5000,
    after: "connecting",
  },
  {
    kind: "connections",
    name: "idle-used",
    title: "5,000 connections, idle after a request",
    unit: "KiB resident each",
    proxies: ["sluice", "nginx", "squid"],
    setup: MANY_CLIENTS,
    connections: 5000,
    after: "a request",
  },
  {
    kind: "slow-reader",
    name: "slow-reader",
    title: "1 GiB body, slow reader",
    unit: "MiB grown",
    proxies: ["sluice", "nginx", "squid"],
    body: "1g",
  },
];

/** A miss of 1 KiB through Sluice with different rules, in turns. */
function ruleRow(name: string, connections: number): RequestsRow {
  return {
    kind: "requests",
    name,
    title: `miss 1 KiB with rules, ${connections} at once`,
    unit: PER_REQUEST,
    proxies: ["sluice"],
    variants: {
      "no rules": {},
      "20 others": { rules: TWENTY_OF_OTHERS },
      "one allows": { rules: ONE_THAT_ALLOWS },
    },
    body: "1k",
    connections,
    showsChildren: true,
  };
}

/** One figure of a row: a proxy, as the row sets it up. */
export interface Column {
  readonly label: string;
  readonly proxy: ProxyName;
  readonly setup: Setup;
}

/** The row's columns, of the proxies that were chosen. */
export function columnsOf(
  { proxies, setup = {}, variants }: Row,
  chosen: readonly ProxyName[],
): Column[] {
  const names = chosen.filter((name) => proxies.includes(name));
  if (variants === undefined) {
    return names.map((proxy) => ({ label: proxy, proxy, setup }));
  }
  return names.flatMap((proxy) =>
    Object.entries(variants)
      .map(([label, setup]) => ({ label, proxy, setup }))
  );
}

/** Whether the row is about memory, which `--no-memory` leaves out. */
export function isMemoryRow(row: Row): boolean {
  return row.kind === "connections" || row.kind === "slow-reader";
}
