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
  constructor(readonly place: string, said: string) {
    super(`${place}: ${said}`);
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
