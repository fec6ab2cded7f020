/**
 * A process that keeps records until it is killed: `deno run -A` with the path
 * of the store. Its records have ids from 0 on; it prints how many are stored.
 */

import { RecentRecords } from "../../src/log/recent_records.ts";
import { sampleRecord } from "./sample_record.ts";

if (import.meta.main) await keepRecords(Deno.args[0] ?? "");

async function keepRecords(path: string): Promise<void> {
  const kv = await Deno.openKv(path);
  const records = await RecentRecords.open({
    kv,
    logQuery: true,
    onError: (message) => console.error(message),
    storeDelayMs: 20,
  });
  for (let id = 0;;) {
    for (let at = 0; at < 10; at++) {
      records.add(sampleRecord({ id: `${id++}` }));
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
    const { storedRecords, skipped } = records.usage;
    console.log(`${storedRecords} ${skipped}`);
  }
}
