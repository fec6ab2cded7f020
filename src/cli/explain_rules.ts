/**
 * `sluice explain` for the admin pages of a proxy that runs: the rules of its folder, loaded
 * for one question into a process of their own, with nothing to remember. One question at a
 * time, and few that wait: each starts a process.
 */

import { BadInput } from "../admin/checked_input.ts";
import {
  type RuleExplain,
  RuleExplainError,
  type RuleExplanation,
  type RuleQuestion,
} from "../admin/rules_explain.ts";
import type { Settings } from "../config.ts";
import { WireError } from "../errors.ts";
import {
  connect,
  type MadeUpMessage,
  request,
  response,
  subjectFor,
} from "../policy/made_up_message.ts";
import { type RuleModes, withModes } from "../proxy/rule_book.ts";
import {
  type RuleSet,
  type RuleSetEvents,
  RuleSets,
} from "../sandbox/rule_set.ts";
import { RuleSetError } from "../sandbox/rule_set_error.ts";
import { RuleState } from "../sandbox/rule_state.ts";
import { explainedRows, walkPhases } from "./explain.ts";
import { outcomeText } from "./outcome_text.ts";
import { ruleSetOptions } from "./rule_set_options.ts";

/** How many questions wait for the one that is answered. */
const MAX_WAITING = 4;

/** What is said and what fails is in the answer, or does not matter for one question. */
const NO_EVENTS: RuleSetEvents = {
  log: () => undefined,
  lost: () => undefined,
  complaint: () => undefined,
  setAside: () => undefined,
  changed: () => undefined,
  refused: () => undefined,
};

/**
 * Answers for the rules of the settings.
 *
 * @param modes What rules are switched to, asked for each question.
 * @returns Undefined when rules are off.
 */
export function explainRules(
  settings: Settings,
  modes: () => RuleModes,
): RuleExplain | undefined {
  const { rulesPath } = settings;
  if (rulesPath === undefined) return undefined;
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (question) => {
    const message = messageOf(question);
    if (waiting > MAX_WAITING) {
      throw new RuleExplainError("too many ask at once: try again in a moment");
    }
    waiting++;
    const answer = last.then(() =>
      withFolder(rulesPath, settings, (set) => {
        const rules = withModes(set.rules, modes());
        return explainSet({ ...set, rules }, message);
      })
    );
    last = answer.catch(() => undefined);
    return await answer.finally(() => waiting--);
  };
}

function messageOf(
  { url, method, headers, client }: RuleQuestion,
): MadeUpMessage {
  const options = { headers, client: { ip: client }, time: new Date() };
  const message = method === "CONNECT"
    ? connect(url, options)
    : request(url, { ...options, method });
  try {
    subjectFor(message);
    return message;
  } catch (error) {
    if (!(error instanceof WireError || error instanceof TypeError)) {
      throw error;
    }
    const wanted = method === "CONNECT"
      ? 'a host and port such as "a.test:443"'
      : 'an absolute URL such as "http://a.test/"';
    const got = JSON.stringify(url).slice(0, 100);
    throw new BadInput("url", `got ${got}, wants ${wanted}`);
  }
}

async function explainSet(
  set: RuleSet,
  message: MadeUpMessage,
): Promise<RuleExplanation> {
  const walks = await walkPhases(set, message, (to) => response(to));
  const rows = explainedRows(walks).map((cells) => {
    const [phase = "", rule = "", matched = "", verdict = "", ms = ""] = cells;
    const reason = cells[5] ?? "";
    return { phase, rule, matched: matched === "yes", verdict, ms, reason };
  });
  return { rows, outcome: outcomeText(walks) };
}

async function withFolder<T>(
  folder: string,
  settings: Settings,
  use: (set: RuleSet) => Promise<T>,
): Promise<T> {
  const kv = await Deno.openKv(":memory:");
  try {
    const parts = { state: new RuleState(kv), events: NO_EVENTS };
    const options = {
      ...ruleSetOptions(settings),
      skipBroken: true,
      watch: false,
    };
    const sets = await RuleSets.open(folder, parts, options);
    try {
      return await use(sets.current);
    } finally {
      await sets.close();
    }
  } catch (error) {
    if (!(error instanceof RuleSetError)) throw error;
    throw new RuleExplainError(error.message, { cause: error });
  } finally {
    kv.close();
  }
}
