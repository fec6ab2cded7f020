/**
 * The claim that a promise rejects. A function that throws before it returns a
 * promise fails the claim: throws.ts is for those.
 */

import { AssertionError } from "./assertion_error.ts";
import { type ErrorClass, expectedError } from "./expected_error.ts";
import { ending } from "./failure_text.ts";

/**
 * Claims that a function's promise rejects.
 *
 * @returns What it rejected with.
 * @throws {AssertionError} If it resolves, or if the function throws or
 * returns something else than a promise.
 */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/**
 * Claims that a function's promise rejects with an error of a class.
 *
 * @param msgIncludes What the error's message must have in it. Default:
 * anything.
 * @returns The error.
 * @throws {AssertionError} If it resolves or rejects with something else, or if
 * the function throws or returns something else than a promise.
 *
 * @example
 * ```ts
 * await assertRejects(() => Deno.stat("/none"), Deno.errors.NotFound);
 * ```
 */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  ErrorClass: ErrorClass<E>,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorClass<E> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = expectedError(classOrMsg, msgIncludes, msg);
  const promise = promiseOf(fn, expected.msg);
  try {
    await promise;
  } catch (error) {
    expected.check(error, "rejected");
    return error;
  }
  throw new AssertionError(
    `Expected function to reject${ending(expected.msg)}`,
  );
}

function promiseOf(
  fn: () => PromiseLike<unknown>,
  msg: string | undefined,
): PromiseLike<unknown> {
  const failure = `Function throws when expected to reject${ending(msg)}`;
  let promise: unknown;
  try {
    promise = fn();
  } catch {
    // Whatever it threw, it is not a rejection.
    throw new AssertionError(failure);
  }
  if (!isPromiseLike(promise)) throw new AssertionError(failure);
  return promise;
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}
