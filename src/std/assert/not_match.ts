/**
 * The claim that a text does not match a pattern.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a text does not match a pattern.
 *
 * @param expected The pattern; one with the flag `g` or `y` goes on from its
 * `lastIndex`.
 * @throws {AssertionError} If it does.
 */
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  if (!expected.test(actual)) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to not match: "${expected}"${ending(msg)}`,
  );
}
