/**
 * The claim that two values are deeply equal. What equal means, equal.ts
 * decides.
 */

import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { difference, ending } from "./failure_text.ts";

/**
 * Claims that two values are deeply equal, as {@linkcode equal} sees it.
 *
 * @throws {AssertionError} If they are not, with their lines that differ.
 *
 * @example
 * ```ts
 * assertEquals(parse("a=1"), { a: "1" });
 * ```
 */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  throw new AssertionError(
    `Values are not equal${ending(msg)}\n${difference(actual, expected)}`,
  );
}
