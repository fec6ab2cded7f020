/**
 * The arguments of a command line as values by name, as minimist reads them.
 * parseArgs of node:util can't stand in: it converts no numbers, and knows no
 * dotted names, no flags that take a value only if one follows, and no value
 * for what it is not told of.
 */

import { ArgumentReader } from "./argument_reader.ts";
import { FlagTable } from "./flag_table.ts";
import { ParsedValues } from "./parsed_values.ts";
import type { Args, ParseOptions, Values } from "./parse_options.ts";

export type { Args, ParseOptions };

/**
 * Gives the values of a command line's flags by name, and the other arguments
 * at `_`.
 *
 * A flag is `--name`, `--name=value`, `--name value`, `-n`, `-n value`,
 * `-nvalue` where the value is a number or starts with a sign, or a letter of
 * a group `-abc`. Undeclared flags take what follows for their value unless it
 * starts with a hyphen. Values that look like numbers are numbers, save those
 * of `string` flags. Of values that come again the last counts, save those of
 * `collect`. A name with dots, `--a.b`, sets a value in a record.
 *
 * @param args The arguments, as `Deno.args` has them.
 * @throws {TypeError} If an alias is undefined, or a dotted name leads through
 * a value that is no record.
 *
 * @example
 * ```ts
 * const options = { string: ["host"], boolean: ["help"] } as const;
 * parseArgs(["--host", "::1", "rules"], options);
 * // { host: "::1", help: false, _: ["rules"] }
 * ```
 */
export function parseArgs<
  TArgs extends Values<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefaults,
    TAliases
  >,
  TDoubleDash extends boolean | undefined = undefined,
  TBooleans extends boolean | string | undefined = undefined,
  TStrings extends string | undefined = undefined,
  TCollectable extends string | undefined = undefined,
  TNegatable extends string | undefined = undefined,
  TDefaults extends Record<string, unknown> | undefined = undefined,
  TAliases extends
    | Partial<Record<TAliasArgNames, TAliasNames | readonly TAliasNames[]>>
    | undefined = undefined,
  TAliasArgNames extends string = string,
  TAliasNames extends string = string,
>(
  args: string[],
  options?: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefaults,
    TAliases,
    TDoubleDash
  >,
): Args<TArgs, TDoubleDash> {
  const flags = new FlagTable(options ?? {});
  const values = new ParsedValues(flags, options?.unknown ?? (() => true));
  const { before, after } = splitAtDoubleDash(args);
  new ArgumentReader(flags, values).read(before, options?.stopEarly ?? false);
  values.fill(options?.default ?? {});
  if (!options?.["--"]) values.addVerbatim(after);
  // The types say of the record what the options make of it.
  return values.finish(options?.["--"] ? after : undefined) as Args<
    TArgs,
    TDoubleDash
  >;
}

function splitAtDoubleDash(
  args: string[],
): { before: string[]; after: string[] } {
  const at = args.indexOf("--");
  if (at < 0) return { before: args, after: [] };
  return { before: args.slice(0, at), after: args.slice(at + 1) };
}
