/**
 * Where the values of flags go while arguments are read: converts, collects,
 * copies to aliases, and asks about what is not declared.
 */

import type { FlagTable } from "./flag_table.ts";
import {
  addNested,
  hasNested,
  type NestedRecord,
  setNested,
} from "./nested_record.ts";

/** Is asked about what is not declared; `false` drops it. */
export type Unknown = (
  argument: string,
  name?: string,
  value?: unknown,
) => unknown;

/** The values that were found, by name and by place. */
export class ParsedValues {
  readonly #flags: FlagTable;
  readonly #unknown: Unknown;
  readonly #positional: (string | number)[] = [];
  readonly #values: NestedRecord = { _: this.#positional };

  constructor(flags: FlagTable, unknown: Unknown) {
    this.#flags = flags;
    this.#unknown = unknown;
  }

  /**
   * Sets a flag.
   *
   * @param argument The argument that the flag is in.
   */
  set(name: string, value: string | boolean, argument: string): void {
    if (!this.#isWanted(name, value, argument)) return;
    const converted = this.#convert(name, value);
    const put = this.#flags.isCollected(name) ? addNested : setNested;
    this.#forAllNames(name, (one) => put(this.#values, one, converted));
  }

  /** Sets a flag to false, whatever it has collected. */
  negate(name: string, argument: string): void {
    if (!this.#isWanted(name, false, argument)) return;
    this.#forAllNames(name, (one) => setNested(this.#values, one, false));
  }

  /** Adds an argument that is no flag. */
  addPositional(argument: string): void {
    if (this.#unknown(argument) === false) return;
    this.#positional.push(this.#convert("_", argument));
  }

  /** Adds arguments that are not looked at, as text. */
  addVerbatim(args: readonly string[]): void {
    this.#positional.push(...args);
  }

  /** Sets what was not found, to the defaults and to those of the kinds. */
  fill(defaults: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(defaults)) {
      if (hasNested(this.#values, name)) continue;
      this.#forAllNames(name, (one) => setNested(this.#values, one, value));
    }
    for (const name of this.#flags.booleans) {
      this.#fillOne(name, this.#flags.isCollected(name) ? [] : false);
    }
    for (const name of this.#flags.strings) {
      if (this.#flags.isCollected(name)) this.#fillOne(name, []);
    }
  }

  /** Gives the record of all values; arguments without a name are at `_`. */
  finish(afterDoubleDash?: readonly string[]): NestedRecord {
    setNested(this.#values, "_", this.#positional);
    if (afterDoubleDash) this.#values["--"] = [...afterDoubleDash];
    return this.#values;
  }

  #isWanted(name: string, value: unknown, argument: string): boolean {
    return this.#flags.isDeclared(name, argument) ||
      this.#unknown(argument, name, value) !== false;
  }

  #convert<T extends string | boolean>(name: string, value: T): T | number {
    const isText = typeof value !== "string" || this.#flags.strings.has(name);
    return !isText && isNumeric(value) ? Number(value) : value;
  }

  #forAllNames(name: string, act: (name: string) => void): void {
    act(name);
    for (const alias of this.#flags.aliasesOf(name)) act(alias);
  }

  #fillOne(name: string, value: unknown): void {
    if (!hasNested(this.#values, name)) setNested(this.#values, name, value);
  }
}

/** What `Number` takes for a finite number, hexadecimals too; blanks are not. */
function isNumeric(text: string): boolean {
  return /\S/.test(text) && Number.isFinite(Number(text));
}
