/**
 * The statistics as a plain value: what pages, JSON and metrics are made of.
 * Everything in it is JSON; times are in ms, `null` is a number that there is
 * none of. Types only.
 */

import type { Outcome } from "../log/record.ts";
import type { Action } from "../policy/decision_shapes.ts";
import type { LatencySource, OutcomeGroup } from "./outcome_traits.ts";
import type { PartsStats } from "./parts_stats.ts";
import type { BACKGROUND_ENDS, METHODS, STATUS_CLASSES } from "./traffic.ts";

/** All statistics at one time. */
export interface StatsSnapshot {
  /** The program's version. */
  readonly version: string;
  /** When it was taken, and when this run began, in ms since the epoch. */
  readonly timeMs: number;
  readonly startMs: number;
  readonly uptimeSeconds: number;
  /** What there is right now. */
  readonly gauges: Gauges;
  /** `null` where nobody tells. */
  readonly parts: PartsStats | null;
  /** Of this run; `null` where nobody tells. */
  readonly interception: InterceptionStats | null;
  /** Of this run. */
  readonly run: TrafficStats;
  /** Of this run and of earlier ones since `sinceMs`. */
  readonly total: TrafficStats;
  readonly sinceMs: number;
  /** In the order of their names. */
  readonly rules: readonly RuleStats[];
  readonly top: TopStats;
  /** The last day by minutes and the last 31 days by hours (UTC). */
  readonly minutes: SeriesStats;
  readonly hours: SeriesStats;
  readonly persistence: PersistenceStats;
}

/** What is counted elsewhere, at the time of the snapshot. */
export interface Gauges {
  readonly clientConnections: number;
  readonly tunnels: number;
  readonly upstreamConnections: number;
}

/** TLS that was ended here, or should have been. */
export interface InterceptionStats {
  /** Handshakes with clients that were done, a tunnel each. */
  readonly intercepted: number;
  /** Those that were not, by whose fault; `origin`: with origins, for `https:` URLs. */
  readonly failedHandshakes: Readonly<
    Record<"client" | "origin" | "proxy", number>
  >;
  /** How often a client did not take our certificate, in the handshake or after it. */
  readonly refusals: number;
  /** The clients that are left alone with a host for it, now. */
  readonly refusing: {
    readonly count: number;
    readonly most: number;
    /** The latest first, at most 100. */
    readonly latest: readonly {
      /** The client's address. */
      readonly client: string;
      readonly host: string;
      readonly reason: string;
      /** In ms since the epoch. */
      readonly untilMs: number;
    }[];
  };
  /** Our certificates; `null` before the first is wanted. */
  readonly leaves: {
    readonly cached: number;
    readonly most: number;
    readonly made: number;
    /** How often one was there already. */
    readonly hits: number;
  } | null;
}

/** Counters of exchanges. */
export interface TrafficStats {
  readonly requests: number;
  /** hit, stale and revalidated, of these and miss and bypass. */
  readonly hitRatio: number | null;
  readonly outcomes: Readonly<Record<Outcome, number>>;
  readonly statusClasses: Readonly<
    Record<typeof STATUS_CLASSES[number], number>
  >;
  readonly methods: Readonly<Record<typeof METHODS[number], number>>;
  /** From and to clients, heads included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of bodies that the cache answered with. */
  readonly bytesSaved: number;
  /** Fetches for the cache that no client waited for; they are no requests. */
  readonly background: Readonly<Record<typeof BACKGROUND_ENDS[number], number>>;
  /** From the request to the end of the answer. `all` is all but `tunnel`. */
  readonly latency: Readonly<Record<LatencySource | "all", Latency>>;
}

/**
 * How long exchanges took. Percentiles are off by 1/64 at most (below 1/8 ms by
 * 1/512 ms); what took longer than 4.66 hours counts in them as that.
 */
export interface Latency {
  readonly count: number;
  readonly sumMs: number;
  readonly p50Ms: number | null;
  readonly p90Ms: number | null;
  readonly p99Ms: number | null;
  /** Exact counts of what took less than a bound, each with all below it. */
  readonly buckets: readonly {
    readonly belowMs: number;
    readonly count: number;
  }[];
}

/** One rule or list that decided something. */
export interface RuleStats {
  readonly name: string;
  readonly run: RuleCounts;
  readonly total: RuleCounts;
  /** The time of a call, of all runs. As precise as a `Latency`. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly lastError: {
    readonly message: string;
    /** When it was recorded, in ms since the epoch. */
    readonly timeMs: number;
  } | null;
}

/** What a rule did. */
export interface RuleCounts {
  /** How often it was asked, whatever came of it. */
  readonly calls: number;
  readonly errors: number;
  readonly totalMs: number;
  /** Decisions that were acted on. */
  readonly decisions: Readonly<Record<Action, number>>;
  /** Decisions in report mode. */
  readonly reported: Readonly<Record<Action, number>>;
}

/** Who or what came most often in the last 12 to 24 hours. */
export interface TopStats {
  /** When counting began, in ms since the epoch: nothing before it counts. */
  readonly sinceMs: number;
  readonly hosts: TopList;
  readonly clients: TopList;
  /** Of exchanges with the outcome `blocked`: the hosts, and why. */
  readonly blockedHosts: TopList;
  readonly blockedReasons: TopList;
}

/** The most frequent names. */
export interface TopList {
  /** The most frequent first, at most 100. */
  readonly entries: readonly TopEntry[];
  /** Any name that is not in the list came so often at most. */
  readonly mostUnlisted: number;
}

/** One of the most frequent names. */
export interface TopEntry {
  readonly name: string;
  /** Never too small, and too large by `error` at most. */
  readonly count: number;
  readonly error: number;
  /** Bytes to clients, never too large. */
  readonly bytesOut: number;
}

/**
 * Points at equal distances, a column for each number, the oldest first. In a
 * time in which no proxy ran, every column has `null`: a gap, not a zero.
 */
export interface SeriesStats extends
  Readonly<
    Record<OutcomeGroup, readonly (number | null)[]>
  > {
  /** When the first point begins, in ms since the epoch; the last one has not ended. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly bytesIn: readonly (number | null)[];
  readonly bytesOut: readonly (number | null)[];
  readonly bytesSaved: readonly (number | null)[];
  /** Of all but tunnels. */
  readonly p50Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  /** cached, of cached and fetched. */
  readonly hitRatio: readonly (number | null)[];
}

/** Whether the statistics outlive the process. */
export interface PersistenceStats {
  /** `loading`: what was kept could not be read yet, and nothing is written. */
  readonly state: "off" | "loading" | "saving" | "failing";
  /** In ms since the epoch. */
  readonly savedMs: number | null;
  /** Why it fails. */
  readonly error: string | null;
}
