/**
 * What becomes of each rule of a set in one phase, noted while the proxy's own walk asks
 * them: a verdict for each one that is asked, and why for each one that is not.
 */

import type { Decision, Phase } from "../policy/rule.ts";
import type { RuleDescription } from "../policy/rule_description.ts";
import { isAsked, type WalkObserver } from "../proxy/rule_book.ts";
import type { RuleReply } from "../sandbox/pending_call.ts";
import type { RuleFailure } from "../sandbox/protocol.ts";
import type { LoadedRule } from "../sandbox/rule_set.ts";
import type { MadeUpJudged } from "./made_up_judged.ts";

/** What one rule made of the message. */
export interface RuleVerdict {
  readonly rule: RuleDescription;
  readonly phase: Phase;
  /** Whether it has a hook for this phase. */
  readonly hasHook: boolean;
  /** Whether it was asked. */
  readonly isAsked: boolean;
  /** Why, or why not. */
  readonly why: string;
  readonly decisions: readonly Decision[];
  /** How its hook failed. */
  readonly failure?: string;
  /** How long the hook took. */
  readonly ms: number;
  /** The lines that it logged. */
  readonly logs: readonly string[];
}

/** A decision that took effect, and whose it was. */
export interface Effect {
  readonly rule: string;
  readonly decision: Decision;
}

/** The verdicts of a phase. */
export class Verdicts implements WalkObserver {
  /** In the order of the rules; those are here that the walk has passed. */
  readonly all: RuleVerdict[] = [];
  /** In the order in which they took effect. */
  readonly effects: Effect[] = [];
  readonly #rules: readonly LoadedRule[];
  readonly #judged: MadeUpJudged;
  /** Why the rule matches that is being asked. */
  #why = "";

  constructor(rules: readonly LoadedRule[], judged: MadeUpJudged) {
    this.#rules = rules;
    this.#judged = judged;
  }

  matched(rule: LoadedRule): void {
    // The message is still what it was when the walk passed those before.
    this.#passUntil(this.#rules.indexOf(rule));
    this.#why = rule.matcher.explain(this.#judged.subject);
  }

  overflowed({ description }: LoadedRule): void {
    const why = this.#judged.overflowText(description);
    if (description.needs?.onOverflow !== "block") {
      return this.#note(description, { why });
    }
    const decisions: Decision[] = [{ action: "block", reason: why }];
    this.#note(description, { isAsked: true, why, decisions });
  }

  replied(
    { description }: LoadedRule,
    { decisions, ms, logs }: RuleReply,
  ): void {
    this.#note(description, {
      isAsked: true,
      why: this.#why,
      decisions,
      ms,
      logs: logs.map(({ message }) => message),
    });
  }

  failed(_rule: LoadedRule, { message }: RuleFailure): void {
    // What failed has replied just now.
    const verdict = this.all.pop();
    if (verdict !== undefined) this.all.push({ ...verdict, failure: message });
  }

  acted({ description }: LoadedRule, decision: Decision): void {
    this.effects.push({ rule: description.name, decision });
  }

  /**
   * The walk is over.
   *
   * @param endedBy The name of the rule after which none was asked; undefined when all were.
   */
  finish(endedBy: string | undefined): void {
    this.#passUntil(
      this.#rules.length,
      endedBy && `${endedBy} has ended the phase`,
    );
  }

  /** Notes of the rules up to there that they were not asked, and why. */
  #passUntil(end: number, why?: string): void {
    for (let at = this.all.length; at < end; at++) {
      const rule = this.#rules[at]!;
      this.#note(rule.description, { why: why ?? this.#whyNot(rule) });
    }
  }

  #whyNot({ description, matcher }: LoadedRule): string {
    const { phase, subject } = this.#judged;
    if (description.mode === "off") return "the rule is off";
    if (!isAsked(description, phase)) return `no ${phase} hook`;
    return matcher.explain(subject);
  }

  #note(
    rule: RuleDescription,
    known: Partial<RuleVerdict> & Pick<RuleVerdict, "why">,
  ): void {
    const { phase } = this.#judged;
    this.all.push({
      rule,
      phase,
      hasHook: isAsked(rule, phase),
      isAsked: false,
      decisions: [],
      ms: 0,
      logs: [],
      ...known,
    });
  }
}
