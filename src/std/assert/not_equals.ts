/**
 * The claim that two values are not deeply equal. What equal means, equal.ts
 * decides.
 */

import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { ending, valueText } from "./failure_text.ts";

/**
 * Claims that two values are not deeply equal, as {@linkcode equal} sees it.
 *
 * @throws {AssertionError} If they are.
 */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) return;
  const [found, refused] = [valueText(actual), valueText(expected)];
  throw new AssertionError(
    `Expected actual: ${found} not to be: ${refused}${ending(msg)}`,
  );
}
