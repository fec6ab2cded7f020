/**
 * How full the parts of a proxy are and what they have lost, for whoever watches it by its
 * metrics. Values are read when somebody asks; how they are shown is not known here.
 */

import process from "node:process";
import { areRulesDegraded } from "../admin/rules_banner.ts";
import type { RulesInForce } from "../admin/rules_in_force.ts";
import type { CacheUsage } from "../cache/cache_store.ts";
import type { AccessLog, LogUsage } from "../log/access_log.ts";
import type { RecentRecords, RecordsUsage } from "../log/recent_records.ts";
import type { List } from "../policy/lists/list.ts";
import type { ListBook } from "../proxy/list_book.ts";
import type { Limits } from "../proxy/services.ts";
import type {
  CacheStats,
  ListStats,
  LogStats,
  PartsStats,
  ProcessStats,
  RecordsStats,
  RuleSetStats,
} from "../stats/parts_stats.ts";

/** What is looked at; of a proxy's `Services` this much. */
export interface Counted {
  readonly services: {
    readonly limits: Pick<Limits, "maxConnections">;
    readonly caching:
      | { readonly store: { readonly usage: CacheUsage } }
      | undefined;
    readonly lists: Pick<ListBook, "current">;
  };
  readonly log: Pick<AccessLog, "usage">;
  readonly records: Pick<RecentRecords, "usage">;
  /** Undefined: rules are off. */
  readonly rules: RulesInForce | undefined;
}

/** All parts. */
export function proxyParts(
  { services: { limits, caching, lists }, log, records, rules }: Counted,
): PartsStats {
  return {
    process: processStats(),
    maxClientConnections: limits.maxConnections,
    cache: caching === undefined ? null : cacheStats(caching.store.usage),
    lists: lists.current.all.map(listStats),
    rules: rules === undefined ? null : ruleSetStats(rules),
    records: recordsStats(records.usage),
    log: log.usage.map(logStats),
  };
}

function processStats(): ProcessStats {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    residentBytes: rss,
    heapBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
  };
}

function cacheStats({ memory, kv }: CacheUsage): CacheStats {
  return { memory, kv: kv ?? null };
}

function listStats(
  { source: { name, kind }, index }: List,
): ListStats {
  return { name, kind, entries: index.size };
}

function ruleSetStats(rules: RulesInForce): RuleSetStats {
  const { current, refused } = rules;
  const setAside = current.rules.filter(({ isSetAside }) => isSetAside).length;
  return {
    inForce: current.rules.length - setAside,
    setAside,
    broken: current.broken.length,
    refused: refused.length,
    isDegraded: areRulesDegraded(rules),
  };
}

function recordsStats(
  { heldRecords, storedRecords, skipped, lost }: RecordsUsage,
): RecordsStats {
  return { held: heldRecords, stored: storedRecords, skipped, lost };
}

function logStats(
  { target, pendingBytes, droppedLines, failedRotations }: LogUsage,
): LogStats {
  return { target, pendingBytes, droppedLines, failedRotations };
}
