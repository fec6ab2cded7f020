/**
 * What the reader of the statistics page has chosen to see, from the parameters of its URL and
 * back: a time, and which of the recent exchanges.
 */

import * as v from "valibot";
import { type Outcome, OUTCOMES } from "../log/record.ts";
import type { StoredRecord } from "../log/record_line.ts";
import { CHART_RANGES, type ChartRange } from "./chart_series.ts";
import { type Parameters, read, single } from "./checked_input.ts";

/** What a page shows of everything. */
export interface StatsChoice {
  readonly range: ChartRange;
  /** Words that a recent exchange has to have, all of them; "" for any. */
  readonly text: string;
  readonly outcome: Outcome | "";
}

/** How long `text` may be, in characters. */
export const MAX_TEXT = 200;

const ChoiceSchema = v.object({
  range: v.optional(v.picklist(CHART_RANGES, "hour, day or month"), "hour"),
  text: v.optional(
    v.pipe(v.string(), v.maxLength(MAX_TEXT, `at most ${MAX_TEXT} characters`)),
    "",
  ),
  outcome: v.optional(
    v.picklist(["", ...OUTCOMES], `one of ${OUTCOMES.join(", ")}`),
    "",
  ),
});

/**
 * Reads a choice; parameters of another name are another's.
 *
 * @throws {BadInput}
 */
export function readStatsChoice(parameters: Parameters): StatsChoice {
  const { range = [], text = [], outcome = [] } = parameters;
  const given = Object.entries({ range, text, outcome })
    .filter(([, values]) => values.length > 0);
  return read(ChoiceSchema, single(Object.fromEntries(given)));
}

/** A choice as parameters, without what is chosen unless said otherwise. */
export function choiceParameters(
  { range, text, outcome }: StatsChoice,
): URLSearchParams {
  const parameters = new URLSearchParams();
  if (range !== "hour") parameters.set("range", range);
  if (text !== "") parameters.set("text", text);
  if (outcome !== "") parameters.set("outcome", outcome);
  return parameters;
}

/** Whether the recent exchanges are narrowed down. */
export function isNarrow({ text, outcome }: StatsChoice): boolean {
  return text.trim() !== "" || outcome !== "";
}

/** The test of a record for what was chosen: each word stands somewhere in its row, without case. */
export function choiceTest(
  { text, outcome }: StatsChoice,
): (record: StoredRecord) => boolean {
  const words = wordsOf(text.toLowerCase());
  return (record) => {
    if (outcome !== "" && record.outcome !== outcome) return false;
    if (words.length === 0) return true;
    const { method, url, status, client, rule, reason, error } = record;
    const row = [
      ...[method, url, status, record.outcome, client.ip, client.user],
      ...[rule, reason, error?.message, error?.code],
    ].join(" ").toLowerCase();
    return words.every((word) => row.includes(word));
  };
}

/** What to look for in the logs in place of several words: the one that says most. */
export function tellingWord({ text }: StatsChoice): string {
  return wordsOf(text).toSorted((a, b) => b.length - a.length)[0] ?? "";
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
