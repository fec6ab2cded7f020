/**
 * The recent exchanges on the statistics page: those that fit what the reader has typed, and
 * the way to all others in the logs.
 */

import { OUTCOMES } from "../log/record.ts";
import { emptyState } from "./empty_state.ts";
import { exchangesTable } from "./exchanges_table.ts";
import { filterField } from "./filter_form.ts";
import { type Html, html, strangeText } from "./html.ts";
import { countText } from "./number_text.ts";
import {
  isNarrow,
  MAX_TEXT,
  type StatsChoice,
  tellingWord,
} from "./stats_choice.ts";
import {
  SCANNED_RECORDS,
  SHOWN_RECORDS,
  type StatsView,
} from "./stats_view.ts";

/** The table, or why it has no rows. */
export function recentTable(
  { recent, choice }: Pick<StatsView, "recent" | "choice">,
): Html {
  const isAll = !isNarrow(choice);
  const shown = exchangesTable({
    records: recent,
    caption: "Recent exchanges, the newest first",
    name: "recent",
    empty: isAll
      ? emptyState("No exchanges yet.", "They come in here as they pass.")
      : emptyState(
        `None of the last ${countText(SCANNED_RECORDS)} exchanges fits.`,
        "Those to come are shown as they pass.",
      ),
  });
  if (isAll && recent.length === 0) return shown;
  return html`${shown}<p class="note">${
    isAll
      ? `The last ${SHOWN_RECORDS}.`
      : `The last ${SHOWN_RECORDS} that fit, of the last ${
        countText(SCANNED_RECORDS)
      }.`
  } ${logsLink(choice)}</p>`;
}

/** What narrows the table down; where scripts run, as it is typed. */
export function recentControls({ range, text, outcome }: StatsChoice): Html {
  const choices = OUTCOMES.map((value) => ({ value, label: value }));
  return html`
    <form class="filter" id="recent-filter" role="search" method="get"
      action="#recent"><input type="hidden" name="range" value="${range}">${filterField(
        {
          name: "text",
          label: "Filter",
          value: text,
          placeholder: "host, client, rule … ( / )",
          maxLength: MAX_TEXT,
        },
      )}${filterField({
        name: "outcome",
        label: "Outcome",
        value: outcome,
        choices: [{ value: "", label: "any" }, ...choices],
      })}<noscript><button>Filter</button></noscript><button type="button" id="pause" aria-pressed="false" hidden>Pause</button></form>
  `;
}

/** Two searches are not one: what is looked for there is said. */
function logsLink(choice: StatsChoice): Html {
  const { outcome } = choice;
  const text = tellingWord(choice);
  const query = new URLSearchParams();
  if (text !== "") query.set("text", text);
  if (outcome !== "") query.set("outcome", outcome);
  const what = [text, outcome].filter((word) => word !== "")
    .map((word) => `“${strangeText(word, 60)}”`).join(" and ");
  return what === ""
    ? html`<a href="/admin/logs">All in the logs</a>`
    : html`<a href="/admin/logs?${query}">Search the logs for ${what}</a>`;
}
