import { assertEquals } from "@std/assert";
import { expositionText } from "../../src/stats/exposition.ts";
import { partsMetrics } from "../../src/stats/parts_metrics.ts";
import type { PartsStats } from "../../src/stats/parts_stats.ts";
import { SAMPLE_PARTS } from "./sample_parts.ts";

const SAVING = { state: "saving", savedMs: 90_000, error: null } as const;

function samplesOf(
  parts: PartsStats | null,
  persistence: Parameters<typeof partsMetrics>[0]["persistence"] = SAVING,
): string[] {
  return expositionText(partsMetrics({ parts, persistence })).split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

const PERSISTENCE = [
  'sluice_statistics_persistence{state="off"} 0',
  'sluice_statistics_persistence{state="loading"} 0',
  'sluice_statistics_persistence{state="saving"} 1',
  'sluice_statistics_persistence{state="failing"} 0',
  "sluice_statistics_saved_timestamp_seconds 90",
];

Deno.test("partsMetrics() tells what is used, what there may be, and what was lost", () => {
  assertEquals(samplesOf(SAMPLE_PARTS), [
    ...PERSISTENCE,
    "process_resident_memory_bytes 1000",
    "sluice_heap_bytes 500",
    "process_cpu_seconds_total 1.5",
    "sluice_client_connections_max 4096",
    'sluice_cache_entries{tier="memory"} 1',
    'sluice_cache_entries{tier="kv"} 5',
    'sluice_cache_bytes{tier="memory"} 2',
    'sluice_cache_bytes{tier="kv"} 6',
    'sluice_cache_max_bytes{tier="memory"} 3',
    'sluice_cache_max_bytes{tier="kv"} 7',
    'sluice_cache_evictions_total{tier="memory"} 4',
    'sluice_cache_evictions_total{tier="kv"} 8',
    "sluice_cache_queued_bytes 9",
    "sluice_cache_max_queued_bytes 10",
    "sluice_cache_dropped_total 11",
    "sluice_cache_damaged_total 12",
    "sluice_cache_paused 1",
    'sluice_list_entries{list="--block",from="option"} 13',
    'sluice_list_entries{list="imported \\"x\\"",from="file"} 14',
    "sluice_rules_degraded 1",
    'sluice_rules{state="in_force"} 15',
    'sluice_rules{state="set_aside"} 1',
    'sluice_rules{state="broken"} 16',
    'sluice_rules{state="refused"} 17',
    "sluice_records_skipped_total 20",
    "sluice_records_lost_total 21",
    'sluice_log_dropped_lines_total{target="file"} 23',
  ]);
});

Deno.test("partsMetrics() leaves out parts that are not there", () => {
  assertEquals(samplesOf(null), PERSISTENCE);
  const unsaved = { state: "failing", savedMs: null, error: "x" } as const;
  assertEquals(samplesOf(null, unsaved).length, 4);
  const kvless = { ...SAMPLE_PARTS.cache!, kv: null };
  const some = samplesOf({ ...SAMPLE_PARTS, cache: kvless, rules: null });
  assertEquals(
    some.filter((line) => line.startsWith("sluice_cache")).length,
    4,
  );
  assertEquals(some.some((line) => line.startsWith("sluice_rules")), false);
  const none = samplesOf({ ...SAMPLE_PARTS, cache: null });
  assertEquals(none.some((line) => line.startsWith("sluice_cache")), false);
});
