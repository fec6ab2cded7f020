/**
 * The table of exchanges, of the statistics page and of the logs: one row each, the newest
 * first, with what became of it and why. Everything in a record comes from the network.
 */

import type { StoredRecord } from "../log/record_line.ts";
import { outcomeBadge } from "./badge.ts";
import { type Html, html, strangeText } from "./html.ts";
import { bytesText, clockText, momentText, msText } from "./number_text.ts";
import { type Row, table } from "./table.ts";
import { whyPath } from "./why_path.ts";

/** More of a URL has no place in a row; its title has it. */
const MAX_URL = 120;

/** The table. */
export interface ExchangesTableOptions {
  readonly records: readonly StoredRecord[];
  readonly caption: string;
  /** `recent`: of today, times without a day. */
  readonly name: "recent" | "logs";
  /** In place of a table without rows. */
  readonly empty: Html;
}

const COLUMNS = [
  { title: "Time" },
  { title: "Client" },
  { title: "Request", kind: "wide" },
  { title: "Status", kind: "number", label: "" },
  { title: "Outcome" },
  { title: "Rule and reason", kind: "wide" },
  { title: "Sent", kind: "number" },
  { title: "Took", kind: "number", label: "" },
] as const;

/** The table, or what stands there in its place. */
export function exchangesTable(
  { records, caption, name, empty }: ExchangesTableOptions,
): Html {
  const timeText = name === "recent" ? clockText : momentText;
  return table({
    caption,
    name,
    columns: COLUMNS,
    rows: records.map((record) => exchangeRow(record, timeText)),
    empty,
  });
}

function exchangeRow(
  record: StoredRecord,
  timeText: (timeMs: number) => string,
): Row {
  const { time, id, client, method, url, status, outcome, ms } = record;
  const timeMs = Date.parse(time);
  const verb = strangeText(method, 20);
  return {
    key: id,
    cells: [
      html`<a href="${whyPath(id)}" title="${momentText(timeMs)}: why?">${
        timeText(timeMs)
      }</a>`,
      titled(clientText(client), clientText(client)),
      titled(
        html`<b>${verb}</b> ${strangeText(url, MAX_URL)}`,
        `${verb} ${strangeText(url)}`,
      ),
      status === 0 ? "none" : String(status),
      outcomeBadge(outcome),
      reasonCell(record),
      bytesText(record.bytesOut),
      msText(ms.total),
    ],
  };
}

/** Who decided, and why. */
function reasonCell({ rule, reason, error }: StoredRecord): Html {
  const why = strangeText(reason ?? error?.message ?? error?.code ?? "", 160);
  if (rule !== undefined) {
    const name = strangeText(rule, 60);
    return titled(html`<b>${name}</b> ${why}`, `${name} ${why}`);
  }
  return why === "" ? "" : titled(why, why);
}

/** Who asked; fetches of the cache's own have none. */
function clientText({ ip, user }: StoredRecord["client"]): string {
  if (ip === "") return "none waited";
  return user === undefined
    ? strangeText(ip, 60)
    : `${strangeText(user, 40)} at ${strangeText(ip, 60)}`;
}

/** A column may cut what it shows. */
function titled(cell: Html, text: string): Html {
  return html`<span title="${text}">${cell}</span>`;
}
