/**
 * The claim that something is falsy.
 */

import { AssertionError } from "./assertion_error.ts";

/** What {@linkcode assertFalse} makes of a value. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

/**
 * Claims that a value is falsy, and lets the compiler know it.
 *
 * @param msg The whole message of the error. Default: empty.
 * @throws {AssertionError} If it is truthy.
 */
export function assertFalse(expr: unknown, msg = ""): asserts expr is Falsy {
  if (expr) throw new AssertionError(msg);
}
