/**
 * The claim that a value is greater than or equal to another.
 */

import { AssertionError } from "./assertion_error.ts";
import { valueText } from "./failure_text.ts";

/**
 * Claims that a value is greater than or equal to another, by the operator.
 *
 * @param msg The whole message of the error. Default: both values.
 * @throws {AssertionError} If it is not.
 */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (actual >= expected) return;
  throw new AssertionError(
    msg ?? `Expect ${valueText(actual)} >= ${valueText(expected)}`,
  );
}
