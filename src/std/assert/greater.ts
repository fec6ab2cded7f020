/**
 * The claim that a value is greater than another.
 */

import { AssertionError } from "./assertion_error.ts";
import { valueText } from "./failure_text.ts";

/**
 * Claims that a value is greater than another, by the operator.
 *
 * @param msg The whole message of the error. Default: both values.
 * @throws {AssertionError} If it is not.
 */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (actual > expected) return;
  throw new AssertionError(
    msg ?? `Expect ${valueText(actual)} > ${valueText(expected)}`,
  );
}
