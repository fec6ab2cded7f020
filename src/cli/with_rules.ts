/**
 * A rules folder for a command that does not serve: loaded once, as a proxy with the same
 * options would. What rules remember is kept in memory and forgotten, so that a look at
 * rules changes nothing.
 */

import { OptionError, resolveSettings, type Settings } from "../config.ts";
import type { RuleProblem } from "../sandbox/protocol.ts";
import {
  type RuleSet,
  type RuleSetEvents,
  RuleSets,
} from "../sandbox/rule_set.ts";
import { problemText, RuleSetError } from "../sandbox/rule_set_error.ts";
import { RuleState } from "../sandbox/rule_state.ts";
import { ruleSetOptions } from "./rule_set_options.ts";

/**
 * Loads the rules of the settings, and ends their host when `use` is done. What is wrong with
 * them is written to standard error, a line for each problem.
 *
 * @param args Options of the proxy, such as `--rules FOLDER`.
 * @returns What `use` returns: the exit code; or 1 when the rules can't be loaded.
 * @throws {OptionError} for other arguments.
 */
export async function withRules(
  args: readonly string[],
  use: (set: RuleSet, settings: Settings) => Promise<number>,
): Promise<number> {
  const { settings } = resolveSettings({
    args: [...args],
    env: Deno.env.toObject(),
    readConfigFile: (path) => Deno.readTextFileSync(path),
    isTerminal: Deno.stdout.isTerminal(),
  });
  const folder = settings.rulesPath ?? "off";
  try {
    await checkFolder(settings.rulesPath);
    return await withSet(folder, settings, (set) => use(set, settings));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof OptionError) throw error;
    console.error(failureText(folder, error));
    return 1;
  }
}

async function withSet(
  folder: string,
  settings: Settings,
  use: (set: RuleSet) => Promise<number>,
): Promise<number> {
  const kv = await Deno.openKv(":memory:");
  try {
    const parts = { state: new RuleState(kv), events: EVENTS };
    const options = { ...ruleSetOptions(settings), watch: false };
    const sets = await RuleSets.open(folder, parts, options);
    try {
      for (const problem of sets.current.broken) sayLeftOut(problem);
      return await use(sets.current);
    } finally {
      await sets.close();
    }
  } finally {
    kv.close();
  }
}

const EVENTS: RuleSetEvents = {
  log: (rule, { message }) => console.error(`${rule ?? "a rule"}: ${message}`),
  lost: (rule, why) =>
    console.error(
      rule === undefined
        ? `The process that runs the rules was lost, through no rule in particular (${why}).`
        : `The rule ${rule} failed the process that runs it: ${why}.`,
    ),
  complaint: (line) => console.error(line),
  // One look is too short for a rule to be set aside, and nothing is watched.
  setAside: () => undefined,
  changed: () => undefined,
  refused: () => undefined,
};

function sayLeftOut(problem: RuleProblem): void {
  console.error(`left out: ${problemText(problem)}`);
}

/** To the proxy a missing folder means no rules; to who asks about it, a mistake. */
async function checkFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) throw new Error("rules are off");
  const { isDirectory } = await Deno.stat(folder);
  if (!isDirectory) throw new Error("it is no folder");
}

function failureText(folder: string, error: Error): string {
  if (error instanceof RuleSetError) {
    const { problems } = error;
    const files = new Set(problems.map(({ file }) => file)).size;
    const count = files === 1 ? "1 file is" : `${files} files are`;
    return [...problems.map(problemText), `${count} broken.`].join("\n");
  }
  const why = error instanceof Deno.errors.NotFound
    ? "there is none. Name another with --rules, or make one with init."
    : error.message;
  return `sluice: Cannot load the rules folder "${folder}": ${why}`;
}
