/**
 * The claim that never holds.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Fails the test.
 *
 * @throws {AssertionError} Always.
 */
export function fail(msg?: string): never {
  throw new AssertionError(`Failed assertion${ending(msg)}`);
}
