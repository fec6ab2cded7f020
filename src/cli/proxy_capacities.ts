/**
 * What of a proxy can run full: how much of it is used, and how much there may be. Values are
 * read when somebody asks; what shows them is not known here.
 */

import {
  type Capacity,
  CLIENT_CONNECTIONS,
  IDLE_UPSTREAMS,
} from "../admin/capacity.ts";
import { MAX_READERS, type StatsStream } from "../admin/stats_stream.ts";
import type { KvUsage, TierUsage } from "../cache/tier.ts";
import type { AccessLog, LogUsage } from "../log/access_log.ts";
import type { RecentRecords } from "../log/recent_records.ts";
import { MAX_REFUSALS } from "../proxy/certificate_refusals.ts";
import type { Server } from "../proxy/server.ts";
import type { Services } from "../proxy/services.ts";

/** How many idle connections to origins there may be. */
export const MAX_IDLE_UPSTREAMS = 1024;
/** What the records of recent exchanges may take in memory, in bytes. */
export const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** What is looked at to tell what there is right now. */
export interface Watched {
  readonly server: Server;
  readonly services: Services;
}

/** What has bounds, as far as it is there. */
export interface Bounded {
  /** Undefined before the proxy serves. */
  readonly watched: Watched | undefined;
  readonly log: Pick<AccessLog, "usage">;
  /** Undefined without statistics; so is the next. */
  readonly records: Pick<RecentRecords, "usage"> | undefined;
  readonly stream: Pick<StatsStream, "readers"> | undefined;
}

/** All that is there. */
export function proxyCapacities(
  { watched, log, records, stream }: Bounded,
): Capacity[] {
  return [
    ...(watched === undefined ? [] : servingCapacities(watched)),
    ...log.usage.map(logCapacity),
    ...(records === undefined ? [] : [recordsCapacity(records)]),
    ...(stream === undefined
      ? []
      : [count("Open statistics pages", stream.readers, MAX_READERS)]),
  ];
}

function servingCapacities(
  { server, services }: Watched,
): Capacity[] {
  const { limits, pool, rules, caching, interception } = services;
  return [
    count(
      CLIENT_CONNECTIONS,
      server.connections,
      limits.maxConnections,
      `at most ${limits.maxConnectionsPerClient} of one client`,
    ),
    count(IDLE_UPSTREAMS, pool.size, MAX_IDLE_UPSTREAMS),
    bytes("Bodies held for rules", rules.bodies.bytes, rules.bodies.maxBytes),
    ...interceptionCapacities(interception),
    ...(caching === undefined ? [] : cacheCapacities(caching)),
  ];
}

function logCapacity(usage: LogUsage): Capacity {
  const { target, pendingBytes, maxPendingBytes } = usage;
  const { droppedLines, failedRotations } = usage;
  const dropped = `${droppedLines} records dropped`;
  const note = failedRotations === 0
    ? dropped
    : `${dropped}, ${failedRotations} rotations failed`;
  return bytes(`Access log, ${target}`, pendingBytes, maxPendingBytes, note);
}

function recordsCapacity({ usage }: Pick<RecentRecords, "usage">): Capacity {
  const { heldRecords, heldBytes, skipped, lost } = usage;
  const note = `${heldRecords} records, ${skipped} skipped, ${lost} lost`;
  return bytes("Recent exchanges in memory", heldBytes, MAX_HELD_BYTES, note);
}

function interceptionCapacities(
  { leafUsage, refusals }: Services["interception"],
): Capacity[] {
  if (leafUsage === undefined) return [];
  const { cached, most, made } = leafUsage;
  return [
    count("Certificates", cached, most, `${made} made`),
    count("Refused certificates", refusals.size, MAX_REFUSALS),
  ];
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
