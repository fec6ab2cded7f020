/**
 * The claim that two numbers are close.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that two numbers differ by no more than a tolerance; NaN and the
 * infinities are close to themselves.
 *
 * @param tolerance Default: a ten-millionth of the expected value, and 1e-7
 * where that is not finite.
 * @throws {AssertionError} If they differ by more.
 *
 * @example
 * ```ts
 * assertAlmostEquals(0.1 + 0.2, 0.3);
 * ```
 */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = defaultTolerance(expected),
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const delta = Math.abs(expected - actual);
  if (delta <= tolerance) return;
  throw new AssertionError(
    `Expected actual: "${show(actual)}" to be close to "${show(expected)}": ` +
      `delta "${show(delta)}" is greater than "${show(tolerance)}"${
        ending(msg)
      }`,
  );
}

function defaultTolerance(expected: number): number {
  return Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7;
}

function show(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toExponential();
}
