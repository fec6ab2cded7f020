/** The rules as pages see them: what is loaded, left out, refused and set aside. Types only. */

import type { RuleDescription } from "../policy/rule_description.ts";
import type { RulesStatus } from "./rules_banner.ts";

/** A rule of the set in force. */
export interface RuleInForce {
  readonly description: Pick<
    RuleDescription,
    "name" | "file" | "mode" | "onError" | "description"
  >;
  /** True while it is not asked, since it hung or crashed too often. */
  readonly isSetAside: boolean;
}

/** How the rules are at this moment. */
export interface RulesInForce extends RulesStatus {
  readonly current: Pick<RulesStatus["current"], "broken"> & {
    /** In the order in which they run. */
    readonly rules: readonly RuleInForce[];
  };
}
