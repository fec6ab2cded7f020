/**
 * The claim that two values are one and the same.
 */

import { AssertionError } from "./assertion_error.ts";
import { difference, ending, valueText } from "./failure_text.ts";

/**
 * Claims that two values are the same by `Object.is`, and lets the compiler
 * know it: NaN is itself, 0 is not -0, an object is only itself.
 *
 * @throws {AssertionError} If they are not; it says so where they only look
 * the same.
 */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  const text = valueText(actual);
  const failure = text === valueText(expected)
    ? `Values have the same structure but are not reference-equal${
      ending(msg)
    }\n\n${text.replaceAll(/^/gm, "    ")}\n`
    : `Values are not strictly equal${ending(msg)}\n${
      difference(actual, expected)
    }`;
  throw new AssertionError(failure);
}
