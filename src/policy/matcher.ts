/**
 * A rule's match, compiled once into a test of subjects that can explain itself. Fields join
 * with "and", `any` with "or"; `not` turns round. Judging a subject allocates nothing.
 */

import { InvalidValue, Mistakes, unwanted } from "./invalid_value.ts";
import { type FieldName, FIELDS } from "./match_fields.ts";
import { allOf, anyOf, type Matcher, not } from "./matcher_logic.ts";
import type { Match } from "./rule.ts";
import { memberPlace, readEntries, readItems, unknownKey } from "./shape.ts";

export type { Matcher } from "./matcher_logic.ts";

/**
 * Compiles a match; without one, every subject fits.
 *
 * @throws {InvalidValue} for a key, pattern or value that a match can't have.
 */
export function compileMatch(match: Match | undefined): Matcher {
  return match === undefined ? allOf([]) : readMatch(match, "match");
}

/**
 * Compiles what an author wrote as a match at `place`.
 *
 * @throws {InvalidValue}
 */
export function readMatch(value: unknown, place: string): Matcher {
  const reading = { judgesResponse: false };
  const matcher = readLevel(value, place, reading, 1);
  return reading.judgesResponse ? inResponse(matcher) : matcher;
}

/** What is learnt of the whole match while its levels are read. */
interface Reading {
  judgesResponse: boolean;
}

const KEYS: readonly string[] = [...Object.keys(FIELDS), "any", "not"];
const MAX_LEVELS = 16;

function readLevel(
  value: unknown,
  place: string,
  reading: Reading,
  level: number,
): Matcher {
  if (level > MAX_LEVELS) {
    throw new InvalidValue(place, `more than ${MAX_LEVELS} levels deep`);
  }
  const entries = readEntries(value, place);
  entries.sort(([a], [b]) => KEYS.indexOf(a) - KEYS.indexOf(b));
  const mistakes = new Mistakes();
  const matchers: Matcher[] = [];
  for (const [key, held] of entries) {
    try {
      matchers.push(readField(key, held, place, reading, level));
    } catch (error) {
      mistakes.add(error);
    }
  }
  mistakes.end();
  return allOf(matchers);
}

function readField(
  key: string,
  held: unknown,
  place: string,
  reading: Reading,
  level: number,
): Matcher {
  if (!KEYS.includes(key)) throw unknownKey(place, key, KEYS);
  const at = memberPlace(place, key);
  if (key === "not") return not(readLevel(held, at, reading, level + 1));
  if (key === "any") return readAny(held, at, reading, level + 1);
  if (key === "contentType") reading.judgesResponse = true;
  // All other keys were refused above.
  return FIELDS[key as FieldName](held, at);
}

function readAny(
  value: unknown,
  place: string,
  reading: Reading,
  level: number,
): Matcher {
  if (!Array.isArray(value) || value.length === 0) {
    throw unwanted(value, place, "a list of at least one match");
  }
  return anyOf(readItems(
    value,
    place,
    (item, at) => readLevel(item, at, reading, level),
  ));
}

/** What a response's media type decides can't be judged earlier: then nothing fits. */
function inResponse(inner: Matcher): Matcher {
  return {
    matches: (subject) =>
      subject.phase === "response" && inner.matches(subject),
    explain: (subject) =>
      subject.phase === "response"
        ? inner.explain(subject)
        : "contentType is judged in the response phase only",
    toString: () => inner.toString(),
  };
}
