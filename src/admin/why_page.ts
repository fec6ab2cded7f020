/**
 * `/why/ID`: one exchange with every decision and where its time went. Everything in a record
 * comes from the network.
 */

import type { StoredDecision, StoredRecord } from "../log/record_line.ts";
import { badge, outcomeBadge } from "./badge.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import { layout, type Shell } from "./layout.ts";
import { bytesText, msText } from "./number_text.ts";
import { table } from "./table.ts";

/** In the order in which they pass. */
const TIMES = [
  ["policy", "Rules and lists"],
  ["dns", "Name resolved"],
  ["connect", "Connected"],
  ["tls", "TLS handshake"],
  ["firstByte", "First byte of the answer, from the start"],
  ["total", "In all"],
] as const;

/** Where the page of an exchange is. */
export function whyPath(id: string): string {
  return `/why/${encodeURIComponent(id.toWellFormed())}`;
}

/** The page of an exchange. */
export function whyPage(shell: Shell, record: StoredRecord): Html {
  const { id, outcome } = record;
  return layout(shell, {
    title: `Exchange ${strangeText(id, 40)}`,
    aside: outcomeBadge(outcome),
    body: html`
      <p class="lead">${verdict(record)}</p>
      <section class="facts" aria-labelledby="facts">
        <h2 id="facts">What happened</h2>
        <dl>${facts(record).map(([name, value]) =>
          value === "" ? "" : html`
            <div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>
          `
        )}</dl>
      </section>
      <section
        aria-labelledby="decisions"><h2 id="decisions">Decisions</h2>${decisionsTable(
          record.decisions ?? [],
        )}</section>
      <section aria-labelledby="times"><h2 id="times">Time</h2>${timesTable(
        record.ms,
      )}</section>
      <p><a href="${whyPath(
        id,
      )}?format=json">This record as JSON</a> · <a href="/proxy-stats">Statistics</a></p>
    `,
  });
}

/** The page for an id of which there is no record. */
export function whyUnknownPage(shell: Shell, id: string): Html {
  return layout(shell, {
    title: "No such exchange",
    body: emptyState(
      `There is no record of an exchange ${strangeText(id, 60)}.`,
      html`
        <p>Records of recent exchanges are kept for a while: the newest ones, and not all of them where very many come at once. Either this one is gone, or it is still under way, or its id is not right.</p>
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
    ["Time", new Date(record.time).toISOString()],
    ["Client", strangeText(`${client.ip} port ${client.port}`)],
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
