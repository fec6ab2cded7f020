/**
 * Reading what a rule's author wrote: plain values of a known shape, key by key, each
 * read once and copied, so that what passed can't change afterwards. A key that the shape
 * does not have is an error. Knows no rule, match or decision in particular.
 */

import { isToken } from "../http1/field_names.ts";
import { InvalidValue, Mistakes, unwanted } from "./invalid_value.ts";

/**
 * Reads the value at `place`, or throws.
 *
 * @throws {InvalidValue}
 */
export type Reader<T> = (value: unknown, place: string) => T;

/** One key of a shape. */
export interface Member<T> {
  readonly read: Reader<T>;
  /** Default: it may be missing, and undefined counts as missing. */
  readonly isRequired?: boolean;
}

/** A reader for each key of T. */
export type Shape<T> = {
  readonly [Key in keyof T]-?: Member<Exclude<T[Key], undefined>>;
};

/** A key that may be missing. */
export function optional<T>(read: Reader<T>): Member<T> {
  return { read };
}

/** A key that must be there. */
export function required<T>(read: Reader<T>): Member<T> {
  return { read, isRequired: true };
}

/**
 * Reads an object of that shape.
 *
 * @throws {InvalidValue} for what is no plain object, unknown keys, missing ones, and values
 * that their readers refuse: all that there are.
 */
export function readShape<T>(
  value: unknown,
  place: string,
  shape: Shape<T>,
): T {
  if (!isPlainObject(value)) throw unwanted(value, place, "a plain object");
  const mistakes = new Mistakes();
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(shape, key)) {
      mistakes.add(unknownKey(place, key, Object.keys(shape)));
    }
  }
  // Named by strings from here on: for..in does not know the keys of T.
  const members = shape as Readonly<Record<string, Member<unknown>>>;
  const read: Record<string, unknown> = {};
  for (const key in members) {
    const { read: readMember, isRequired } = members[key]!;
    const held = Object.hasOwn(value, key) ? value[key] : undefined;
    if (held === undefined && !isRequired) continue;
    try {
      read[key] = readMember(held, memberPlace(place, key));
    } catch (error) {
      mistakes.add(error);
    }
  }
  mistakes.end();
  // Each key of T was read by the reader that Shape<T> demands for it, or is optional.
  return read as T;
}

/**
 * The own keys and values of a plain object.
 *
 * @throws {InvalidValue} for anything else.
 */
export function readEntries(
  value: unknown,
  place: string,
): [key: string, value: unknown][] {
  if (!isPlainObject(value)) throw unwanted(value, place, "a plain object");
  return Object.entries(value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** An error for a key that does not exist. */
export function unknownKey(
  place: string,
  key: string,
  known: readonly string[],
): InvalidValue {
  return new InvalidValue(
    memberPlace(place, key),
    `no such key, wants one of ${known.join(", ")}`,
  );
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** How a key of the object at `place` is written. */
export function memberPlace(place: string, key: string): string {
  if (!IDENTIFIER.test(key)) {
    return `${place}[${JSON.stringify(key.slice(0, 60))}]`;
  }
  return place === "" ? key : `${place}.${key}`;
}

/** A list, whose items are read by `read`. `max` is of items; default: any number. */
export function listOf<T>(
  read: Reader<T>,
  wanted: string,
  max = Infinity,
): Reader<T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw unwanted(value, place, wanted);
    if (value.length > max) throw unwanted(value, place, `at most ${max}`);
    return readItems(value, place, read);
  };
}

/**
 * Reads all items of a list.
 *
 * @throws {InvalidValue} for those that `read` refuses: all that there are.
 */
export function readItems<T>(
  items: readonly unknown[],
  place: string,
  read: Reader<T>,
): T[] {
  const mistakes = new Mistakes();
  const values: T[] = [];
  for (let at = 0; at < items.length; at++) {
    try {
      values.push(read(items[at], `${place}[${at}]`));
    } catch (error) {
      mistakes.add(error);
    }
  }
  mistakes.end();
  return values;
}

/** Text that passes a test; at least one character. */
export function text(
  wanted = "some text",
  isWanted: (text: string) => boolean = () => true,
): Reader<string> {
  return (value, place) => {
    if (typeof value !== "string" || value === "" || !isWanted(value)) {
      throw unwanted(value, place, wanted);
    }
    return value;
  };
}

/** One of a closed set of words. */
export function word<const T extends string>(words: readonly T[]): Reader<T> {
  return (value, place) => {
    const known = words.find((word) => word === value);
    if (known !== undefined) return known;
    const wanted = words.map((word) => JSON.stringify(word)).join(" or ");
    throw unwanted(value, place, wanted);
  };
}

/** A whole number between two bounds, both included. */
export function wholeNumber(min: number, max: number): Reader<number> {
  return (value, place) => {
    if (Number.isInteger(value) && isBetween(value, min, max)) return value;
    throw unwanted(value, place, `a whole number from ${min} to ${max}`);
  };
}

/** A number between two bounds, both included. */
export function number(
  min: number,
  max: number,
  unit: string,
): Reader<number> {
  return (value, place) => {
    if (isBetween(value, min, max)) return value;
    throw unwanted(value, place, `${unit} from ${min} to ${max}`);
  };
}

function isBetween(value: unknown, min: number, max: number): value is number {
  return typeof value === "number" && value >= min && value <= max;
}

/** True or false. */
export function flag(): Reader<boolean> {
  return (value, place) => {
    if (typeof value === "boolean") return value;
    throw unwanted(value, place, "true or false");
  };
}

/** A token of HTTP (RFC 9110 §5.6.2), such as a method or a field's name. */
export function token(wanted: string): Reader<string> {
  return text(wanted, isToken);
}
