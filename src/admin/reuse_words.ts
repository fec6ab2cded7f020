/**
 * What would become of a request now, of what is stored under its key, in words: a hit, stale,
 * a validation, a miss. Asks the questions that the proxy asks, in its order; rules are not asked.
 */

import { cacheRequest } from "../cache/cache_request.ts";
import type { Entry } from "../cache/entry.ts";
import { answersNotModified, needsOrigin } from "../cache/precondition.ts";
import {
  judgeReuse,
  type Reuse,
  type ValidationReason,
} from "../cache/reuse.ts";
import { hasValidator } from "../cache/validation.ts";
import { matches, selectingFields, selectVariant } from "../cache/variants.ts";
import type { Fields } from "../http1/fields.ts";
import { coversRequest } from "../proxy/serve_entry.ts";
import { shownValue } from "./cache_row.ts";
import { durationWords } from "./duration_words.ts";

/** What a request may get; `refused` is a 504 for only-if-cached. */
export const VERDICTS = [
  "hit",
  "stale",
  "validate",
  "miss",
  "refused",
] as const;

/** What would become of a request. */
export interface Verdict {
  readonly outcome: typeof VERDICTS[number];
  /** Why. */
  readonly words: string;
}

/**
 * Judges a GET with those fields.
 *
 * @param entries All that is stored under its key.
 */
export function verdictOn(
  entries: readonly Entry[],
  fields: Fields,
  nowMs: number,
): Verdict {
  const selected = selectVariant(entries, fields);
  const verdict = selected === undefined
    ? miss(mismatchWords(entries, fields))
    : verdictOnSelected(selected, fields, nowMs);
  const { directives } = cacheRequest("GET", fields);
  const isRefused = directives.onlyIfCached &&
    (verdict.outcome === "miss" || verdict.outcome === "validate");
  if (!isRefused) return verdict;
  return {
    outcome: "refused",
    words: `${verdict.words}; the request has only-if-cached, so it gets a 504`,
  };
}

function verdictOnSelected(
  entry: Entry,
  fields: Fields,
  nowMs: number,
): Verdict {
  const request = cacheRequest("GET", fields);
  const reuse = judgeReuse(entry, request, nowMs);
  if (reuse.use === "none") return miss(NONE_WORDS[reuse.reason]);
  if (reuse.use === "validate") return validation(reuse.reason, entry);
  if (needsOrigin(fields)) {
    return miss("If-Match and If-Unmodified-Since are for the origin to judge");
  }
  if (!coversRequest(request, entry)) {
    return miss(`only ${rangeWords(entry)} is stored`);
  }
  const suffix = answersNotModified(fields, entry.response)
    ? "; the client has it already: 304"
    : "";
  return reuse.use === "fresh"
    ? { outcome: "hit", words: freshWords(entry, nowMs) + suffix }
    : { outcome: "stale", words: STALE_WORDS[reuse.reason] + suffix };
}

const NONE_WORDS: Readonly<
  Record<Extract<Reuse, { use: "none" }>["reason"], string>
> = {
  "only-if-cached": "it may not be used as it is",
  "request-no-store": "the request has no-store",
};

const STALE_WORDS: Readonly<
  Record<Extract<Reuse, { use: "stale" }>["reason"], string>
> = {
  "max-stale": "it is stale, and the request takes that: max-stale",
  "stale-while-revalidate":
    "it is stale, and sent while it is validated: stale-while-revalidate",
};

const VALIDATION_WORDS: Readonly<Record<ValidationReason, string>> = {
  "stale": "it is stale",
  "no-cache": "the response has no-cache",
  "invalidated": "it was invalidated",
  "request-no-cache": "the request has no-cache",
  "request-max-age": "it is older than the max-age of the request",
  "request-min-fresh": "it is not fresh for the min-fresh of the request",
};

function validation(reason: ValidationReason, entry: Entry): Verdict {
  const why = VALIDATION_WORDS[reason];
  return hasValidator(entry)
    ? {
      outcome: "validate",
      words: `${why}: the origin is asked whether it has changed`,
    }
    : miss(`${why}, and has no ETag or Last-Modified to validate it by`);
}

function miss(words: string): Verdict {
  return { outcome: "miss", words };
}

function freshWords({ freshness }: Entry, nowMs: number): string {
  const seconds = Math.ceil((freshness.freshUntilMs - nowMs) / 1000);
  return `it is fresh for ${durationWords(seconds)}`;
}

/** Which part of its representation is stored. */
export function rangeWords({ response: { range, bodyLength } }: Entry): string {
  if (range === undefined) return `a body of ${bodyLength} bytes`;
  const { start, end, total } = range;
  return `the part ${start}-${end - 1} of ${total ?? "unknown"} bytes`;
}

/** What each variant would have had to be asked with. */
function mismatchWords(entries: readonly Entry[], fields: Fields): string {
  if (entries.length === 0) return "nothing is stored under its key";
  const differences = entries.flatMap((entry) => differencesOf(entry, fields));
  return `no stored variant is for such a request: ${
    [...new Set(differences)].join("; ")
  }`;
}

function differencesOf(entry: Entry, fields: Fields): string[] {
  if (matches(entry, fields)) return [];
  const { selecting } = entry.response;
  const asked = selectingFields(selecting.map(({ name }) => name), fields);
  return selecting.flatMap(({ name, value }, i) => {
    const given = asked[i]?.value;
    if (given === value) return [];
    return [
      `${name} was ${valueWords(name, value)}, not ${valueWords(name, given)}`,
    ];
  });
}

function valueWords(name: string, value: string | undefined): string {
  return value === undefined ? "missing" : `"${shownValue(name, value)}"`;
}
