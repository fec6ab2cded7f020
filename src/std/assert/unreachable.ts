/**
 * The claim that nobody gets here.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Fails the test because a line ran that must not.
 *
 * @throws {AssertionError} Always.
 */
export function unreachable(msg?: string): never {
  throw new AssertionError(`Unreachable${ending(msg)}`);
}
