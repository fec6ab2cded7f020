/**
 * `/admin/logs`: recent exchanges that a search finds, a page of them. Everything in a
 * record comes from the network.
 */

import { OUTCOMES } from "../log/record.ts";
import type { StoredRecord } from "../log/record_line.ts";
import type { RecordsUsage } from "../log/recent_records.ts";
import { banner } from "./banner.ts";
import { emptyState } from "./empty_state.ts";
import { exchangesTable } from "./exchanges_table.ts";
import { type FilterField, filterForm } from "./filter_form.ts";
import { type FormMistake, mistakeBanner } from "./form_mistake.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import {
  isForAll,
  type LogFilterName,
  logParameters,
  type LogSearch,
} from "./logs_input.ts";
import { countText, timeZone } from "./number_text.ts";
import { pagination } from "./pagination.ts";

/** The page's path. */
export const LOGS_PATH = "/admin/logs";

/** What a search found. */
export interface LogsView {
  readonly search: LogSearch;
  /** Newest first. */
  readonly records: readonly StoredRecord[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
  /** The search has looked at as many records as it may, and can be carried on. */
  readonly isStoppedEarly: boolean;
  /** How many it has looked at. */
  readonly scanned: number;
  readonly usage: RecordsUsage;
}

/** The page of a search with a mistake in it: the form, as it was filled in. */
export function logsMistakePage(mistake: FormMistake): PageOptions {
  return {
    title: "Logs",
    section: LOGS_PATH,
    body: html`
      ${mistakeBanner(mistake, "Nothing was looked for")}
      ${filterForm(LOGS_PATH, filterFields(mistake.values), mistake)}
    `,
  };
}

/** The page. @param deleted How many records were deleted just now. */
export function logsPage(
  view: LogsView,
  { mayChange, deleted }: {
    readonly mayChange: boolean;
    readonly deleted?: number | undefined;
  },
): PageOptions {
  const { search, records } = view;
  return {
    title: "Logs",
    section: LOGS_PATH,
    body: html`
      ${deleted === undefined ? "" : banner({
        tone: "good",
        what: `Records deleted: ${countText(deleted)}.`,
      })}
      ${filterForm(LOGS_PATH, filterFields(search.filters))}
      ${exchangesTable({
        records,
        caption: "Exchanges, the newest first",
        name: "logs",
        empty: nothingFound(view),
      })}
      ${pages(view)}
      ${actions(search, mayChange)}
      <p class="note">${usageText(view.usage)}</p>
    `,
  };
}

function filterFields(filters: Partial<LogSearch["filters"]>): FilterField[] {
  const field = (
    name: LogFilterName,
    label: string,
    placeholder: string,
  ): FilterField => ({ name, label, value: filters[name] ?? "", placeholder });
  const choices = OUTCOMES.map((value) => ({ value, label: value }));
  return [
    { ...field("text", "Text", "in URL, reason or error"), isLong: true },
    field("host", "Host", ".example.com"),
    field("client", "Client", "192.0.2.0/24"),
    field("status", "Status", "404, 5xx, 400-451"),
    {
      ...field("outcome", "Outcome", ""),
      choices: [
        { value: "", label: "any" },
        ...severalOf(filters.outcome),
        ...choices,
      ],
    },
    field("rule", "Rule", "its name, or lists"),
    field("method", "Method", "GET"),
    field("from", `From (${timeZone()})`, "2026-01-31 08:15"),
    field("to", `To (${timeZone()})`, "2026-01-31"),
  ];
}

/** A choice for what programs can ask for and the form can't offer. */
function severalOf(outcome: string | undefined) {
  return outcome?.includes(",")
    ? [{ value: outcome, label: strangeText(outcome, 60) }]
    : [];
}

function nothingFound({ search, usage }: LogsView): Html {
  if (usage.heldRecords + usage.storedRecords === 0) {
    return emptyState(
      "No exchanges yet.",
      "Point a browser or a program at the proxy, and load this page again.",
    );
  }
  return isForAll(search)
    ? emptyState("There are no more.")
    : emptyState("No exchange fits.", "Narrow the search down less.");
}

function pages(
  { search, records, next, isStoppedEarly, scanned }: LogsView,
): Html {
  const parameters = logParameters(search);
  const hrefOf = (set: URLSearchParams) => `${LOGS_PATH}?${set}`;
  const onward = new URLSearchParams(parameters);
  if (next !== undefined) onward.set("after", next);
  if (search.limit !== 100) onward.set("limit", String(search.limit));
  const early = isStoppedEarly
    ? `, of the ${countText(scanned)} that were looked at: go on for older ones`
    : "";
  return pagination({
    shown: `${countText(records.length)} shown${early}`,
    firstHref: search.cursor === undefined ? undefined : hrefOf(parameters),
    nextHref: next === undefined ? undefined : hrefOf(onward),
  });
}

function actions(search: LogSearch, mayChange: boolean): Html {
  const query = `?${logParameters(search)}`;
  const which = isForAll(search) ? "all" : "these";
  return html`
    <p
      class="actions"><a class="button" href="${LOGS_PATH}/export.ndjson${query}" download>Export ${which} as NDJSON</a> <a class="button" href="${LOGS_PATH}/export.har${query}" download>as HAR</a>${mayChange
        ? html`
          <a class="button danger"
            href="${LOGS_PATH}/delete${query}">Delete ${which} …</a>
        `
        : ""}</p>
  `;
}

function usageText(usage: RecordsUsage): string {
  const { heldRecords, storedRecords, skipped, lost } = usage;
  const missing = skipped + lost > 0
    ? `; ${
      countText(skipped + lost)
    } were not kept, because too many came at once or the store failed`
    : "";
  const kept = Math.max(heldRecords, storedRecords);
  const count = kept === 0
    ? "No records are kept yet"
    : `${countText(kept)} records are kept, the oldest go first`;
  return `${count}${missing}. The access log has a line for every exchange.`;
}
