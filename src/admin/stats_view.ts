/**
 * What the statistics page shows at one moment, and where that comes from. Types, and the
 * one function that asks all sources at once.
 */

import type { StoredRecord } from "../log/record_line.ts";
import type { RecordQuery } from "../log/record_query.ts";
import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import type { Capacity } from "./capacity.ts";
import type { RulesInForce } from "./rules_in_force.ts";

/** The records of recent exchanges: what pages need of `RecentRecords`. */
export interface RecentFeed {
  /** Newest first. */
  search(
    query: RecordQuery,
    options: { readonly limit: number; readonly maxScanned?: number },
  ): AsyncIterable<StoredRecord>;
  /** Undefined when there is none (any more). */
  get(id: string): Promise<StoredRecord | undefined>;
}

/** Where the statistics page gets what it shows. Each is asked when somebody looks. */
export interface StatsSources {
  readonly statistics: { snapshot(): StatsSnapshot };
  readonly recent: RecentFeed;
  /** Undefined: rules are off. */
  readonly rules: RulesInForce | undefined;
  readonly capacity: () => readonly Capacity[];
}

/** All at one moment. */
export interface StatsView {
  readonly snapshot: StatsSnapshot;
  /** The newest first. */
  readonly recent: readonly StoredRecord[];
  readonly rules: RulesInForce | undefined;
  readonly capacity: readonly Capacity[];
}

/** How many recent exchanges are shown. */
export const SHOWN_RECORDS = 50;

/** Looks at everything. A store of records that fails leaves the others to be shown. */
export async function statsView(sources: StatsSources): Promise<StatsView> {
  return {
    recent: await recentRecords(sources.recent),
    snapshot: sources.statistics.snapshot(),
    rules: sources.rules,
    capacity: sources.capacity(),
  };
}

async function recentRecords(recent: RecentFeed): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const bounds = { limit: SHOWN_RECORDS, maxScanned: SHOWN_RECORDS };
  try {
    for await (const record of recent.search({}, bounds)) records.push(record);
  } catch {
    // Whoever opened the store is told of it by the records themselves.
  }
  return records;
}
