/** Statistics for the tests of pages: what a proxy has after the given exchanges. */

import type { RulesInForce } from "../../src/admin/rules_in_force.ts";
import type { StatsChoice } from "../../src/admin/stats_choice.ts";
import type { RecentFeed, StatsSources } from "../../src/admin/stats_view.ts";
import type { ExchangeRecord } from "../../src/log/record.ts";
import type { StoredRecord } from "../../src/log/record_line.ts";
import type {
  Gauges,
  InterceptionStats,
} from "../../src/stats/stats_snapshot.ts";
import { Statistics } from "../../src/stats/statistics.ts";
import { sampleRecord } from "../log/sample_record.ts";
import { storedSample } from "../log/stored_sample.ts";

/** The choice of who has chosen nothing. */
export const EVERYTHING: StatsChoice = { range: "hour", text: "", outcome: "" };

/** When everything happens, in ms since the epoch. */
export const SAMPLE_MS = Date.UTC(2026, 0, 31, 8, 15, 30);

/** A rule as a set in force has it. */
export function sampleRule(
  name: string,
  changes: { mode?: "enforce" | "report" | "off"; isSetAside?: boolean } = {},
): RulesInForce["current"]["rules"][number] {
  const { mode = "enforce", isSetAside = false } = changes;
  const file = `10_${name}.ts`;
  return { description: { name, file, mode, onError: "block" }, isSetAside };
}

/** Sources that a test can add exchanges to. */
export class SampleStats implements StatsSources, RecentFeed {
  readonly gauges: Gauges = {
    clientConnections: 4,
    tunnels: 2,
    upstreamConnections: 3,
  };
  interception: InterceptionStats | null = null;
  readonly statistics: Statistics;
  readonly recent = this;
  /** The newest first. */
  readonly records: StoredRecord[] = [];
  nowMs = SAMPLE_MS;
  rules: RulesInForce | undefined;
  /** How often somebody has looked. */
  looks = 0;

  constructor(...exchanges: Partial<ExchangeRecord>[]) {
    this.statistics = new Statistics({
      version: "1.2.3",
      gauges: () => this.gauges,
      interception: () => this.interception,
      clock: () => this.nowMs,
      steadyClock: () => this.nowMs - SAMPLE_MS,
    });
    exchanges.forEach((exchange) => this.add(exchange));
  }

  add(exchange: Partial<ExchangeRecord>): void {
    const changes = { timeMs: this.nowMs, ...exchange };
    this.statistics.record(sampleRecord(changes));
    this.records.unshift(storedSample(changes));
  }

  readonly capacity = () => {
    this.looks++;
    return [{
      name: "Cache in memory",
      used: 512,
      most: 1024,
      unit: "bytes" as const,
      note: "1 entry",
    }];
  };

  async *search(
    _query: unknown,
    { limit }: { readonly limit: number },
  ): AsyncGenerator<StoredRecord> {
    yield* this.records.slice(0, limit);
  }

  get(id: string): Promise<StoredRecord | undefined> {
    return Promise.resolve(this.records.find((record) => record.id === id));
  }
}
