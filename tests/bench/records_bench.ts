/**
 * What the records of recent exchanges cost: `add()` on the path of an exchange,
 * and all that follows off the path. `deno bench -A` gives the time; `deno run
 * -A` on this file gives the CPU time of a record with all threads counted, at
 * a steady rate and in a flood, and how long a search takes.
 */

import { cpuUsage } from "node:process";
import { RecentRecords } from "../../src/log/recent_records.ts";
import type { RecordQuery } from "../../src/log/record_query.ts";
import { sampleRecord } from "../log/sample_record.ts";

/** Records that differ, as they do in life: one text would be cached. */
const RECORDS = Array.from({ length: 1024 }, (_, index) =>
  sampleRecord({
    id: `0f3k9z-${index.toString(36)}`,
    timeMs: Date.UTC(2026, 0, 31) + index / 7,
    client: { ip: "192.0.2.10", port: 40_000 + index },
    url: `http://www.example.com/assets/app/${index}.js?version=12`,
    bytesOut: 10_000 + index * 37,
    totalMs: 1 + index / 13,
    firstByteMs: 1 + index / 17,
  }));

const UNLIMITED = {
  logQuery: true,
  onError: (message: string) => console.error(message),
  maxPerSecond: 1e9,
} as const;

Deno.bench("add() 1,024 records", async (bench) => {
  let nowMs = 0;
  const records = await RecentRecords.open({
    ...UNLIMITED,
    now: () => nowMs += 1000,
  });
  bench.start();
  for (const record of RECORDS) records.add(record);
  bench.end();
  await records.close();
});

Deno.bench("add() 1,024 records and make lines of them", async (bench) => {
  const records = await RecentRecords.open(UNLIMITED);
  bench.start();
  for (const record of RECORDS) records.add(record);
  await records.flush();
  bench.end();
  await records.close();
});

/** Fills a store with 100,000 records, and looks for some. */
async function printStoredMicros(): Promise<void> {
  const path = await Deno.makeTempFile();
  const kv = await Deno.openKv(path);
  let nowMs = 0;
  const records = await RecentRecords.open({
    ...UNLIMITED,
    kv,
    now: () => nowMs += 1000,
  });
  const before = cpuUsage();
  for (let round = 0; round < 98; round++) {
    for (const record of RECORDS) records.add(record);
    await records.flush();
  }
  const { user, system } = cpuUsage(before);
  const micros = (user + system) / (98 * RECORDS.length);
  console.log(`stored: ${micros.toFixed(2)} µs CPU a record`);
  console.log(records.usage);
  await printSearch(records, "of all, by status", {
    status: { from: 404, to: 404 },
  });
  await printSearch(records, "of all, by text", { text: "not there" });
  await printSearch(records, "of all, by id", { id: "not-there" });
  await records.close();
  const start = performance.now();
  await RecentRecords.open({ ...UNLIMITED, kv });
  console.log(`opened in ${(performance.now() - start).toFixed(1)} ms`);
  kv.close();
  await Deno.remove(path);
}

async function printSearch(
  records: RecentRecords,
  name: string,
  query: RecordQuery,
): Promise<void> {
  const start = performance.now();
  const search = records.search(query, { maxScanned: Infinity });
  for await (const _ of search);
  const ms = performance.now() - start;
  console.log(`search ${name}: ${ms.toFixed(0)} ms for ${search.scanned}`);
}

/** Adds 40,000 records a second for three seconds, with the usual limits. */
async function printFloodShare(): Promise<void> {
  const path = await Deno.makeTempFile();
  const kv = await Deno.openKv(path);
  const { logQuery, onError } = UNLIMITED;
  const records = await RecentRecords.open({ logQuery, onError, kv });
  const start = performance.now();
  const before = cpuUsage();
  for (let added = 0; added < 120_000;) {
    const due = (performance.now() - start) * 40;
    for (; added < due; added++) records.add(RECORDS[added % 1024]!);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { user, system } = cpuUsage(before);
  const share = (user + system) / 1000 / (performance.now() - start);
  console.log(`flood of 40,000 a second: ${(share * 100).toFixed(1)} % CPU`);
  console.log(records.usage);
  await records.close();
  kv.close();
  await Deno.remove(path);
}

if (import.meta.main) {
  await printStoredMicros();
  await printFloodShare();
}
