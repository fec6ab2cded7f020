/**
 * How arguments are cut into flags and values: `--name value`, `--name=value`,
 * `-abc value`, and the rest. The rules are minimist's, odd corners included;
 * where a flag's value goes is not decided here.
 */

import type { FlagTable } from "./flag_table.ts";
import type { ParsedValues } from "./parsed_values.ts";

/** Reads arguments and puts what it finds into the values. */
export class ArgumentReader {
  readonly #flags: FlagTable;
  readonly #values: ParsedValues;

  constructor(flags: FlagTable, values: ParsedValues) {
    this.#flags = flags;
    this.#values = values;
  }

  /**
   * Reads all arguments.
   *
   * @param stopEarly Whether all after the first that is no flag, or a flag's
   * value, is taken as it is.
   */
  read(args: readonly string[], stopEarly: boolean): void {
    for (let at = 0; at < args.length;) {
      const argument = args[at] ?? "";
      const next = args[at + 1];
      if (/^-./s.test(argument)) {
        at += this.#readFlag(argument, next) ? 2 : 1;
        continue;
      }
      this.#values.addPositional(argument);
      at++;
      if (!stopEarly) continue;
      this.#values.addVerbatim(args.slice(at));
      return;
    }
  }

  /** Says whether the next argument was its value; so do all that follow. */
  #readFlag(argument: string, next: string | undefined): boolean {
    return /^--./s.test(argument)
      ? this.#readLong(argument, next)
      : this.#readShort(argument, next);
  }

  #readLong(argument: string, next: string | undefined): boolean {
    const [, no, plain = "", value] =
      /^--(no-)?(.+?)(?:=(.+))?$/s.exec(argument) ?? [];
    if (value !== undefined) {
      this.#values.set(plain, this.#parseValue(plain, value), argument);
      return false;
    }
    if (no !== undefined && this.#flags.isNegatable(plain)) {
      this.#values.negate(plain, argument);
      return false;
    }
    const name = `${no ?? ""}${plain}`;
    const takesValue = !this.#flags.areAllBoolean && !next?.startsWith("-");
    return this.#setWithNext(name, argument, takesValue, next);
  }

  #readShort(argument: string, next: string | undefined): boolean {
    const letters = argument.slice(1, -1).split("");
    for (const [index, letter] of letters.entries()) {
      const rest = argument.slice(index + 2);
      const attached = attachedValue(letter, rest);
      this.#values.set(letter, attached ?? this.#valueAlone(letter), argument);
      if (attached !== undefined && rest !== "-") return false;
    }
    const last = argument.slice(-1);
    if (last === "-") return false;
    const takesValue = next === undefined || !/^--?[^-]/.test(next);
    return this.#setWithNext(last, argument, takesValue, next);
  }

  /** A boolean takes a next argument only if that is `true` or `false`. */
  #setWithNext(
    name: string,
    argument: string,
    takesValue: boolean,
    next: string | undefined,
  ): boolean {
    if (next && takesValue && !this.#flags.isBoolean(name)) {
      this.#values.set(name, next, argument);
      return true;
    }
    if (next === "true" || next === "false") {
      this.#values.set(name, next === "true", argument);
      return true;
    }
    this.#values.set(name, this.#valueAlone(name), argument);
    return false;
  }

  #parseValue(name: string, value: string): string | boolean {
    return this.#flags.booleans.has(name) ? value !== "false" : value;
  }

  #valueAlone(name: string): string | boolean {
    return this.#flags.strings.has(name) ? "" : true;
  }
}

/**
 * Gives the value that is attached to a letter in a group of short flags:
 * what follows a `=` somewhere, all that follows where it ends in a number or
 * starts with a sign, and a lone hyphen.
 */
function attachedValue(letter: string, rest: string): string | undefined {
  if (rest === "-") return rest;
  if (/[A-Za-z]/.test(letter)) {
    const value = /=(.+)/.exec(rest)?.[1];
    if (value !== undefined) return value;
    if (/\d(\.\d*)?(e-?\d+)?$/.test(rest)) return rest;
  }
  return rest.length > 1 && /^\W/.test(rest) ? rest : undefined;
}
