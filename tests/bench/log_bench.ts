/**
 * What a record costs the proxy: each format by itself, and the access log with
 * its buffer and a file in front of it. Run by `deno bench -A`.
 */

import { AccessLog } from "../../src/log/access_log.ts";
import { LOG_FORMATS, recordFormat } from "../../src/log/record_format.ts";
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
  Deno.bench(`1,024 records as ${name}, encoded in batches`, {
    group: "format",
    baseline: name === "json",
  }, () => {
    let batch = "";
    for (const record of RECORDS) {
      batch += format.line(record);
      if (batch.length < 65_536) continue;
      encoder.encode(batch);
      batch = "";
    }
    encoder.encode(batch);
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

Deno.bench("1,024 records through the access log to a file", {
  group: "log",
}, async (bench) => {
  const folder = await Deno.makeTempDir();
  const log = new AccessLog({
    console: undefined,
    file: { path: `${folder}/access.log`, maxBytes: 64 << 20, keep: 1 },
    logQuery: true,
    onError: (error) => {
      throw error;
    },
  });
  await log.open();
  bench.start();
  for (const record of RECORDS) log.record(record);
  await log.flush();
  bench.end();
  await log.close();
  await Deno.remove(folder, { recursive: true });
});
