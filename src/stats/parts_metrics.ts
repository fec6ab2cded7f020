/**
 * How full the parts of the proxy are, what they have lost and whether the statistics are kept,
 * as metrics. A list's name is a label, for there are few lists.
 */

import { counter, gauge, type Labels, type Metric } from "./exposition.ts";
import type {
  CacheStats,
  PartsStats,
  ProcessStats,
  RuleSetStats,
} from "./parts_stats.ts";
import type { PersistenceStats, StatsSnapshot } from "./stats_snapshot.ts";

const PERSISTENCE_STATES: readonly PersistenceStats["state"][] = [
  "off",
  "loading",
  "saving",
  "failing",
];

/** The metrics; of parts that nobody tells of there are none. */
export function partsMetrics(
  { parts, persistence }: Pick<StatsSnapshot, "parts" | "persistence">,
): Metric[] {
  return [
    ...persistenceMetrics(persistence),
    ...(parts === null ? [] : [
      ...processMetrics(parts.process),
      gauge(
        "sluice_client_connections_max",
        "How many connections of clients there may be.",
        parts.maxClientConnections,
      ),
      ...cacheMetrics(parts.cache),
      ...policyMetrics(parts),
      ...logMetrics(parts),
    ]),
  ];
}

function persistenceMetrics(
  { state, savedMs }: PersistenceStats,
): Metric[] {
  return [
    gauge(
      "sluice_statistics_persistence",
      "How it stands with keeping the statistics: 1 for the state that is.",
      PERSISTENCE_STATES.map((each) => ({
        labels: { state: each },
        value: Number(each === state),
      })),
    ),
    gauge(
      "sluice_statistics_saved_timestamp_seconds",
      "When the statistics were kept, in seconds since the epoch.",
      savedMs === null ? [] : savedMs / 1000,
    ),
  ];
}

function processMetrics(
  { residentBytes, heapBytes, cpuSeconds }: ProcessStats,
): Metric[] {
  return [
    gauge(
      "process_resident_memory_bytes",
      "Resident memory of the process that serves, without that of the rules.",
      residentBytes,
    ),
    gauge(
      "sluice_heap_bytes",
      "What is used of the JavaScript heap of the process that serves.",
      heapBytes,
    ),
    counter(
      "process_cpu_seconds_total",
      "User and system time of the process that serves.",
      cpuSeconds,
    ),
  ];
}

function cacheMetrics(cache: CacheStats | null): Metric[] {
  if (cache === null) return [];
  const { memory, kv } = cache;
  const tiers = [
    { labels: { tier: "memory" }, tier: memory },
    ...(kv === null ? [] : [{ labels: { tier: "kv" }, tier: kv }]),
  ];
  const ofTiers = (read: (tier: CacheStats["memory"]) => number) =>
    tiers.map(({ labels, tier }) => ({ labels, value: read(tier) }));
  return [
    gauge(
      "sluice_cache_entries",
      "Responses that are stored.",
      ofTiers(({ entries }) => entries),
    ),
    gauge(
      "sluice_cache_bytes",
      "What they take, heads and upkeep included.",
      ofTiers(({ bytes }) => bytes),
    ),
    gauge(
      "sluice_cache_max_bytes",
      "What they may take.",
      ofTiers(({ maxBytes }) => maxBytes),
    ),
    counter(
      "sluice_cache_evictions_total",
      "Responses that were dropped for room.",
      ofTiers(({ evictions }) => evictions),
    ),
    ...(kv === null ? [] : kvMetrics(kv)),
  ];
}

function kvMetrics(kv: NonNullable<CacheStats["kv"]>): Metric[] {
  return [
    gauge(
      "sluice_cache_queued_bytes",
      "Responses that wait to be written to the store.",
      kv.queuedBytes,
    ),
    gauge(
      "sluice_cache_max_queued_bytes",
      "With how much waiting no more is taken.",
      kv.maxQueuedBytes,
    ),
    counter(
      "sluice_cache_dropped_total",
      "Responses that could not be written to the store.",
      kv.dropped,
    ),
    counter(
      "sluice_cache_damaged_total",
      "Responses in the store that were found damaged, and removed.",
      kv.damaged,
    ),
    gauge(
      "sluice_cache_paused",
      "Whether nothing is written for a while, because the store fails.",
      Number(kv.isPaused),
    ),
  ];
}

function policyMetrics({ lists, rules }: PartsStats): Metric[] {
  return [
    gauge(
      "sluice_list_entries",
      "Entries of a list that is in force, and where it comes from.",
      lists.map(({ name, kind, entries }) => ({
        labels: { list: name, from: kind },
        value: entries,
      })),
    ),
    ...(rules === null ? [] : ruleSetMetrics(rules)),
  ];
}

function ruleSetMetrics(rules: RuleSetStats): Metric[] {
  const state = (name: string, value: number) => ({
    labels: { state: name } satisfies Labels,
    value,
  });
  return [
    gauge(
      "sluice_rules_degraded",
      "Whether rules of the folder are not in force.",
      Number(rules.isDegraded),
    ),
    gauge(
      "sluice_rules",
      "Rules in force and set aside; files that are left out, and problems of a change that is refused.",
      [
        state("in_force", rules.inForce),
        state("set_aside", rules.setAside),
        state("broken", rules.broken),
        state("refused", rules.refused),
      ],
    ),
  ];
}

function logMetrics({ records, log }: PartsStats): Metric[] {
  return [
    counter(
      "sluice_records_skipped_total",
      "Records of exchanges not kept, for too many came in a second.",
      records.skipped,
    ),
    counter(
      "sluice_records_lost_total",
      "Records of exchanges not kept, for the store failed.",
      records.lost,
    ),
    counter(
      "sluice_log_dropped_lines_total",
      "Lines of the access log that were not written.",
      log.map(({ target, droppedLines }) => ({
        labels: { target },
        value: droppedLines,
      })),
    ),
  ];
}
