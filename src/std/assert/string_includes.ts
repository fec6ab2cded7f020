/**
 * The claim that a text has another in it.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a text has another in it.
 *
 * @throws {AssertionError} If it has not.
 */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (actual.includes(expected)) return;
  throw new AssertionError(
    `Expected actual: "${actual}" to contain: "${expected}"${ending(msg)}`,
  );
}
