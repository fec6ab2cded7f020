/**
 * What each rule and list did: calls, decisions by action, errors and time, from
 * the decisions in the records of exchanges. Rules that decided longest ago are
 * forgotten past 1,000. Knows nothing of the rules in force.
 */

import { LRUCache } from "lru-cache";
import type { DecisionRecord } from "../log/record.ts";
import { type Action, SHAPES } from "../policy/decision_shapes.ts";
import { bucketOf, Histogram } from "./histogram.ts";
import { isCount, type KeptPart, type KeptValue, member } from "./kept_json.ts";
import type { RuleCounts, RuleStats } from "./stats_snapshot.ts";

/** Everything that a rule can decide: the keys of the contract's table are its actions. */
const ACTIONS = Object.keys(SHAPES) as Action[];

/** The action by which a record tells that a rule failed. */
const ERROR = "error";
const MAX_RULES = 1_000;
const MAX_NAME_CHARS = 255;
const MAX_MESSAGE_CHARS = 500;

const ACTION_PLACES: ReadonlyMap<string, number> = new Map(
  ACTIONS.map((action, place) => [action, place]),
);
const CALLS = 0;
const ERRORS = 1;
const ACTED = 2;
const REPORTED = ACTED + ACTIONS.length;
/** What a column is kept as. */
const COLUMNS: readonly string[] = [
  "calls",
  "errors",
  ...ACTIONS.map((action) => `acted ${action}`),
  ...ACTIONS.map((action) => `reported ${action}`),
];

interface LastError {
  readonly message: string;
  readonly timeMs: number;
}

/** What one rule did. */
class RuleTotal {
  readonly counts = new Float64Array(COLUMNS.length);
  readonly times = new Histogram();
  /** What of the counts is of earlier runs. */
  readonly countsBefore = new Float64Array(COLUMNS.length);
  /** The time of this run alone. */
  runMs = 0;
  lastError: LastError | undefined;
  isChanged = true;
}

/** Counts decisions by rule. */
export class RuleTotals implements KeptPart {
  readonly #rules: LRUCache<string, RuleTotal>;
  readonly #forgotten = new Set<string>();

  /** @param maxRules How many rules are counted. Default: 1000. */
  constructor(maxRules: number = MAX_RULES) {
    this.#rules = new LRUCache({
      max: maxRules,
      dispose: (_total, name, reason) => {
        if (reason === "evict") this.#forget(name);
      },
    });
  }

  /**
   * Counts the decisions of one exchange.
   *
   * @param nowMs The time of an error among them, in ms since the epoch.
   */
  count(decisions: readonly DecisionRecord[], nowMs: number): void {
    let last: DecisionRecord | undefined;
    for (const decision of decisions) {
      const total = this.#totalOf(decision.rule);
      // Only the first decision of a call has the call's time.
      const isSameCall = decision.ms === 0 && last?.rule === decision.rule &&
        last.phase === decision.phase;
      if (!isSameCall) countCall(total, decision.ms);
      countDecision(total, decision, nowMs);
      total.isChanged = true;
      last = decision;
    }
  }

  /** Counts a call that ended without an opinion. */
  countSilent(rule: string, ms: number): void {
    const total = this.#totalOf(rule);
    countCall(total, ms);
    total.isChanged = true;
  }

  /** In the order of their names. */
  snapshot(): RuleStats[] {
    return [...this.#rules.entries()]
      .map(([name, total]) => ruleStats(name, total))
      .sort((a, b) => a.name < b.name ? -1 : 1);
  }

  changes(): KeptValue[] {
    const values: KeptValue[] = [];
    for (const name of this.#forgotten) {
      if (!this.#rules.has(name)) {
        values.push({ key: [name], value: undefined });
      }
    }
    this.#forgotten.clear();
    for (const [name, total] of this.#rules.entries()) {
      if (!total.isChanged) continue;
      total.isChanged = false;
      const { times, lastError } = total;
      const counts = namedCounts(total.counts);
      values.push({ key: [name], value: { counts, times, lastError } });
    }
    return values;
  }

  changeAll(): void {
    for (const total of this.#rules.values()) total.isChanged = true;
  }

  restore(kept: readonly KeptValue[]): void {
    for (const { key: [name], value } of kept) {
      if (typeof name !== "string" || !member(value, "counts")) continue;
      const isRoom = this.#rules.has(name) ||
        this.#rules.size < this.#rules.max;
      if (isRoom) restoreTotal(this.#totalOf(name), value);
      else this.#forget(name);
    }
  }

  /** One that is not noted for lack of room is met again by the next `restore`. */
  #forget(name: string): void {
    if (this.#forgotten.size < MAX_RULES) this.#forgotten.add(name);
  }

  #totalOf(rule: string): RuleTotal {
    const name = rule.length > MAX_NAME_CHARS
      ? rule.slice(0, MAX_NAME_CHARS)
      : rule;
    let total = this.#rules.get(name);
    if (total === undefined) {
      total = new RuleTotal();
      this.#rules.set(name, total);
    }
    return total;
  }
}

function countCall(total: RuleTotal, ms: number): void {
  const tookMs = Math.max(0, ms);
  total.counts[CALLS]!++;
  total.times.add(bucketOf(tookMs), tookMs);
  total.runMs += tookMs;
}

function countDecision(
  total: RuleTotal,
  { action, reason, report }: DecisionRecord,
  nowMs: number,
): void {
  if (action === ERROR) {
    total.counts[ERRORS]!++;
    const message = reason.slice(0, MAX_MESSAGE_CHARS);
    total.lastError = { message, timeMs: nowMs };
    return;
  }
  const place = ACTION_PLACES.get(action);
  if (place !== undefined) {
    total.counts[(report ? REPORTED : ACTED) + place]!++;
  }
}

/** The counts that are not zero, by the names of their columns. */
function namedCounts(counts: Float64Array): Record<string, number> {
  const entries = COLUMNS.map((name, i) => [name, counts[i]!] as const);
  return Object.fromEntries(entries.filter(([, count]) => count > 0));
}

/** Adds what was kept to what was counted meanwhile. */
function restoreTotal(total: RuleTotal, kept: unknown): void {
  const counts = member(kept, "counts");
  COLUMNS.forEach((name, column) => {
    const count = member(counts, name);
    if (!isCount(count)) return;
    total.counts[column]! += count;
    total.countsBefore[column]! += count;
  });
  total.times.restore(member(kept, "times"));
  const lastError = member(kept, "lastError");
  const [message, timeMs] = [
    member(lastError, "message"),
    member(lastError, "timeMs"),
  ];
  if (typeof message === "string" && isCount(timeMs)) {
    total.lastError ??= { message, timeMs };
  }
}

function ruleStats(name: string, total: RuleTotal): RuleStats {
  const { counts, countsBefore, times, runMs, lastError } = total;
  const run = counts.map((count, i) => count - countsBefore[i]!);
  return {
    name,
    run: ruleCounts(run, runMs),
    total: ruleCounts(counts, times.sumMs),
    p50Ms: times.percentile(0.5) ?? null,
    p99Ms: times.percentile(0.99) ?? null,
    lastError: lastError ?? null,
  };
}

function ruleCounts(counts: Float64Array, totalMs: number): RuleCounts {
  const byAction = (start: number) =>
    // A key for each action: that is what ACTIONS holds.
    Object.fromEntries(
      ACTIONS.map((action, i) => [action, counts[start + i]!]),
    ) as Record<Action, number>;
  return {
    calls: counts[CALLS]!,
    errors: counts[ERRORS]!,
    totalMs,
    decisions: byAction(ACTED),
    reported: byAction(REPORTED),
  };
}
