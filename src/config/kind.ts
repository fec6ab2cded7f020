/**
 * The kinds of value a setting can have: how its text is read, and the words
 * that say what it takes. A kind knows nothing of flags, files or defaults.
 */

import { OptionError } from "./option_error.ts";

/** How the text of a setting becomes its value. */
export interface Kind<T> {
  /** What it takes; ends the sentence "wants …". */
  readonly wants: string;
  /** `switch`: a flag that needs no value. `list`: a flag given repeatedly. */
  readonly form: "value" | "switch" | "list";
  /** The JSON literal that a config file may use in place of a string. */
  readonly literal?: "number" | "boolean";
  /**
   * Reads `text`, which the operator wrote at `where`.
   *
   * @throws {OptionError} When `text` is not of this kind.
   */
  read(text: string, where: string): T;
}

/** What tells one kind of single value from another. */
export interface KindRules<T> {
  readonly wants: string;
  readonly literal?: "number" | "boolean";
  /** Returns `undefined` when the text is not of this kind. */
  readonly parse: (text: string) => T | undefined;
  /** What to do about a text that is not of this kind. */
  readonly hint?: (text: string) => string | undefined;
  /** The text as it may be shown; for texts that can hold a secret. */
  readonly show?: (text: string) => string;
}

/** A kind with one value, from the rules that tell it. */
export function kindOf<T>(rules: KindRules<T>): Kind<T> {
  const { wants, literal, parse, hint, show } = rules;
  return {
    wants,
    form: "value",
    ...(literal === undefined ? {} : { literal }),
    read(text, where) {
      const value = parse(text);
      if (value !== undefined) return value;
      const got = show?.(text) ?? text;
      throw new OptionError({
        option: where,
        got,
        wanted: wants,
        hint: hint?.(text),
      });
    },
  };
}

/** A whole number in plain decimal digits, bounds included. */
export function integer(min: number, max: number): Kind<number> {
  return kindOf({
    wants: `a whole number from ${min} to ${max}`,
    literal: "number",
    parse: (text) => within(parseInteger(text), min, max),
  });
}

/** One of a closed set of words. */
export function choice<const T extends string>(
  words: readonly T[],
): Kind<T> {
  return kindOf({
    wants: oneOf(words),
    parse: (text) => words.find((word) => word === text),
  });
}

/** A path; whether it exists is for whoever opens it. */
export function path(wants: string): Kind<string> {
  return kindOf({
    wants,
    parse: (text) => text === "" || text.includes("\0") ? undefined : text,
  });
}

/**
 * A path, or the word `off`, which reads as `undefined`.
 *
 * @param what What the path is of. Default: a file.
 */
export function pathOrOff(what = "a file"): Kind<string | undefined> {
  const wants = `the path of ${what}, or off`;
  const { form, read } = path(wants);
  return {
    wants,
    form,
    read: (text, where) => text === "off" ? undefined : read(text, where),
  };
}

/** A host that may be connected to, with or without a port: `api.example.com:443`. */
export function netHost(): Kind<string> {
  return kindOf({
    wants: "a host such as api.example.com, 10.0.0.1:8080 or [::1]:443",
    parse: (text) => NET_HOST.test(text) ? text : undefined,
  });
}

const NET_HOST =
  /^(?:\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?::[1-9]\d{0,4})?$/i;

/** On or off with the word written out: `--log-query off`. */
export function onOff(): Kind<boolean> {
  return kindOf({
    wants: "on or off",
    literal: "boolean",
    parse: parseBoolean,
  });
}

/** On or off by the flag's presence: `--open`; `--open=false` also works. */
export function toggle(): Kind<boolean> {
  const wants = "true or false";
  const kind = kindOf({ wants, literal: "boolean", parse: parseBoolean });
  return { ...kind, form: "switch" };
}

/** Any number of values, separated by commas; blanks around them are dropped. */
export function list<T>(item: Kind<T>): Kind<T[]> {
  return {
    wants: item.wants,
    form: "list",
    read(text, where) {
      if (text === "") return [];
      return text.split(",").map((part) => item.read(part.trim(), where));
    },
  };
}

/** `a, b or c`. */
export function oneOf(words: readonly string[]): string {
  return words.join(", ").replace(/, ([^,]*)$/, " or $1");
}

/** The number that plain decimal digits spell, without leading zeros. */
export function parseInteger(text: string): number | undefined {
  return /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : undefined;
}

/** `value` when it lies between the bounds, both included. */
export function within(
  value: number | undefined,
  min: number,
  max: number,
): number | undefined {
  if (value === undefined || value < min || value > max) return undefined;
  return value;
}

function parseBoolean(text: string): boolean | undefined {
  if (/^(?:true|on|yes|1)$/i.test(text)) return true;
  if (/^(?:false|off|no|0)$/i.test(text)) return false;
  return undefined;
}
