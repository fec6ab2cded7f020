/**
 * Opens the statistics and the records of recent exchanges over the store, where they are
 * wanted, and says which exchanges count. What fails there is told to the program's log, and
 * costs no exchange.
 */

import type { Capacity } from "../admin/capacity.ts";
import type { RulesInForce } from "../admin/rules_in_force.ts";
import { StatsStream } from "../admin/stats_stream.ts";
import type { Settings } from "../config.ts";
import type { AccessLog } from "../log/access_log.ts";
import { programLogger } from "../log/program_log.ts";
import { RecentRecords } from "../log/recent_records.ts";
import type { Exchange } from "../proxy/exchange.ts";
import { PAGES_HOST } from "../proxy/self.ts";
import type { Gauges, InterceptionStats } from "../stats/stats_snapshot.ts";
import { Statistics, type StatisticsOptions } from "../stats/statistics.ts";
import {
  MAX_HELD_BYTES,
  proxyCapacities,
  type Watched,
} from "./proxy_capacities.ts";
import { proxyParts } from "./proxy_parts.ts";
import { VERSION } from "./version.ts";

/** What statistics are kept in and made of. */
export interface StatisticsParts {
  /** The caller's to close. */
  readonly kv: Deno.Kv;
  /** Undefined: rules are off. */
  readonly rules: RulesInForce | undefined;
  readonly log: Pick<AccessLog, "usage">;
}

/** Statistics and records in use. */
export interface OpenStatistics {
  /** Undefined where statistics are off; so are the two below. */
  readonly records: RecentRecords | undefined;
  readonly stream: StatsStream | undefined;
  /** Counts an exchange that is over, and keeps its record. */
  readonly record: ((exchange: Exchange) => void) | undefined;
  /** What can run full; before {@link watch}, what is known of it. */
  capacity(): Capacity[];
  /** Says what is looked at; until then gauges are 0. */
  watch(watched: Watched): void;
  /** Ends the pages' streams, which would hold up a drain. */
  endStreams(): void;
  /** Keeps what is still to be kept. Before the store is closed. */
  close(): Promise<void>;
}

/** Opens both. Does not reject: what can't be read is tried again, or begins anew. */
export async function openStatistics(
  { statistics: isOn, logQuery }: Pick<Settings, "statistics" | "logQuery">,
  parts: StatisticsParts,
): Promise<OpenStatistics> {
  let watched: Watched | undefined;
  const { log } = parts;
  if (!isOn) {
    return {
      records: undefined,
      stream: undefined,
      record: undefined,
      capacity: () =>
        proxyCapacities({
          watched,
          log,
          records: undefined,
          stream: undefined,
        }),
      watch: (now) => watched = now,
      endStreams: () => undefined,
      close: () => Promise.resolve(),
    };
  }
  const records = await openRecords(parts, logQuery);
  const statistics = await openCounts(parts, {
    gauges: () => gaugesOf(watched),
    interception: () => interceptionOf(watched),
    parts: () =>
      watched === undefined
        ? null
        : proxyParts({ ...parts, records, services: watched.services }),
  });
  const stream: StatsStream = new StatsStream({
    statistics,
    recent: records,
    rules: parts.rules,
    capacity,
  });
  function capacity(): Capacity[] {
    return proxyCapacities({ watched, log, records, stream });
  }
  return {
    records,
    stream,
    record: (exchange) => {
      // Who looks at the statistics would change them by looking.
      if (exchange.targetHost === PAGES_HOST) return;
      if (exchange.isBehind) statistics.recordBehind(exchange);
      else statistics.record(exchange);
      records.add(exchange);
    },
    capacity,
    watch: (now) => {
      watched = now;
      now.services.rules.observer = {
        // A call that ended with a decision or a failure comes with its exchange.
        replied: ({ description: { name } }, { decisions, error, ms }) => {
          const isSilent = decisions.length === 0 && error === undefined;
          if (isSilent) statistics.ruleWasSilent(name, ms);
        },
      };
    },
    endStreams: () => stream.close(),
    close: async () => {
      await records.close();
      await statistics.close();
    },
  };
}

async function openCounts(
  { kv }: StatisticsParts,
  told: Pick<StatisticsOptions, "gauges" | "interception" | "parts">,
): Promise<Statistics> {
  const logger = programLogger("statistics");
  const statistics = new Statistics({
    ...told,
    version: VERSION,
    kv,
    onError: ({ message: error }) =>
      logger.error(
        "The statistics can't be kept: {error}. They go on in memory, and keeping them is tried again.",
        { error },
      ),
  });
  await statistics.open();
  return statistics;
}

async function openRecords(
  { kv }: StatisticsParts,
  logQuery: boolean,
): Promise<RecentRecords> {
  const logger = programLogger("statistics");
  return await RecentRecords.open({
    kv,
    logQuery,
    maxHeldBytes: MAX_HELD_BYTES,
    onError: (error) => logger.error("{error}", { error }),
  });
}

function interceptionOf(
  watched: Watched | undefined,
): InterceptionStats | null {
  if (watched === undefined) return null;
  const { interception, dialer } = watched.services;
  return interception.stats(dialer.failedHandshakes);
}

function gaugesOf(watched: Watched | undefined): Gauges {
  if (watched === undefined) {
    return { clientConnections: 0, tunnels: 0, upstreamConnections: 0 };
  }
  const { server: { connections }, services: { deadlines, tunnels } } = watched;
  return {
    clientConnections: connections,
    tunnels: tunnels.open,
    // What has a deadline is a client's connection, one to an origin, or a dial on its way there.
    upstreamConnections: Math.max(0, deadlines.size - connections),
  };
}
