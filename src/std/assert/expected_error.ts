/**
 * What the callers of assertThrows and assertRejects expect, read from their
 * two ways of saying it. No package export.
 */

import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";
import { assertIsError } from "./is_error.ts";

/** A class of errors that can be instantiated, whatever its constructor takes. */
export type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** What is expected of an error. */
export interface ExpectedError {
  /** The caller's own message. */
  readonly msg: string | undefined;
  /**
   * Checks what was thrown or rejected.
   *
   * @throws {AssertionError} If it is not what was expected.
   */
  check(error: unknown, how: "thrown" | "rejected"): void;
}

/**
 * Reads the arguments after the function: a message alone, or a class with a
 * text and a message.
 */
export function expectedError<E extends Error>(
  classOrMsg: ErrorClass<E> | string | undefined,
  msgIncludes: string | undefined,
  msg: string | undefined,
): ExpectedError {
  if (typeof classOrMsg === "string") return { msg: classOrMsg, check() {} };
  if (classOrMsg === undefined) return { msg, check() {} };
  return {
    msg,
    check(error, how) {
      if (!(error instanceof Error)) {
        throw new AssertionError(`A non-Error object was ${how}${ending(msg)}`);
      }
      assertIsError(error, classOrMsg, msgIncludes, msg);
    },
  };
}
