/**
 * The table of recent exchanges: one row each, the newest first, with what became of it and
 * why. Everything in a record comes from the network.
 */

import { OUTCOMES } from "../log/record.ts";
import type { StoredRecord } from "../log/record_line.ts";
import { outcomeBadge } from "./badge.ts";
import { emptyState } from "./empty_state.ts";
import { filterField } from "./filter_form.ts";
import { type Html, html, strangeText } from "./html.ts";
import { bytesText, clockText, msText } from "./number_text.ts";
import { type Row, table } from "./table.ts";
import { whyPath } from "./why_page.ts";

/** The rows' columns. */
const COLUMNS = [
  { title: "Time" },
  { title: "Client" },
  { title: "Request", kind: "wide" },
  { title: "Status", kind: "number" },
  { title: "Outcome" },
  { title: "Rule and reason", kind: "wide" },
  { title: "Sent", kind: "number" },
  { title: "Took", kind: "number" },
] as const;

/** The table. */
export function recentTable(records: readonly StoredRecord[]): Html {
  return table({
    caption: "Recent exchanges, the newest first",
    name: "recent",
    columns: COLUMNS,
    rows: records.map(recentRow),
    empty: emptyState("No exchanges yet."),
  });
}

/** What narrows the table down where scripts run, and stops it. */
export function recentControls(): Html {
  const choices = OUTCOMES.map((value) => ({ value, label: value }));
  return html`
    <form class="filter" id="recent-filter" role="search"
      hidden>${filterField({
        name: "text",
        label: "Filter",
        value: "",
        placeholder: "host, client, rule … ( / )",
      })}${filterField({
        name: "outcome",
        label: "Outcome",
        value: "",
        choices: [{ value: "", label: "any" }, ...choices],
      })}<button type="button" id="pause" aria-pressed="false">Pause</button><span class="note" id="recent-count" role="status"></span></form>
  `;
}

function recentRow(record: StoredRecord): Row {
  const { time, id, client, method, url, status, outcome, ms } = record;
  const timeMs = Date.parse(time);
  return {
    key: id,
    group: outcome,
    cells: [
      html`
        <a href="${whyPath(id)}"
          title="Why? Exchange ${strangeText(
            id,
            40,
          )}"><time datetime="${new Date(timeMs).toISOString()}">${clockText(
            timeMs,
          )}</time></a>
      `,
      clientText(client),
      html`<b>${strangeText(method, 20)}</b> ${strangeText(url, 120)}`,
      status === 0 ? "none" : String(status),
      outcomeBadge(outcome),
      reasonCell(record),
      bytesText(record.bytesOut),
      msText(ms.total),
    ],
  };
}

/** Who asked. */
export function clientText({ ip, user }: StoredRecord["client"]): string {
  return user === undefined
    ? strangeText(ip, 60)
    : `${strangeText(user, 40)} at ${strangeText(ip, 60)}`;
}

/** Who decided, and why. */
export function reasonCell({ rule, reason, error }: StoredRecord): Html {
  const why = reason ?? error?.message ?? error?.code ?? "";
  return rule === undefined
    ? strangeText(why, 160)
    : html`<b>${strangeText(rule, 60)}</b> ${strangeText(why, 160)}`;
}
