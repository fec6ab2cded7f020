/**
 * A word with a colour that says how it is meant. The word says it all: the colour adds
 * nothing that somebody who does not see it would miss.
 */

import type { Outcome } from "../log/record.ts";
import { OUTCOME_GROUPS, OUTCOME_TRAITS } from "../stats/outcome_traits.ts";
import { type Html, html } from "./html.ts";

/** The colours: those of the groups of outcomes, and three for states. */
export type Tone =
  | typeof OUTCOME_GROUPS[number]
  | "good"
  | "warn"
  | "bad"
  | "plain";

/** A badge. */
export function badge(word: string, tone: Tone = "plain"): Html {
  return html`<span class="badge tone-${tone}">${word}</span>`;
}

/** The badge of an outcome, in the colour of its group. */
export function outcomeBadge(outcome: Outcome): Html {
  const traits = OUTCOME_TRAITS.get(outcome);
  return badge(outcome, traits && OUTCOME_GROUPS[traits.group]);
}
