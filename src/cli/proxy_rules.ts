/**
 * Opens what rules need: their folder, watched, and the store of their state. What goes on
 * with rules is told to the program's log.
 */

import { Trouble } from "../cache/trouble.ts";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import { RuleBook, type RuleLog } from "../proxy/rule_book.ts";
import type { RuleProblem } from "../sandbox/protocol.ts";
import {
  type RuleSet,
  type RuleSetEvents,
  RuleSets,
} from "../sandbox/rule_set.ts";
import { problemText, RuleSetError } from "../sandbox/rule_set_error.ts";
import { RuleState } from "../sandbox/rule_state.ts";
import { sweepStaleMarks } from "../sandbox/stale_marks.ts";
import { StateSweep } from "../sandbox/state_sweep.ts";
import { ruleSetOptions } from "./rule_set_options.ts";

/** Rules in force, and all that they hold open. */
export interface OpenRules {
  readonly book: RuleBook;
  /** Undefined when rules are off. */
  readonly sets: RuleSets | undefined;
  /** Ends the rules' processes. */
  close(): Promise<void>;
}

/**
 * Opens the rules folder of the settings; what rules remember is in `kv`.
 *
 * @throws {Error} naming every broken file, unless `--skip-broken-rules` is set.
 */
export async function openRules(
  settings: Settings,
  kv: Deno.Kv,
): Promise<OpenRules> {
  const { rulesPath } = settings;
  if (rulesPath === undefined) {
    const book = new RuleBook(undefined, ruleLog());
    return { book, sets: undefined, close: () => Promise.resolve() };
  }
  sweepStaleMarks();
  const state = new RuleState(kv, { storeFailed: storeFailed(settings) });
  const sets = await openSets(rulesPath, state, settings);
  sayAtStart(rulesPath, sets.current);
  const book = new RuleBook(sets, ruleLog());
  const sweep = startSweep(kv, settings);
  const close = async () => {
    await sweep.close();
    await sets.close();
  };
  return { book, sets, close };
}

function startSweep(kv: Deno.Kv, { kvPath: path }: Settings): StateSweep {
  const logger = programLogger("rules");
  const trouble = new Trouble(
    (message) => logger.error("{message}", { message }),
    (reason) =>
      `Cannot take what has expired out of the rules' state in ${path}: ${reason}. Rules don't see it any more, and it is tried again every minute.`,
  );
  const swept = (failure: unknown) =>
    failure === undefined ? trouble.succeeded() : trouble.failed(failure);
  const sweep = new StateSweep(kv, { swept });
  sweep.start();
  return sweep;
}

/** The proxy goes on: what fails is what rules ask of the store. */
function storeFailed({ kvPath: path }: Settings): (error: Error) => void {
  const logger = programLogger("rules");
  return ({ message: error }) =>
    logger.error(
      "The store of what rules remember, {path}, fails: {error}. Rules that use it fail with it; is the disk full, or the file gone? Repair that, or start the proxy with another by --kv.",
      { path, error },
    );
}

async function openSets(
  rulesPath: string,
  state: RuleState,
  settings: Settings,
): Promise<RuleSets> {
  try {
    const parts = { state, events: events() };
    return await RuleSets.open(rulesPath, parts, ruleSetOptions(settings));
  } catch (error) {
    if (!(error instanceof RuleSetError)) throw error;
    throw new Error(
      `Cannot load the rules in "${rulesPath}":\n${error.message}\n` +
        "Repair them, or start without them by --skip-broken-rules.",
      { cause: error },
    );
  }
}

function sayAtStart(path: string, set: RuleSet): void {
  const logger = programLogger("rules");
  if (set.version === "") {
    logger.info("no rules: there is no folder {path}", { path });
    return;
  }
  for (const problem of set.broken) {
    logger.error("left out: {problem}", { problem: problemText(problem) });
  }
  sayInForce(set);
}

function sayInForce({ rules, version }: RuleSet): void {
  const names = rules.map(({ description }) => description.name);
  programLogger("rules").info(
    "rules in force: {count} ({names}), version {version}",
    { count: rules.length, names: names.join(", "), version },
  );
}

/** What goes on with the set and its processes. */
function events(): RuleSetEvents {
  const logger = programLogger("rules");
  return {
    log: (rule, { message, fields }) =>
      logger.info("{rule} outside of a request: {message}", {
        rule: rule ?? "a rule",
        message,
        fields,
      }),
    lost: (rule, why) =>
      rule === undefined
        ? logger.error(
          "The process that runs the rules was lost, through no rule in particular ({why}). Another is started when a rule is next asked; requests that wait for it get their rules' onError if that fails.",
          { why },
        )
        : logger.error(
          "The rule {rule} failed the process that runs it: {why}. Its request gets the rule's onError, others are asked again.",
          { rule, why },
        ),
    setAside: (rule) =>
      logger.error(
        "the rule {rule} is set aside until its file changes: it hung or ended the rule host three times within a minute",
        { rule },
      ),
    complaint: (line) => logger.warn("the rule host says: {line}", { line }),
    changed: sayInForce,
    refused: sayRefused,
  };
}

function sayRefused(problems: readonly RuleProblem[]): void {
  const logger = programLogger("rules");
  for (const problem of problems) {
    logger.error("{problem}", { problem: problemText(problem) });
  }
  logger.error("the changed rules are refused: those before stay in force");
}

/** What rules say and fail of while they are asked. */
function ruleLog(): RuleLog {
  const logger = programLogger("rules");
  return {
    said: (rule, id, { message, fields }) =>
      logger.info("{rule} on {id}: {message}", { rule, id, message, fields }),
    failed: (rule, id, { message, trace }) =>
      logger.error("the rule {rule} failed on {id}: {failure}", {
        rule,
        id,
        failure: [message, ...trace].join(", "),
      }),
  };
}
