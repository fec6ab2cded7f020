/**
 * `/admin/logs/ID`: one exchange with all that is known of it, how to repeat it, and what
 * the rules would make of it now.
 */

import type { StoredRecord } from "../log/record_line.ts";
import { outcomeBadge } from "./badge.ts";
import { type Html, html, strangeText } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { curlCommand } from "./logs_curl.ts";
import { exchangeHref, LOGS_PATH } from "./logs_page.ts";
import { timingBar } from "./logs_timings.ts";
import { decisionsTable, facts, timesTable, verdict } from "./why_page.ts";

/** The page. @param address `http://HOST:PORT` by which the reader reaches the proxy. */
export function exchangePage(
  record: StoredRecord,
  address: string,
): PageOptions {
  const { id, outcome } = record;
  return {
    title: `Exchange ${strangeText(id, 40)}`,
    section: LOGS_PATH,
    aside: outcomeBadge(outcome),
    body: html`
      <p class="lead">${verdict(record)}</p>
      <section class="facts" aria-labelledby="facts">
        <h2 id="facts">What happened</h2>
        <dl>${facts(record).map(fact)}</dl>
      </section>
      <section
        aria-labelledby="times"><h2 id="times">Time</h2>${timingBar(
          record,
        )}<details><summary>In numbers</summary>${timesTable(
          record.ms,
        )}</details></section>
      <section
        aria-labelledby="decisions"><h2 id="decisions">Decisions</h2>${decisionsTable(
          record.decisions ?? [],
        )}</section>
      <section aria-labelledby="again">
        <h2 id="again">Again</h2>
        <pre tabindex="0"><code>${strangeText(
          curlCommand(record, address),
          8_000,
        )}</code></pre>
        <p
          class="actions"><a class="button" href="${explainHref(
            record,
          )}">What the rules and lists say now</a>${sameHost(
            record,
          )} <a class="button" href="${exchangeHref(
            id,
          )}.json">This record as JSON</a></p>
      </section>
    `,
  };
}

function fact([name, value]: readonly [string, Html]): Html {
  return value === "" ? "" : html`
    <div>
      <dt>${name}</dt>
      <dd>${value}</dd>
    </div>
  `;
}

function explainHref({ method, url, client }: StoredRecord): string {
  const query = new URLSearchParams({ url, client: client.ip });
  if (method !== "GET") query.set("method", method);
  return `/admin/rules/explain?${query}`;
}

function sameHost({ target }: StoredRecord): Html {
  if (target === undefined || target.host === "") return "";
  const query = new URLSearchParams({ host: target.host });
  return html`
    <a class="button" href="${LOGS_PATH}?${query}">Others of this host</a>
  `;
}
