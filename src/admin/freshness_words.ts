/**
 * Why a stored response is fresh or stale, as a sum in words (RFC 9111 §4.2), and what else holds
 * for its use. Decides nothing: the numbers are freshness.ts's.
 */

import type { Entry } from "../cache/entry.ts";
import { ageMs, type Freshness } from "../cache/freshness.ts";
import { durationWords } from "./duration_words.ts";

/**
 * The sum, such as `fresh for 38 s: s-maxage=60 from Cache-Control, minus an age of 22 s (20 s here
 * + 2 s that it came with)`.
 */
export function freshnessWords(entry: Entry, nowMs: number): string {
  const { freshUntilMs } = entry.freshness;
  if (freshUntilMs === -Infinity) {
    return "stale: it came with an Age that can't be read, which counts as very old";
  }
  const leftSeconds = (freshUntilMs - nowMs) / 1000;
  const state = leftSeconds > 0
    ? `fresh for ${durationWords(Math.ceil(leftSeconds))}`
    : `stale for ${durationWords(leftSeconds)}`;
  return `${state}: ${lifetimeWords(entry.freshness)}, ${
    ageWords(entry, nowMs)
  }`;
}

/** What limits or widens its use, a sentence each. */
export function freshnessNotes({ freshness, isInvalidated }: Entry): string[] {
  const { mustValidate, forbidsStale, isImmutable } = freshness;
  const { staleWhileRevalidateMs, staleIfErrorMs } = freshness;
  return [
    isInvalidated &&
    "must be validated before it is used again: it was purged softly, or a change of its URL has invalidated it",
    mustValidate && "must be validated before every use: no-cache",
    forbidsStale && !mustValidate &&
    "is never used stale but in windows that it grants itself: must-revalidate, proxy-revalidate or s-maxage",
    staleWhileRevalidateMs > 0 &&
    `may be used for ${
      durationWords(staleWhileRevalidateMs / 1000)
    } after it went stale, while it is validated: stale-while-revalidate`,
    staleIfErrorMs > 0 &&
    `may be used for ${
      durationWords(staleIfErrorMs / 1000)
    } after it went stale, when the origin fails: stale-if-error`,
    isImmutable && "is not validated by a reload while it is fresh: immutable",
  ].filter((note) => note !== false);
}

function lifetimeWords({ source, lifetimeMs }: Freshness): string {
  const seconds = Math.floor(lifetimeMs / 1000);
  switch (source) {
    case "s-maxage":
    case "max-age":
      return `${source}=${seconds} from Cache-Control`;
    case "cdn-cache-control":
      return `${seconds} s from CDN-Cache-Control`;
    case "expires":
      return `${durationWords(seconds)} from Date to Expires`;
    case "grant":
      return `${seconds} s that a rule grants`;
    case "default":
      return `${seconds} s from --cache-default-ttl`;
    case "heuristic":
      return `${
        durationWords(seconds)
      } by heuristics, a tenth of its age since Last-Modified`;
    case "none":
      return "it states no lifetime";
  }
}

function ageWords(entry: Entry, nowMs: number): string {
  const { source, initialAgeMs } = entry.freshness;
  const { responseTimeMs } = entry.response;
  // A lifetime that was granted counts from when the response came.
  if (source === "grant" || source === "default") {
    const hereSeconds = Math.max(0, nowMs - responseTimeMs) / 1000;
    return `minus ${durationWords(hereSeconds)} here`;
  }
  const age = Math.floor(ageMs(entry, nowMs) / 1000);
  const came = Math.floor(initialAgeMs / 1000);
  const words = `minus an age of ${durationWords(age)}`;
  return came === 0
    ? words
    : `${words} (${durationWords(age - came)} here + ${
      durationWords(came)
    } that it came with)`;
}
