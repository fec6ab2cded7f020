/**
 * What is said when a set of rules can't be loaded.
 */

import type { RuleProblem } from "./protocol.ts";

/** A set that can't be loaded: every file that is broken, and why. */
export class RuleSetError extends Error {
  override readonly name = "RuleSetError";

  constructor(readonly problems: readonly RuleProblem[]) {
    super(problems.map(problemText).join("\n"));
  }
}

/** `10_ads.ts:3:21: Expression expected`. */
export function problemText(
  { file, line, column, message }: RuleProblem,
): string {
  const place = [file, line, column].filter((part) => part !== undefined);
  return `${place.join(":")}: ${message}`;
}
