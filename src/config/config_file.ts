/**
 * The text of a config file to option texts. It is one flat object whose keys
 * are the flags' names; JSON numbers and booleans stand in for their text
 * where the option is of that kind. Reading the file is the caller's matter.
 */

import { parseJsonc } from "./jsonc.ts";
import { nearestName } from "./nearest_name.ts";
import {
  type Given,
  type GivenValues,
  isTakenFrom,
  type Option,
} from "./option.ts";
import { OptionError } from "./option_error.ts";

/**
 * Reads the options in `text`, the contents of the config file `path`.
 *
 * @throws {OptionError} When `text` is no JSON object, a key is no option's, or
 * a value is of a type that the option does not take.
 */
export function readConfig(
  text: string,
  path: string,
  options: readonly Option[],
): GivenValues {
  const given = new Map<string, Given>();
  for (const [key, value] of Object.entries(parseObject(text, path))) {
    const where = `${JSON.stringify(key)} in ${path}`;
    const option = optionOf(key, where, options);
    const text = textOf(value, option, where);
    given.set(key, { text, where, source: "file" });
  }
  return given;
}

function parseObject(text: string, path: string): object {
  const wanted = "a JSON object, comments allowed";
  let value: unknown;
  try {
    value = parseJsonc(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const message = `${path}: Cannot read the config file: ${cause.message}`;
    throw new OptionError(
      { option: path, got: undefined, wanted, message },
      { cause },
    );
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value;
  }
  throw new OptionError({ option: path, got: JSON.stringify(value), wanted });
}

function optionOf(
  key: string,
  where: string,
  options: readonly Option[],
): Option {
  const taken = options.filter((option) => isTakenFrom(option, "file"));
  const option = taken.find(({ name }) => name === key);
  if (option !== undefined) return option;
  const names = taken.map(({ name }) => name);
  const elsewhere = options.some(({ name }) => name === key);
  const nearest = elsewhere ? undefined : nearestName(key, names);
  const problem = elsewhere
    ? "this option is taken from the command line only"
    : "there is no such option";
  const advice = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  throw new OptionError({
    option: where,
    got: key,
    wanted: nearest ?? "an option that --help lists",
    message: `${where}: ${problem}${advice}`,
  });
}

function textOf(value: unknown, option: Option, where: string): string {
  const { kind } = option;
  const text = kind.form === "list" && Array.isArray(value)
    ? listText(value)
    : scalarText(value, option);
  if (text !== undefined) return text;
  const list = kind.form === "list" ? "a list of strings: " : "";
  const got = JSON.stringify(value);
  const wanted = list + kind.wants;
  throw new OptionError({
    option: where,
    got,
    wanted,
    message: `${where}: got ${got}, wants ${wanted}`,
  });
}

function listText(values: readonly unknown[]): string | undefined {
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  return values.every(isText) ? values.join(",") : undefined;
}

function scalarText(value: unknown, { kind }: Option): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  const type: string = typeof value;
  return type === kind.literal ? String(value) : undefined;
}
