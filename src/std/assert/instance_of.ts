/**
 * The claim that an object is of a class.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/** A class that can be instantiated, whatever its constructor takes. */
type Class = new (...args: never[]) => unknown;

/** What a class makes. */
type Instance<T extends Class> = T extends new (...args: never[]) => infer I ? I
  : never;

/**
 * Claims that a value is an instance of a class, and lets the compiler know it.
 *
 * @throws {AssertionError} If it is not, with the class that it is of.
 *
 * @example
 * ```ts
 * assertInstanceOf(error, Deno.errors.NotFound);
 * ```
 */
export function assertInstanceOf<T extends Class>(
  actual: unknown,
  expectedType: T,
  msg = "",
): asserts actual is Instance<T> {
  if (actual instanceof expectedType) return;
  throw new AssertionError(
    `Expected object to be an instance of "${expectedType.name}"${
      butWas(kindOf(actual), expectedType.name)
    }${ending(msg)}`,
  );
}

/** Two classes of one name can't be told apart by it. */
function butWas(kind: string, expected: string): string {
  if (kind === expected) return "";
  if (kind === "function") return " but was not an instanced object";
  return ` but was "${kind}"`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  return value.constructor?.name ?? "Object";
}
