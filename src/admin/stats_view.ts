/**
 * What the statistics page shows at one moment, and where that comes from: all sources are
 * asked at once.
 */

import type { StoredRecord } from "../log/record_line.ts";
import type { RecordQuery } from "../log/record_query.ts";
import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import type { Capacity } from "./capacity.ts";
import type { RulesInForce } from "./rules_in_force.ts";
import { choiceTest, isNarrow, type StatsChoice } from "./stats_choice.ts";

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

/** What is the same for all readers at one moment. */
export interface CommonView {
  readonly snapshot: StatsSnapshot;
  readonly rules: RulesInForce | undefined;
  readonly capacity: readonly Capacity[];
}

/** All that one reader sees. */
export interface StatsView extends CommonView {
  readonly choice: StatsChoice;
  /** Those that fit the choice, the newest first. */
  readonly recent: readonly StoredRecord[];
}

/** How many recent exchanges are shown. */
export const SHOWN_RECORDS = 50;

/** How many are looked at for those that fit a filter: what is in memory, not in the store. */
export const SCANNED_RECORDS = 1_000;

/** Looks at what is the same for all. */
export function commonView(sources: StatsSources): CommonView {
  const { statistics, rules, capacity } = sources;
  return { snapshot: statistics.snapshot(), rules, capacity: capacity() };
}

/** Looks at everything. A store of records that fails leaves the others to be shown. */
export async function statsView(
  sources: StatsSources,
  choice: StatsChoice,
): Promise<StatsView> {
  const recent = await recentRecords(sources.recent, choice);
  return { ...commonView(sources), choice, recent };
}

/** The records that fit a choice, the newest first. */
export async function recentRecords(
  recent: RecentFeed,
  choice: StatsChoice,
): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  const fits = choiceTest(choice);
  const scanned = isNarrow(choice) ? SCANNED_RECORDS : SHOWN_RECORDS;
  const query = choice.outcome === "" ? {} : { outcomes: [choice.outcome] };
  const bounds = { limit: scanned, maxScanned: scanned };
  try {
    for await (const record of recent.search(query, bounds)) {
      if (fits(record)) records.push(record);
      if (records.length === SHOWN_RECORDS) break;
    }
  } catch {
    // Whoever opened the store is told of it by the records themselves.
  }
  return records;
}
