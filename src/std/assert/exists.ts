/**
 * The claim that there is a value.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a value is neither null nor undefined, and lets the compiler
 * know it.
 *
 * @throws {AssertionError} If it is one of them.
 */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual !== undefined && actual !== null) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to not be null or undefined${ending(msg)}`,
  );
}
