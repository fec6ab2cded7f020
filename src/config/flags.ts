/**
 * Command-line flags to option texts: which flag was written, and with what.
 * What a text means is for the option's kind; commands are cut off before.
 */

import { parseArgs } from "@std/cli/parse-args";
import { nearestName } from "./nearest_name.ts";
import { type Given, type GivenValues, type Option } from "./option.ts";
import { OptionError } from "./option_error.ts";

/**
 * Reads `args` as flags of `options`.
 *
 * A value that starts with `-` has to be joined by `=`. The texts of a repeated
 * list flag are joined by commas.
 *
 * @throws {OptionError} For an unknown flag, a flag without its value, a flag
 * written twice that takes one value, and an argument that is no flag.
 */
export function readFlags(
  args: readonly string[],
  options: readonly Option[],
): GivenValues {
  const plain = args.map((arg) => plainFlag(arg, options));
  const written = writtenOptions(args, options);
  const strays = unknownFlags(args, options);
  const texts = parseTexts(plain, options, strays);
  const given = new Map<string, Given>();
  for (const option of written) {
    const text = flagText(option, texts[option.name]);
    given.set(option.name, { text, where: flag(option), source: "flag" });
  }
  refuseStrays(strays, options);
  return given;
}

function parseTexts(
  args: string[],
  options: readonly Option[],
  strays: string[],
): Record<string, unknown> {
  const switches = options.filter(isSwitch);
  const valued = options.filter((option) => !isSwitch(option));
  const aliases = options.map(({ name, short }) =>
    [name, [joinedName(name), ...(short === undefined ? [] : [short])]] as const
  );
  const parsed = parseArgs(args, {
    // As strings, so that nothing is turned into a number.
    string: [...valued.map(({ name }) => name), "_"],
    boolean: switches.map(({ name }) => name),
    negatable: options.filter((option) => option.isNegatable)
      .map(({ name }) => name),
    collect: valued.filter(isList).map(({ name }) => name),
    alias: Object.fromEntries(aliases),
    "--": false,
    unknown: (arg) => {
      strays.push(arg);
      return false;
    },
  });
  // What follows a "--" is not told as unknown.
  strays.push(...parsed._.map(String));
  return parsed;
}

/**
 * Rewrites the forms that the parser would take for something else:
 * `--no-proxy=x` for a negated `proxy`, `--open=off` for a true `open`,
 * `--port=` for a flag of that name.
 */
function plainFlag(arg: string, options: readonly Option[]): string {
  const [, name, text] = /^--([^=]+)=(.*)$/s.exec(arg) ?? [];
  if (name === undefined || text === undefined) return arg;
  refuseNegatedValue(name, text, options);
  const option = options.find((option) => option.name === name);
  if (option === undefined) return arg;
  if (text === "") throw valueError(option, "");
  const value = isSwitch(option) ? option.kind.read(text, flag(option)) : text;
  return `--${joinedName(name)}=${value}`;
}

/** The name to the parser of what is joined to its value: one that begins with no "no-". */
function joinedName(name: string): string {
  return `joined-${name}`;
}

function refuseNegatedValue(
  name: string,
  text: string,
  options: readonly Option[],
): void {
  if (!options.some((option) => isNegation(name, option))) return;
  throw new OptionError({
    option: `--${name}`,
    got: text,
    wanted: "no value",
  });
}

/** The options whose flags are in `args`; no value can start with a dash. */
function writtenOptions(
  args: readonly string[],
  options: readonly Option[],
): Set<Option> {
  const written = new Set<Option>();
  for (const arg of args) {
    const option = options.find((option) => isFlagOf(arg, option));
    if (option === undefined) continue;
    if (written.has(option) && !isList(option)) throw twiceError(option);
    written.add(option);
  }
  return written;
}

/** Clusters such as `-hV` and long forms of letters such as `--h` included. */
function unknownFlags(
  args: readonly string[],
  options: readonly Option[],
): string[] {
  return args.filter((arg) =>
    /^-./s.test(arg) && arg !== "--" &&
    !options.some((option) => isFlagOf(arg, option))
  );
}

function isFlagOf(arg: string, option: Option): boolean {
  if (option.short !== undefined && arg === `-${option.short}`) return true;
  const name = /^--([^=]+)/.exec(arg)?.[1];
  return name !== undefined &&
    (name === option.name || isNegation(name, option));
}

function isNegation(name: string, option: Option): boolean {
  return option.isNegatable === true && name === `no-${option.name}`;
}

function isSwitch(option: Option): boolean {
  return option.kind.form === "switch";
}

function isList(option: Option): boolean {
  return option.kind.form === "list";
}

function flag(option: Option): string {
  return `--${option.name}`;
}

function flagText(option: Option, value: unknown): string {
  const texts = (Array.isArray(value) ? value : [value]).map(String);
  if (texts.includes("")) throw valueError(option, undefined);
  return texts.join(",");
}

function valueError(option: Option, got: string | undefined): OptionError {
  const hint = got === undefined && !isSwitch(option)
    ? `a value that starts with "-" is written ${flag(option)}=VALUE`
    : undefined;
  const wanted = option.kind.wants;
  return new OptionError({ option: flag(option), got, wanted, hint });
}

function twiceError(option: Option): OptionError {
  return new OptionError({
    option: flag(option),
    got: "two values",
    wanted: "one value",
    message: `${flag(option)}: got it twice, wants it once: ${
      isSwitch(option) ? "on or off" : option.kind.wants
    }`,
  });
}

function refuseStrays(
  strays: readonly string[],
  options: readonly Option[],
): void {
  const [stray] = strays;
  if (stray === undefined) return;
  throw /^-./s.test(stray)
    ? unknownFlagError(stray, options)
    : strayError(stray);
}

function unknownFlagError(
  arg: string,
  options: readonly Option[],
): OptionError {
  const written = arg.replace(/=.*$/s, "");
  const name = written.replace(/^-+/, "");
  const nearest = nearestName(name, options.flatMap(flagNames));
  const wanted = nearest === undefined
    ? "an option that --help lists"
    : `--${nearest}`;
  const advice = nearest === undefined
    ? "--help lists the options"
    : `did you mean --${nearest}?`;
  return new OptionError({
    option: written,
    got: written,
    wanted,
    message: `${printable(written)}: there is no such option; ${advice}`,
  });
}

function strayError(arg: string): OptionError {
  const got = JSON.stringify(arg);
  return new OptionError({
    option: arg,
    got: arg,
    wanted: "options, which start with --",
    message: `${got}: got an argument that belongs to no option, ` +
      "wants options, which start with --",
  });
}

function flagNames({ name, isNegatable }: Option): string[] {
  return isNegatable ? [name, `no-${name}`] : [name];
}

/** An argument as a message can show it: quoted when it has odd characters. */
function printable(arg: string): string {
  return /^[\x21-\x7e]+$/.test(arg) ? arg : JSON.stringify(arg);
}
