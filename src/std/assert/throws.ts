/**
 * The claim that a function throws. Of promises it knows nothing: rejects.ts.
 */

import { AssertionError } from "./assertion_error.ts";
import { type ErrorClass, expectedError } from "./expected_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a function throws something.
 *
 * @returns What it threw.
 * @throws {AssertionError} If it returns.
 */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/**
 * Claims that a function throws an error of a class.
 *
 * @param msgIncludes What the error's message must have in it. Default:
 * anything.
 * @returns The error.
 * @throws {AssertionError} If it returns or throws something else.
 *
 * @example
 * ```ts
 * const error = assertThrows(() => parse("?"), SyntaxError, "unexpected");
 * ```
 */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): unknown {
  const expected = expectedError(classOrMsg, msgIncludes, msg);
  try {
    fn();
  } catch (error) {
    expected.check(error, "thrown");
    return error;
  }
  throw new AssertionError(
    `Expected function to throw${ending(expected.msg)}`,
  );
}
