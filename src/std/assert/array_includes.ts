/**
 * The claim that a list has some values in it. What equal means, equal.ts
 * decides.
 */

import { AssertionError } from "./assertion_error.ts";
import { equal } from "./equal.ts";
import { ending, valueText } from "./failure_text.ts";

/** A list with numbered elements that is no string. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/**
 * Claims that a list has a deeply equal element for each that is expected, in
 * any order; one element may stand for several.
 *
 * @throws {AssertionError} If it has not, with those that are missing.
 */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const present = Array.from(actual);
  const missing = Array.from(expected)
    .filter((value) => !present.some((other) => equal(value, other)));
  if (missing.length === 0) return;
  const [found, wanted] = [valueText(actual), valueText(expected)];
  throw new AssertionError(
    `Expected actual: "${found}" to include: "${wanted}"${ending(msg)}\n` +
      `missing: ${valueText(missing)}`,
  );
}
