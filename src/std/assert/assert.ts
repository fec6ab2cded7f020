/**
 * The claim that something is truthy.
 */

import { AssertionError } from "./assertion_error.ts";

/**
 * Claims that a value is truthy, and lets the compiler know it.
 *
 * @param msg The whole message of the error. Default: empty.
 * @throws {AssertionError} If it is falsy.
 *
 * @example
 * ```ts
 * assert(list.length > 0, "the list is empty");
 * ```
 */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}
