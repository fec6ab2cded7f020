/**
 * `/why/ID`: one exchange with every decision, where its time went, how to repeat it, and the
 * way to what the rules would make of it now. Everything in a record comes from the network.
 */

import type { StoredDecision, StoredRecord } from "../log/record_line.ts";
import { badge, outcomeBadge } from "./badge.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import { layout, type PageOptions, type Shell } from "./layout.ts";
import { curlCommand } from "./logs_curl.ts";
import { timingBar } from "./logs_timings.ts";
import { bytesText, momentText, msText, timeZone } from "./number_text.ts";
import { table } from "./table.ts";
import { whyPath } from "./why_path.ts";

/** In the order in which they pass. */
const TIMES = [
  ["policy", "Rules and lists"],
  ["dns", "Name resolved"],
  ["connect", "Connected"],
  ["tls", "TLS handshake"],
  ["firstByte", "First byte of the answer, from the start"],
  ["total", "In all"],
] as const;

/** Of the navigation: an exchange is found in the logs. */
const SECTION = "/admin/logs";

/** The page of an exchange. @param address `http://HOST:PORT` by which the reader reaches the proxy. */
export function whyPage(record: StoredRecord, address: string): PageOptions {
  const { id, outcome } = record;
  return {
    title: `Exchange ${strangeText(id, 40)}`,
    section: SECTION,
    json: `${whyPath(id)}.json`,
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
          )}">What the rules and lists say now</a>${sameHost(record)}</p>
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
  const query = new URLSearchParams({ url });
  if (client.ip !== "") query.set("client", client.ip);
  if (method !== "GET") query.set("method", method);
  return `/admin/rules/explain?${query}`;
}

function sameHost({ target }: StoredRecord): Html {
  if (target === undefined || target.host === "") return "";
  const query = new URLSearchParams({ host: target.host });
  return html`
    <a class="button" href="${SECTION}?${query}">Others of this host</a>
  `;
}

/** The page for an id of which there is no record. */
export function whyUnknownPage(shell: Shell, id: string): Html {
  return layout(shell, {
    title: "No such exchange",
    body: emptyState(
      `There is no record of an exchange ${strangeText(id, 60)}.`,
      html`
        <p>It may be gone: of recent exchanges the newest 100,000 are kept, and 64 MiB of them. It may never have been kept: where more than 2,500 come in a second only some are, though what was blocked, limited, denied or failed comes before all others. It may still be under way, since a record is made at the end. Or the id is not right.</p>
        <p>Look for it in the access log, which has a line for every exchange, or go to the <a href="/proxy-stats">recent exchanges</a>.</p>
      `,
    ),
  });
}

/** Who decided, in a sentence. */
export function verdict({ outcome, rule, reason, error }: StoredRecord): Html {
  const why = reason ?? error?.message;
  const because = why === undefined ? "." : `: ${strangeText(why)}`;
  if (rule !== undefined) {
    return html`<b>${strangeText(rule, 80)}</b> decided this${because}`;
  }
  return error === undefined
    ? `No rule or list had the last word; the outcome is ${outcome}${because}`
    : `It failed (${strangeText(error.code, 60)})${because}`;
}

/** What is known of an exchange, by names; "" for what is not. */
export function facts(record: StoredRecord): (readonly [string, Html])[] {
  const { client, target, status } = record;
  return [
    [
      "Request",
      html`<b>${strangeText(record.method, 40)}</b> ${
        strangeText(record.url, 4_000)
      }`,
    ],
    ["Time", timeElement(record.time)],
    ["Client", clientText(client)],
    ["User", strangeText(client.user ?? "")],
    ["Target", target === undefined ? "" : strangeText(targetText(target))],
    ["Status", status === 0 ? "none was sent" : String(status)],
    ["Cache", strangeText(record.cache ?? "")],
    ["Rule set", strangeText(record.policy ?? "")],
    ["From the client", bytesText(record.bytesIn)],
    ["To the client", bytesText(record.bytesOut)],
    ["Error", strangeText(record.error?.code ?? "")],
  ];
}

/** Fetches of the cache's own have none. */
function clientText({ ip, port }: StoredRecord["client"]): Html {
  return ip === "" ? "none waited" : strangeText(`${ip} port ${port}`);
}

function timeElement(time: string): Html {
  const timeMs = Date.parse(time);
  const iso = new Date(timeMs).toISOString();
  return html`<time datetime="${iso}" title="${iso}">${
    momentText(timeMs)
  } ${timeZone()}</time>`;
}

function targetText(
  { host, port, address }: NonNullable<StoredRecord["target"]>,
): string {
  const where = port === undefined ? host : `${host} port ${port}`;
  return address === undefined ? where : `${where}, at ${address}`;
}

/** Every decision. */
export function decisionsTable(decisions: readonly StoredDecision[]): Html {
  return table({
    caption: "Every decision, in the order in which they were made",
    columns: [
      { title: "Rule or list" },
      { title: "Phase" },
      { title: "Decision" },
      { title: "Reason", kind: "wide" },
      { title: "Took", kind: "number" },
    ],
    rows: decisions.map(({ rule, phase, action, reason, report, ms }) => ({
      cells: [
        strangeText(rule, 80),
        strangeText(phase, 20),
        html`${
          badge(
            strangeText(action, 20),
            action === "error" ? "failed" : "plain",
          )
        }${
          report === true
            ? html`
              ${badge("report only", "warn")}
            `
            : ""
        }`,
        strangeText(reason ?? "", 1_000),
        msText(ms),
      ],
    })),
    empty: emptyState("No rule or list decided anything about it."),
  });
}

/** Where the time went. */
export function timesTable(ms: StoredRecord["ms"]): Html {
  const rows = TIMES.flatMap(([name, title]) => {
    const took = ms[name];
    return took === undefined ? [] : [{ cells: [title, msText(took)] }];
  });
  return table({
    caption: "Where the time went",
    columns: [{ title: "What" }, { title: "Took", kind: "number" }],
    rows,
  });
}
