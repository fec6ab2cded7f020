/** Rule sets as values, with a host that is a function. */

import { compileMatch } from "../../src/policy/matcher.ts";
import type { Decision, Match } from "../../src/policy/rule.ts";
import type { RuleDescription } from "../../src/policy/rule_description.ts";
import { PendingCall, type RuleReply } from "../../src/sandbox/pending_call.ts";
import type { RuleCall } from "../../src/sandbox/protocol.ts";
import type { RuleSet } from "../../src/sandbox/load_rule_set.ts";

/** What a rule says that gives no answer. */
export const NEVER: Partial<RuleReply> = {};

/** What a rule of a test is like, and what it says. */
export interface MadeUpRule extends Partial<RuleDescription> {
  readonly match?: Match;
  readonly says?: (call: RuleCall) => Decision[] | Partial<RuleReply>;
}

/** A set of these rules, named by their place: `r0`, `r1`. */
export function ruleSetOf(...rules: MadeUpRule[]): RuleSet {
  const begin = (call: RuleCall) => {
    const pending = new PendingCall(call, call.phase, 1_000);
    const said = rules[call.rule]?.says?.(call) ?? [];
    const reply = Array.isArray(said) ? { decisions: said } : said;
    if (said !== NEVER) {
      pending.settle(
        { decisions: [], ms: 1, logs: [], ...reply },
        performance.now(),
      );
    }
    return pending;
  };
  return {
    version: "0123456789ab",
    broken: [],
    modules: [],
    // The proxy only asks.
    host: { begin } as unknown as RuleSet["host"],
    rules: rules.map(({ says: _, ...rule }, index) => ({
      index,
      isSetAside: false,
      matcher: compileMatch(rule.match),
      description: {
        name: `r${index}`,
        file: `r${index}.ts`,
        mode: "enforce",
        onError: "block",
        hooks: ["request"],
        ...rule,
      },
    })),
  };
}
