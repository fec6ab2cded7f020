/**
 * The arguments of a command taken apart: what stands alone, options of the command's own,
 * and options of the proxy, which are left for the settings. What values mean is for others.
 */

import { OptionError } from "../config.ts";
import { ALL_OPTIONS } from "../config/options.ts";

/** What a command takes beside the proxy's options. */
export interface CommandShape {
  /** What the one argument that stands alone is called; without it there is none. */
  readonly positional?: string;
  /** Names of options that take one value. */
  readonly options?: readonly string[];
  /** Names of options that may be repeated. */
  readonly lists?: readonly string[];
}

/** What was given. */
export interface CommandArgs {
  readonly positional: string | undefined;
  /** Values of the command's own options, by name, in their order. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What is left for the settings. */
  readonly rest: readonly string[];
}

/**
 * Takes arguments apart. A value follows its option, or is joined to it by `=`; one that
 * begins with `-` has to be joined.
 *
 * @throws {OptionError} for an option without its value or given twice, and for an argument
 * too many.
 */
export function readCommandArgs(
  args: readonly string[],
  { positional: wanted, options = [], lists = [] }: CommandShape,
): CommandArgs {
  const own = [...options, ...lists];
  const values = new Map<string, string[]>();
  const rest: string[] = [];
  let positional: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, name, joined] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    if (name !== undefined && own.includes(name)) {
      const value = joined ?? followingValue(name, args[++at]);
      if (options.includes(name)) refuseSecond(name, values.get(name));
      values.set(name, [...values.get(name) ?? [], value]);
    } else if (arg.startsWith("-")) {
      rest.push(arg);
      if (joined === undefined && takesValue(name)) {
        rest.push(...args.slice(++at, at + 1));
      }
    } else if (positional === undefined && wanted !== undefined) {
      positional = arg;
    } else {
      throw strayArgument(arg, wanted);
    }
  }
  return { positional, values, rest };
}

function followingValue(name: string, value: string | undefined): string {
  if (value !== undefined && !/^-./s.test(value)) return value;
  throw new OptionError({
    option: `--${name}`,
    got: undefined,
    wanted: "a value",
    hint: `a value that starts with "-" is written --${name}=VALUE`,
  });
}

function refuseSecond(name: string, before: readonly string[] = []): void {
  if (before.length === 0) return;
  throw new OptionError({
    option: `--${name}`,
    got: "two values",
    wanted: "one value",
    message: `--${name}: got it twice, wants it once`,
  });
}

function takesValue(name: string | undefined): boolean {
  return ALL_OPTIONS.some((option) =>
    option.name === name && option.kind.form !== "switch"
  );
}

function strayArgument(arg: string, wanted: string | undefined): OptionError {
  return new OptionError({
    option: "arguments",
    got: arg,
    wanted: wanted === undefined ? "options only" : `one ${wanted}`,
  });
}
