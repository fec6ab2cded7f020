/**
 * The claim that a value is an error of a class with a text in its message.
 */

import { stripVTControlCharacters } from "node:util";
import { AssertionError } from "./assertion_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a value is an error, and lets the compiler know it.
 *
 * @param ErrorClass The class that it must be of. Default: `Error`.
 * @param msgMatches What its message must have in it; colours don't count.
 * Default: any message.
 * @throws {AssertionError} If it is not.
 */
export function assertIsError<E extends Error = Error>(
  error: unknown,
  ErrorClass?: abstract new (...args: never[]) => E,
  msgMatches?: string | RegExp,
  msg?: string,
): asserts error is E {
  if (!(error instanceof Error)) {
    throw new AssertionError(
      `Expected "error" to be an Error object${ending(msg)}`,
    );
  }
  if (ErrorClass && !(error instanceof ErrorClass)) {
    throw new AssertionError(
      `Expected error to be instance of "${ErrorClass.name}", but was "${error.constructor?.name}"${
        ending(msg)
      }`,
    );
  }
  if (!msgMatches || hasInMessage(error, msgMatches)) return;
  throw new AssertionError(
    `Expected error message to include ${patternText(msgMatches)}, but got ${
      JSON.stringify(error.message)
    }${ending(msg)}`,
  );
}

function hasInMessage(error: Error, pattern: string | RegExp): boolean {
  const message = stripVTControlCharacters(error.message);
  if (typeof pattern !== "string") return pattern.test(message);
  return message.includes(stripVTControlCharacters(pattern));
}

function patternText(pattern: string | RegExp): string {
  return typeof pattern === "string"
    ? JSON.stringify(pattern)
    : String(pattern);
}
