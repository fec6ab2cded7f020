/**
 * Which command the arguments name, and what is left for it. Options are not
 * judged here, save those that turn any command into help or version.
 */

import { nearestName } from "../config/nearest_name.ts";
import { OptionError } from "../config/option_error.ts";
import { oneOf } from "../config/kind.ts";

/** The commands, in the order in which messages name them. */
export const COMMANDS = [
  "run",
  "init",
  "check",
  "explain",
  "ca",
  "cache",
  "demo",
  "help",
  "version",
] as const;

/** The command by which a compiled program runs rules in a process of their own. It is in no message. */
export const HIDDEN_COMMAND = "__rule-host";

/** The name of a command. */
export type CommandName = typeof COMMANDS[number] | typeof HIDDEN_COMMAND;

/** A command and its arguments. */
export interface Command {
  readonly command: CommandName;
  readonly args: string[];
}

/**
 * Splits `argv` into a command and its arguments. Without a command it is
 * `run`; `--help`, `-h`, `--version` and `-V` before a `--` win over it.
 *
 * @throws {OptionError} When the first argument is a word but no command.
 *
 * @example
 * ```ts
 * import { parseCommand } from "./command.ts";
 * parseCommand(["--port", "3128"]); // run, with both
 * ```
 */
export function parseCommand(argv: readonly string[]): Command {
  const [first] = argv;
  const isNamed = first !== undefined && !/^-./s.test(first);
  const command = isNamed ? commandOf(first) : "run";
  const args = argv.slice(isNamed ? 1 : 0);
  const asked = askedInstead(args);
  return asked === undefined ? { command, args } : { command: asked, args: [] };
}

function commandOf(word: string): CommandName {
  if (word === HIDDEN_COMMAND) return word;
  const command = COMMANDS.find((name) => name === word);
  if (command !== undefined) return command;
  const wanted = oneOf(COMMANDS);
  // Any short word is but two letters away from the shortest command.
  const nearest = nearestName(word, COMMANDS.filter((name) => name !== "ca"));
  throw new OptionError({
    option: "command",
    got: word,
    wanted,
    hint: nearest === undefined ? undefined : `did you mean ${nearest}?`,
  });
}

/** A flag's value never starts with a dash, so these are always flags. */
function askedInstead(args: readonly string[]): CommandName | undefined {
  const end = args.indexOf("--");
  for (const arg of args.slice(0, end === -1 ? args.length : end)) {
    if (arg === "-h" || arg === "--help") return "help";
    if (arg === "-V" || arg === "--version") return "version";
    const [, option, got] = /^(--help|--version)=(.*)$/s.exec(arg) ?? [];
    if (option !== undefined && got !== undefined) {
      throw new OptionError({ option, got, wanted: "no value" });
    }
  }
  return undefined;
}
