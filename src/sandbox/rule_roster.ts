/**
 * What a host knows of its rules: their names, hooks and times, and which ones are set
 * aside, since they hung or ended hosts too often.
 */

import type { Phase } from "../policy/rule.ts";
import { PendingCall } from "./pending_call.ts";
import type { RuleCall } from "./protocol.ts";
import type { HostParts } from "./rule_host.ts";

/** What a host is told of its rules. */
export interface HostRule {
  readonly name: string;
  readonly hooks: readonly Phase[];
  readonly timeoutMs: number;
  /** Under what its strikes are counted. */
  readonly strikeKey: string;
}

/** How many hosts may end over a call before it is given up. */
const MAX_LOSSES = 4;

/** Why a rule that is set aside has no opinion. */
export const ASIDE =
  "is set aside until its file changes: it hung or ended the rule host three times within a minute";

/** The rules of a host, by their places in the set. */
export class RuleRoster {
  readonly #parts: Pick<HostParts, "strikes" | "events">;
  #rules: readonly HostRule[] = [];

  constructor(parts: Pick<HostParts, "strikes" | "events">) {
    this.#parts = parts;
  }

  /** Says what the rules are. */
  use(rules: readonly HostRule[]): void {
    this.#rules = rules;
  }

  /** The rule's name; undefined where there is no such rule. */
  nameOf(index: number): string | undefined {
    return this.#rules[index]?.name;
  }

  isSetAside(index: number): boolean {
    const key = this.#rules[index]?.strikeKey;
    return key !== undefined && this.#parts.strikes.isSetAside(key);
  }

  /** Counts against a rule that it hung or ended a host. */
  strike(index: number, why: string): void {
    const { strikes, events } = this.#parts;
    const rule = this.#rules[index];
    if (rule === undefined) return;
    events.lost(rule.name, why);
    if (strikes.add(rule.strikeKey)) events.setAside(rule.name);
  }

  /** Of the calls that a host left, those that may be asked again. The others fail. */
  survivorsOf(calls: readonly PendingCall[]): PendingCall[] {
    return calls.filter((pending) => {
      pending.rewind();
      if (++pending.losses > MAX_LOSSES) {
        pending.fail("unavailable", "the rule host ended again and again");
      } else if (this.isSetAside(pending.call.rule)) {
        pending.fail("aside", ASIDE);
      } else return true;
      return false;
    });
  }

  /**
   * A call of the rule, which nobody is asked yet.
   *
   * @throws {RangeError} for a rule that is not in the set.
   */
  callOf(call: RuleCall): PendingCall {
    const rule = this.#rules[call.rule];
    if (rule === undefined) throw new RangeError(`No rule ${call.rule}`);
    const hook = call.phase === "connect" && !rule.hooks.includes("connect")
      ? "request"
      : call.phase;
    return new PendingCall(call, hook, rule.timeoutMs);
  }
}
