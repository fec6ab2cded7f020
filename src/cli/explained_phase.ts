/**
 * Has the proxy's own walk ask the rules of a set about a made-up message, one phase at a
 * time, and looks on. Nothing is sent anywhere.
 */

import { ProxyError } from "../errors.ts";
import type { MadeUpMessage } from "../policy/made_up_message.ts";
import type { Decision } from "../policy/rule.ts";
import { Exchange } from "../proxy/exchange.ts";
import type { Ending } from "../proxy/rule_answer.ts";
import { firstMatch, PhaseRules, RuleBook } from "../proxy/rule_book.ts";
import { walkRules } from "../proxy/rule_walk.ts";
import type { RuleSet } from "../sandbox/rule_set.ts";
import { MadeUpJudged } from "./made_up_judged.ts";
import { type Effect, type RuleVerdict, Verdicts } from "./verdicts.ts";

/** What ended a phase: a rule's decision, or its failure. */
export interface PhaseEnd {
  readonly rule: string;
  readonly decision?: Decision | Ending["decision"];
  readonly failure?: string;
}

/** One phase with all rules. */
export interface PhaseExplained {
  readonly verdicts: readonly RuleVerdict[];
  /** The message as the rules leave it. */
  readonly message: MadeUpMessage;
  /** Undefined when the message goes its way. */
  readonly end: PhaseEnd | undefined;
  /** Decisions that took effect without ending the phase. */
  readonly effects: readonly Effect[];
}

/** What is said and what fails is in the verdicts. */
const NO_LOG = { said: () => undefined, failed: () => undefined };

/** Walks through all rules in the message's phase. */
export async function explainPhase(
  set: RuleSet,
  message: MadeUpMessage,
): Promise<PhaseExplained> {
  const judged = new MadeUpJudged(message);
  const verdicts = new Verdicts(set.rules, judged);
  const book = new RuleBook({ current: set }, NO_LOG, verdicts);
  const end = await walk(set, judged, book, verdicts);
  verdicts.finish(end?.rule);
  const { all, effects } = verdicts;
  return {
    verdicts: all,
    message: judged.message,
    end,
    effects: effects.filter(({ decision }) => decision !== end?.decision),
  };
}

async function walk(
  set: RuleSet,
  judged: MadeUpJudged,
  book: RuleBook,
  { all, effects }: Verdicts,
): Promise<PhaseEnd | undefined> {
  const rules = new PhaseRules(set);
  const first = firstMatch(rules[judged.phase], judged.subject);
  if (first < 0) return undefined;
  const exchange = new Exchange(judged.message.id, judged.message.client);
  try {
    const ending = await walkRules(exchange, rules, first, judged, book);
    const last = effects.at(-1);
    if (ending !== undefined) return endingOf(ending, last);
    return last?.decision.action === "allow" ? last : undefined;
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    const { failure = exchange.reason } = all.at(-1) ?? {};
    return { rule: exchange.rule, failure };
  }
}

/** A rule's own decision where it has ended the phase, and the walk's where that was for a body too long. */
function endingOf({ rule, decision }: Ending, last?: Effect): PhaseEnd {
  const isLast = last?.rule === rule &&
    last.decision.action === decision.action;
  return isLast ? last : { rule, decision };
}
