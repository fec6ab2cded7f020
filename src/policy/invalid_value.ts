/**
 * The one error for a value that a rule's author wrote and that can't be used: in a rule's
 * default export, in its match, in what a hook returned. It says where, what is there and
 * what is wanted:
 *   match.port: got "80", wants a whole number from 1 to 65535
 */

import { quoted } from "../http1/fields.ts";

/** A value that can't be used. */
export class InvalidValue extends Error {
  override readonly name = "InvalidValue";

  /** @param place Where the value is, such as `match.host[1]`. */
  constructor(readonly place: string, readonly said: string) {
    super(`${place}: ${said}`);
  }

  /** What was found in one look: this, and where it is the first of several, those. */
  get all(): readonly InvalidValue[] {
    return [this];
  }
}

/** So many are told of one thing. */
const MAX_MISTAKES = 100;

/** Values of one thing that can't be used. It says what the first of them is. */
class InvalidValues extends InvalidValue {
  readonly #all: readonly InvalidValue[];

  constructor(first: InvalidValue, all: readonly InvalidValue[]) {
    super(first.place, first.said);
    this.#all = all;
  }

  override get all(): readonly InvalidValue[] {
    return this.#all;
  }
}

/** Finds all that is wrong with a thing of several parts, and not the first part alone. */
export class Mistakes {
  readonly #found: InvalidValue[] = [];

  /** Adds what a part has thrown. @throws it again when it is another error. */
  add(error: unknown): void {
    if (!(error instanceof InvalidValue)) throw error;
    const room = MAX_MISTAKES - this.#found.length;
    this.#found.push(...error.all.slice(0, room));
  }

  /** @throws {InvalidValue} when there are any: the first, with all of them. */
  end(): void {
    const [first] = this.#found;
    if (first === undefined) return;
    throw this.#found.length === 1
      ? first
      : new InvalidValues(first, this.#found);
  }
}

/** An error for a value at `place`, where something else was `wanted`. */
export function unwanted(
  value: unknown,
  place: string,
  wanted: string,
): InvalidValue {
  return new InvalidValue(place, `got ${shown(value)}, wants ${wanted}`);
}

/** A value as it can stand in a message: short, and never the inside of an object. */
export function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value)
    ? `a list of ${value.length}`
    : shownObject(value);
}

function shownObject(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "an object";
  if (value instanceof Promise) return "a promise";
  const { name } = value.constructor ?? {};
  return typeof name === "string" && /^\w{1,40}$/.test(name)
    ? `an object of class ${name}`
    : "an object of a class";
}
