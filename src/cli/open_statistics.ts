/**
 * Opens the statistics and the records of recent exchanges over the store, and says which
 * exchanges count and what can run full. What fails there is told to the program's log, and
 * costs no exchange.
 */

import {
  type Capacity,
  CLIENT_CONNECTIONS,
  IDLE_UPSTREAMS,
} from "../admin/capacity.ts";
import { MAX_READERS, StatsStream } from "../admin/stats_stream.ts";
import type { RulesInForce } from "../admin/rules_in_force.ts";
import type { KvUsage, TierUsage } from "../cache/tier.ts";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import { RecentRecords } from "../log/recent_records.ts";
import type { Exchange } from "../proxy/exchange.ts";
import { PAGES_HOST } from "../proxy/self.ts";
import type { Server } from "../proxy/server.ts";
import type { Services } from "../proxy/services.ts";
import type { Gauges } from "../stats/stats_snapshot.ts";
import { Statistics } from "../stats/statistics.ts";
import { VERSION } from "./version.ts";

/** How many idle connections to origins there may be. */
export const MAX_IDLE_UPSTREAMS = 1024;
/** What the records of recent exchanges may take in memory, in bytes. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** What is looked at to tell what there is right now. */
export interface Watched {
  readonly server: Server;
  readonly services: Services;
}

/** What statistics are kept in and made of. */
export interface StatisticsParts {
  /** The caller's to close. */
  readonly kv: Deno.Kv;
  /** Undefined: rules are off. */
  readonly rules: RulesInForce | undefined;
}

/** Statistics and records in use. */
export interface OpenStatistics {
  readonly records: RecentRecords;
  readonly stream: StatsStream;
  /** Counts an exchange that is over, and keeps its record. */
  record(exchange: Exchange): void;
  /** Says what gauges are read from; until then they are 0. */
  watch(watched: Watched): void;
  /** Ends the pages' streams, which would hold up a drain. */
  endStreams(): void;
  /** Keeps what is still to be kept. Before the store is closed. */
  close(): Promise<void>;
}

/** Opens both. Does not reject: what can't be read is tried again, or begins anew. */
export async function openStatistics(
  { logQuery }: Pick<Settings, "logQuery">,
  { kv, rules }: StatisticsParts,
): Promise<OpenStatistics> {
  const logger = programLogger("statistics");
  let watched: Watched | undefined;
  const statistics = new Statistics({
    version: VERSION,
    gauges: () => gaugesOf(watched),
    kv,
    onError: ({ message: error }) =>
      logger.error(
        "The statistics can't be kept: {error}. They go on in memory, and keeping them is tried again.",
        { error },
      ),
  });
  await statistics.open();
  const records = await RecentRecords.open({
    kv,
    logQuery,
    maxHeldBytes: MAX_HELD_BYTES,
    onError: (error) => logger.error("{error}", { error }),
  });
  const stream: StatsStream = new StatsStream({
    statistics,
    recent: records,
    rules,
    capacity,
  });
  function capacity(): Capacity[] {
    return [
      ...(watched === undefined ? [] : capacitiesOf(watched)),
      recordsCapacity(records),
      count("Open statistics pages", stream.readers, MAX_READERS),
    ];
  }
  return {
    records,
    stream,
    record: (exchange) => {
      // Who looks at the statistics would change them by looking.
      if (exchange.targetHost === PAGES_HOST) return;
      statistics.record(exchange);
      records.add(exchange);
    },
    watch: (now) => {
      watched = now;
      now.services.rules.observer = {
        // A call that ended with a decision comes with its exchange.
        replied: ({ description: { name } }, { decisions, ms }) => {
          if (decisions.length === 0) statistics.ruleWasSilent(name, ms);
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

function capacitiesOf(
  { server, services: { limits, pool, caching } }: Watched,
): Capacity[] {
  return [
    count(
      CLIENT_CONNECTIONS,
      server.connections,
      limits.maxConnections,
      `at most ${limits.maxConnectionsPerClient} of one client`,
    ),
    count(IDLE_UPSTREAMS, pool.size, MAX_IDLE_UPSTREAMS),
    ...(caching === undefined ? [] : cacheCapacities(caching)),
  ];
}

function recordsCapacity({ usage }: RecentRecords): Capacity {
  const { heldRecords, heldBytes, skipped, lost } = usage;
  const note = `${heldRecords} records, ${skipped} skipped, ${lost} lost`;
  return bytes("Recent exchanges in memory", heldBytes, MAX_HELD_BYTES, note);
}

function cacheCapacities(
  { store, fetches }: NonNullable<Services["caching"]>,
): Capacity[] {
  const { memory, kv } = store.usage;
  return [
    bytes("Cache in memory", memory.bytes, memory.maxBytes, tierNote(memory)),
    ...(kv === undefined ? [] : [
      bytes("Cache on disk", kv.bytes, kv.maxBytes, kvNote(kv)),
      bytes("Cache waiting for the disk", kv.queuedBytes, kv.maxQueuedBytes),
    ]),
    bytes(
      "Answers on their way into the cache",
      fetches.budget.bytes,
      fetches.budget.maxBytes,
    ),
  ];
}

function tierNote({ entries, evictions }: TierUsage): string {
  return `${entries} entries, ${evictions} evicted`;
}

function kvNote(usage: KvUsage): string {
  const state = usage.isPaused ? ", paused" : usage.isLoaded ? "" : ", loading";
  return `${
    tierNote(usage)
  }, ${usage.dropped} not kept, ${usage.damaged} damaged${state}`;
}

function count(
  name: string,
  used: number,
  most: number,
  note?: string,
): Capacity {
  return { name, used, most, unit: "count", note };
}

function bytes(
  name: string,
  used: number,
  most: number,
  note?: string,
): Capacity {
  return { name, used, most, unit: "bytes", note };
}
