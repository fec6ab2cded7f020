/**
 * The tests that are known not to pass, each with its reason, against what a
 * run found: the list has to name every failure, and nothing else. No I/O but
 * reading the file.
 */

import { isFailure, type Judged } from "./verdict.ts";

/** Why a test is known not to pass, by the test's id. */
export type Exceptions = ReadonlyMap<string, string>;

/** What is wrong between the list and a run; nothing, when all are empty. */
export interface Discrepancies {
  /** Failures that are not on the list. */
  readonly unlisted: readonly Judged[];
  /** Ids on the list of tests that were run and are no failures. */
  readonly obsolete: readonly string[];
  /** Ids on the list that no test has. */
  readonly unknown: readonly string[];
}

/**
 * Reads a file of JSON: an object with the reason by the test's id.
 *
 * @throws {TypeError} when it holds anything else, or a reason is empty.
 */
export async function readExceptions(file: URL): Promise<Exceptions> {
  return parseExceptions(await Deno.readTextFile(file));
}

/** As {@linkcode readExceptions}, from the file's text. */
export function parseExceptions(text: string): Exceptions {
  const parsed: unknown = JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new TypeError(
      "Cannot read the exceptions: wanted an object, a reason by a test's id",
    );
  }
  const entries = Object.entries(parsed).map(([id, why]): [string, string] => {
    if (typeof why === "string" && why.trim() !== "") return [id, why];
    throw new TypeError(
      `Cannot read the exception "${id}": wanted its reason, got ${
        JSON.stringify(why)
      }`,
    );
  });
  return new Map(entries);
}

/** Compares. Tests that were not run are not held against the list. */
export function discrepancies(
  exceptions: Exceptions,
  judged: readonly Judged[],
): Discrepancies {
  const byId = new Map(judged.map((one) => [one.test.id, one]));
  const listed = [...exceptions.keys()];
  return {
    unlisted: judged.filter((one) =>
      isFailure(one) && !exceptions.has(one.test.id)
    ),
    obsolete: listed.filter((id) => {
      const one = byId.get(id);
      return one !== undefined && one.verdict !== "skipped" && !isFailure(one);
    }),
    unknown: listed.filter((id) => !byId.has(id)),
  };
}
