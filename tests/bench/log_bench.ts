/**
 * What a record costs the proxy: each format by itself, and the access log with
 * its targets. `deno bench -A` gives the time; `deno run -A` on this file gives
 * the CPU time of a record, all threads counted, which other programs on the
 * machine disturb less.
 */

import { cpuUsage } from "node:process";
import { AccessLog } from "../../src/log/access_log.ts";
import {
  LOG_FORMATS,
  type LogFormat,
  recordFormat,
} from "../../src/log/record_format.ts";
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

for (const name of LOG_FORMATS) {
  const format = recordFormat(name, { logQuery: true, colour: true });
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(4096);
  Deno.bench(`1,024 records as ${name}, encoded`, {
    group: "format",
    baseline: name === "json",
  }, () => {
    for (const record of RECORDS) {
      encoder.encodeInto(format.line(record), buffer);
    }
  });
}

Deno.bench("1,024 records by JSON.stringify, for comparison", {
  group: "format",
}, () => {
  const encoder = new TextEncoder();
  encoder.encode(
    RECORDS.map((record) => JSON.stringify(record)).join("\n"),
  );
});

for (const consoleFormat of [undefined, "json", "pretty"] as const) {
  const beside = consoleFormat ? ` and a ${consoleFormat} console` : "";
  Deno.bench(`1,024 records through the access log to a file${beside}`, {
    group: "log",
  }, async (bench) => {
    await withLog(consoleFormat, async (log) => {
      bench.start();
      for (const record of RECORDS) log.record(record);
      await log.flush();
      bench.end();
    });
  });
}

/** Runs `use` with a log to a file and, given a format, to /dev/null. */
async function withLog(
  consoleFormat: LogFormat | undefined,
  use: (log: AccessLog) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  using target = await Deno.open("/dev/null", { write: true });
  const log = new AccessLog({
    console: consoleFormat && { format: consoleFormat, target },
    file: { path: `${folder}/access.log`, maxBytes: 256 << 20, keep: 1 },
    logQuery: true,
    onError: (error) => {
      throw error;
    },
  });
  await log.open();
  await use(log);
  await log.close();
  await Deno.remove(folder, { recursive: true });
}

/** CPU time of one of 200,000 records to a file and a console, in µs. */
async function recordMicros(consoleFormat: LogFormat): Promise<number> {
  const rounds = 200;
  let micros = 0;
  await withLog(consoleFormat, async (log) => {
    const start = cpuUsage();
    for (let round = 0; round < rounds; round++) {
      for (const record of RECORDS) log.record(record);
      // As often as a busy proxy has a batch, the writes get their turn.
      if (round % 8 === 0) await log.flush();
    }
    await log.flush();
    const { user, system } = cpuUsage(start);
    micros = user + system;
  });
  return micros / (rounds * RECORDS.length);
}

async function printRecordMicros(): Promise<void> {
  for (const format of LOG_FORMATS) {
    const runs: number[] = [];
    for (let run = 0; run < 7; run++) runs.push(await recordMicros(format));
    const least = Math.min(...runs).toFixed(2);
    console.log(`file and ${format} console: ${least} µs CPU a record`);
  }
}

if (import.meta.main) await printRecordMicros();
