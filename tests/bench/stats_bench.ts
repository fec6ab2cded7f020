/**
 * What statistics cost the proxy: a record, by kinds of traffic; a snapshot, a
 * scrape and a flush. `deno bench -A` gives the times; `deno run -A` on this file
 * gives the CPU time of a record and the memory that full statistics take.
 */

import { cpuUsage } from "node:process";
import { prometheus } from "../../src/stats/prometheus.ts";
import { Statistics } from "../../src/stats/statistics.ts";
import { sampleRecord } from "../log/sample_record.ts";

type Record = ReturnType<typeof sampleRecord>;

const COUNT = 4096;
const GAUGES = { clientConnections: 12, tunnels: 3, upstreamConnections: 7 };

const KINDS: { [kind: string]: readonly Record[] } = {
  "hits for few hosts": records((index) => ({
    outcome: "hit",
    targetHost: `www${index % 20}.example.com`,
    totalMs: 0.05 + index / 50_000,
  })),
  "misses for many hosts": records((index) => ({
    targetHost: `www${index % 900}.example.com`,
    client: { ip: `192.0.2.${index % 250}`, port: 40_000 },
  })),
  "misses, each for another host": records((index) => ({
    targetHost: `www${index}.example.com`,
  })),
  "requests that a rule decided": records((index) => ({
    targetHost: `www${index % 900}.example.com`,
    decisions: [{
      rule: `${index % 20}_rule`,
      phase: "request",
      action: "rewrite",
      reason: "",
      report: false,
      ms: 0.04 + index / 50_000,
    }],
  })),
};

function records(changes: (index: number) => Partial<Record>): Record[] {
  return Array.from(
    { length: COUNT },
    (_, index) => sampleRecord({ totalMs: 1 + index / 50, ...changes(index) }),
  );
}

function newStatistics(kv?: Deno.Kv): Statistics {
  return new Statistics({ version: "0.0.0", gauges: () => GAUGES, kv });
}

for (const [kind, exchanges] of Object.entries(KINDS)) {
  const statistics = newStatistics();
  Deno.bench(`4,096 ${kind}`, { group: "record" }, () => {
    for (const exchange of exchanges) statistics.record(exchange);
  });
}

const full = newStatistics();
for (const exchange of Object.values(KINDS).flat()) full.record(exchange);
Deno.bench("snapshot", { group: "read" }, () => void full.snapshot());
const SNAPSHOT = full.snapshot();
Deno.bench("JSON of a snapshot", { group: "read" }, () => {
  JSON.stringify(SNAPSHOT);
});
Deno.bench("Prometheus text of a snapshot", { group: "read" }, () => {
  prometheus(SNAPSHOT);
});

/** CPU time of a record in ns, the least of several rounds. */
function recordNanos(exchanges: readonly Record[]): number {
  const statistics = newStatistics();
  const rounds = Array.from({ length: 9 }, () => {
    const start = cpuUsage();
    for (let i = 0; i < 100; i++) {
      for (const exchange of exchanges) statistics.record(exchange);
    }
    const { user, system } = cpuUsage(start);
    return (user + system) * 1000 / (100 * COUNT);
  });
  return Math.min(...rounds);
}

/** What a second flush of busy statistics costs, and what the store has then. */
async function printFlush(): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".sqlite3" });
  const kv = await Deno.openKv(path);
  const statistics = newStatistics(kv);
  for (const exchange of Object.values(KINDS).flat()) {
    statistics.record(exchange);
  }
  await statistics.flush();
  for (const exchange of Object.values(KINDS).flat()) {
    statistics.record(exchange);
  }
  const [start, startMs] = [cpuUsage(), performance.now()];
  await statistics.flush();
  const { user, system } = cpuUsage(start);
  const tookMs = (performance.now() - startMs).toFixed(1);
  let [values, bytes, largest] = [0, 0, 0];
  for await (const { value } of kv.list<Uint8Array>({ prefix: ["stats"] })) {
    const size = value.length ?? 0;
    values++;
    bytes += size;
    largest = Math.max(largest, size);
  }
  kv.close();
  await Deno.remove(path);
  console.log(
    `flush: ${tookMs} ms, ${(user + system) / 1000} ms CPU; ` +
      `${values} values, ${bytes} bytes, the largest ${largest}`,
  );
}

/** What full statistics hold in memory. Exact only with `--v8-flags=--expose-gc`. */
function printMemory(): void {
  const before = heldBytes();
  const statistics = newStatistics();
  for (let index = 0; index < 50_000; index++) {
    // As in life, a name is a part of a head.
    const host = `host${index}.example.com`;
    const head = `Host: ${host}\r\n`.padEnd(4096, "x");
    statistics.record(sampleRecord({
      targetHost: head.slice(6, 6 + host.length),
      client: { ip: `2001:db8::${index.toString(16)}`, port: 1 },
      outcome: "blocked",
      reason: `reason ${index}`,
    }));
  }
  const bytes = heldBytes() - before;
  console.log(`memory: ${(bytes / 1024).toFixed(0)} KiB`);
  // Held until here.
  statistics.snapshot();
}

function heldBytes(): number {
  const collect: unknown = Reflect.get(globalThis, "gc");
  if (typeof collect === "function") collect();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

if (import.meta.main) {
  printMemory();
  for (const [kind, exchanges] of Object.entries(KINDS)) {
    console.log(
      `${kind}: ${recordNanos(exchanges).toFixed(0)} ns CPU a record`,
    );
  }
  await printFlush();
}
