/**
 * What statistics make of an outcome: the group that it is shown in, what took
 * its time, and whether the cache saved its body.
 */

import { type Outcome, OUTCOMES } from "../log/record.ts";

/** Groups of outcomes, as series show them. */
export const OUTCOME_GROUPS = [
  /** From the cache: hit, stale, revalidated. */
  "cached",
  /** From the origin: miss, bypass. */
  "fetched",
  /** tunnel, intercepted. */
  "tunnelled",
  /** By the proxy or a rule: answered, redirected. */
  "answered",
  /** blocked, limited, denied. */
  "refused",
  /** error. */
  "failed",
] as const;

/** A group of outcomes. */
export type OutcomeGroup = typeof OUTCOME_GROUPS[number];

/** What took the time of an exchange. The duration of a tunnel is no latency. */
export const LATENCY_SOURCES = [
  "cache",
  "origin",
  "proxy",
  "error",
  "tunnel",
] as const;

/** What took the time of an exchange. */
export type LatencySource = typeof LATENCY_SOURCES[number];

/** What is counted of an exchange by its outcome. Places are those in the lists above. */
export interface OutcomeTraits {
  readonly outcome: number;
  readonly group: number;
  readonly source: number;
  readonly isCached: boolean;
  readonly isTunnel: boolean;
  readonly isBlocked: boolean;
}

const GROUP_OF: Readonly<Record<Outcome, OutcomeGroup>> = {
  hit: "cached",
  stale: "cached",
  revalidated: "cached",
  miss: "fetched",
  bypass: "fetched",
  tunnel: "tunnelled",
  intercepted: "tunnelled",
  answered: "answered",
  redirected: "answered",
  blocked: "refused",
  limited: "refused",
  denied: "refused",
  error: "failed",
};

const SOURCE_OF: Readonly<Record<OutcomeGroup, LatencySource>> = {
  cached: "cache",
  fetched: "origin",
  tunnelled: "tunnel",
  answered: "proxy",
  refused: "proxy",
  failed: "error",
};

/** The traits of every outcome. */
export const OUTCOME_TRAITS: ReadonlyMap<string, OutcomeTraits> = new Map(
  OUTCOMES.map((outcome) => [outcome, traitsOf(outcome)]),
);

function traitsOf(outcome: Outcome): OutcomeTraits {
  const group = GROUP_OF[outcome];
  return {
    outcome: OUTCOMES.indexOf(outcome),
    group: OUTCOME_GROUPS.indexOf(group),
    source: LATENCY_SOURCES.indexOf(SOURCE_OF[group]),
    isCached: group === "cached",
    isTunnel: group === "tunnelled",
    isBlocked: outcome === "blocked",
  };
}
