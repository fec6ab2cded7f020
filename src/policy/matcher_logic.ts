/**
 * Tests of subjects, and how they join: all of them, any of them, not. Each explains itself
 * in words. What a single test looks at is for match_fields.ts.
 */

import type { Subject } from "./subject.ts";

/** A compiled match, or a part of one. */
export interface Matcher {
  matches(subject: Subject): boolean;
  /**
   * Why the subject fits, or the first field that does not, in words:
   * `host "a.test" is not .example.com`.
   */
  explain(subject: Subject): string;
  /** The match in words: `host .example.com and path *.exe, *.msi`. */
  toString(): string;
}

const EVERYTHING: Matcher = {
  matches: () => true,
  explain: () => "every request",
  toString: () => "every request",
};

/** Fits where all of them do, so everything without any. What fails first explains. */
export function allOf(matchers: readonly Matcher[]): Matcher {
  const [first, second, ...others] = matchers;
  if (first === undefined) return EVERYTHING;
  if (second === undefined) return first;
  return {
    matches: others.length === 0
      ? (subject) => first.matches(subject) && second.matches(subject)
      : (subject) => matchers.every((one) => one.matches(subject)),
    explain(subject) {
      const failed = matchers.find((one) => !one.matches(subject));
      return failed?.explain(subject) ??
        matchers.map((one) => one.explain(subject)).join("; ");
    },
    toString: () => matchers.join(" and "),
  };
}

/** Fits where one of them does, so nothing without any. The first that fits explains. */
export function anyOf(matchers: readonly Matcher[]): Matcher {
  return {
    matches: (subject) => matchers.some((one) => one.matches(subject)),
    explain(subject) {
      const fit = matchers.find((one) => one.matches(subject));
      if (fit !== undefined) return fit.explain(subject);
      return matchers.map((one) => one.explain(subject)).join(", and ");
    },
    toString: () => `any of (${matchers.join("), (")})`,
  };
}

/** Fits where the other does not. */
export function not(inner: Matcher): Matcher {
  return {
    matches: (subject) => !inner.matches(subject),
    explain: (subject) =>
      inner.matches(subject)
        ? `excluded: ${inner.explain(subject)}`
        : inner.explain(subject),
    toString: () => `not (${inner})`,
  };
}
