/**
 * What an operator can ask of the rules and do to them: what is in force and what it did,
 * the text that it was made of, and a mode other than its file says, in force at once for
 * what comes from then on. Files are not changed here.
 */

import type { RuleDescription } from "../policy/rule_description.ts";
import {
  type RuleBook,
  type RuleModes,
  withModes,
} from "../proxy/rule_book.ts";
import type { ModuleSource, RuleProblem } from "../sandbox/protocol.ts";
import type { LoadedRule, RuleSet } from "../sandbox/rule_set.ts";
import type { RuleStats } from "../stats/stats_snapshot.ts";
import type { RulesInForce } from "./rules_in_force.ts";
import { MAX_SWITCHED, type RuleMode } from "./rules_modes.ts";

/** The sets that are loaded: what the desk needs of RuleSets. */
export interface LoadedSets {
  readonly current: Pick<RuleSet, "rules" | "broken" | "modules" | "version">;
  readonly refused: readonly RuleProblem[];
  reload(): Promise<void>;
}

/** What the desk works with. */
export interface RulesDeskParts {
  readonly sets: LoadedSets;
  /** In force; the desk sets its modes. */
  readonly book: Pick<RuleBook, "modes">;
  /** Keeps a mode, or forgets it. May reject. */
  readonly keep: (name: string, mode: RuleMode | undefined) => Promise<void>;
  /** What each rule did. Default: nobody counts it. */
  readonly statistics?: (() => readonly RuleStats[]) | undefined;
}

/** A rule, as it is. */
export interface RuleView {
  readonly description: RuleDescription;
  /** What its file says, and what it was switched to; undefined: nothing else. */
  readonly fileMode: RuleMode;
  readonly switchedTo: RuleMode | undefined;
  readonly isSetAside: boolean;
  /** Undefined before it has decided anything; null when nobody counts. */
  readonly stats: RuleStats | null | undefined;
}

/** All rules, as they are. */
export interface RulesView {
  /** In the order in which they run. */
  readonly rules: readonly RuleView[];
  readonly version: string;
  readonly broken: readonly RuleProblem[];
  readonly refused: readonly RuleProblem[];
  /** Modes of rules that there are none of (any more), by their names. */
  readonly leftOver: RuleModes;
}

/** The operator's view of the rules. */
export class RulesDesk {
  readonly #parts: RulesDeskParts;

  constructor(parts: RulesDeskParts) {
    this.#parts = parts;
  }

  view(): RulesView {
    const { sets: { current, refused } } = this.#parts;
    const rules = this.#rules();
    const names = new Set(rules.map(({ description: { name } }) => name));
    const leftOver = [...this.#modes].filter(([name]) => !names.has(name));
    return {
      rules,
      version: current.version,
      broken: current.broken,
      refused,
      leftOver: new Map(leftOver),
    };
  }

  /** A rule by its name. */
  get(name: string): RuleView | undefined {
    return this.#rules().find(({ description }) => description.name === name);
  }

  /** The text that a rule's file had when it was loaded. */
  sourceOf({ description: { file } }: RuleView): string | undefined {
    const ending = `/${encodeURIComponent(file)}`;
    return this.#parts.sets.current.modules.find(({ url }: ModuleSource) =>
      url.split(/[?#]/)[0]!.endsWith(ending)
    )?.text;
  }

  /**
   * Switches a rule to a mode, or back to what its file says.
   *
   * @returns Whether there is such a rule, or something to switch back.
   * @throws {Error} When the store does not keep it, or too many are switched: then nothing
   * has changed.
   */
  async switch(name: string, mode: RuleMode | undefined): Promise<boolean> {
    const before = this.#modes;
    const rule = this.get(name);
    if (rule === undefined && !before.has(name)) return false;
    // A rule that is gone can only be forgotten.
    const kept = rule === undefined || mode === rule.fileMode
      ? undefined
      : mode;
    if (
      kept !== undefined && !before.has(name) && before.size >= MAX_SWITCHED
    ) {
      throw new Error(
        `Cannot switch the rule "${name}": ${MAX_SWITCHED} are switched already`,
      );
    }
    await this.#parts.keep(name, kept);
    const modes = new Map(this.#modes);
    if (kept === undefined) modes.delete(name);
    else modes.set(name, kept);
    this.#parts.book.modes = modes;
    return true;
  }

  /** Loads the folder anew. Broken rules are refused, see `view().refused`. */
  async reload(): Promise<void> {
    await this.#parts.sets.reload();
  }

  get #modes(): RuleModes {
    return this.#parts.book.modes;
  }

  #rules(): RuleView[] {
    const { sets, statistics } = this.#parts;
    const counted = statistics &&
      new Map(statistics().map((each) => [each.name, each]));
    return sets.current.rules.map((rule) =>
      this.#ruleView(
        rule,
        counted === undefined ? null : counted.get(rule.description.name),
      )
    );
  }

  #ruleView(
    { description, isSetAside }: LoadedRule,
    stats: RuleView["stats"],
  ): RuleView {
    const { mode, name } = description;
    const switchedTo = this.#modes.get(name);
    return {
      description: { ...description, mode: switchedTo ?? mode },
      fileMode: mode,
      switchedTo,
      isSetAside,
      stats,
    };
  }
}

/** The rules as they are in force, with the modes that they were switched to. */
export function rulesInForce(
  sets: Pick<LoadedSets, "current" | "refused">,
  book: Pick<RuleBook, "modes">,
): RulesInForce {
  return {
    get current() {
      const { rules, broken } = sets.current;
      return { broken, rules: withModes(rules, book.modes) };
    },
    get refused() {
      return sets.refused;
    },
    get switched() {
      const { rules } = sets.current;
      return rules.map(({ description: { name } }) => name)
        .filter((name) => book.modes.has(name));
    },
  };
}
