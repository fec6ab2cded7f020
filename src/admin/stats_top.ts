/** The lists of who and what came most often. Names come from the network. */

import type { TopList, TopStats } from "../stats/stats_snapshot.ts";
import { type Html, html, strangeText } from "./html.ts";
import { bytesText, countText, dateText } from "./number_text.ts";
import { emptyState } from "./empty_state.ts";
import { table } from "./table.ts";

const SHOWN = 10;

/** All four lists. */
export function topLists(top: TopStats): Html {
  return html`
    <p class="note">Since ${dateText(top.sinceMs)}.</p>
    <div class="columns">${[
      topList("Hosts", top.hosts, (host) => ({ host })),
      topList("Clients", top.clients, (client) => ({ client })),
      topList("Blocked hosts", top.blockedHosts, (host) => ({
        host,
        outcome: "blocked",
      })),
      topList("Reasons for blocking", top.blockedReasons, (text) => ({
        text,
        outcome: "blocked",
      })),
    ]}</div>
  `;
}

/** @param search What finds the exchanges of a name in the logs. */
function topList(
  title: string,
  { entries }: TopList,
  search: (name: string) => Record<string, string>,
): Html {
  // What may be half an error tells nobody anything: with many names, those are the last ones.
  const known = entries.filter(({ count, error }) => error <= count / 2);
  const most = known[0]?.count ?? 0;
  return html`<section><h3>${title}</h3>${
    table({
      caption: title,
      name: "top",
      columns: [
        { title: "Name", kind: "wide" },
        { title: "Requests", kind: "number" },
        { title: "Sent", kind: "number" },
      ],
      rows: known.slice(0, SHOWN).map(({ name, count, error, bytesOut }) => ({
        key: name,
        cells: [
          html`
            <span
              class="bar">${lengthBar(
                count,
                most,
              )}<a href="/admin/logs?${new URLSearchParams(
                search(name),
              )}">${strangeText(name, 120)}</a></span>
          `,
          `${error > 0 ? "≤ " : ""}${countText(count)}`,
          bytesText(bytesOut),
        ],
      })),
      empty: emptyState("None yet."),
    })
  }</section>`;
}

function lengthBar(count: number, most: number): Html {
  return html`
    <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
      <rect width="${(100 * count / most).toFixed(1)}" height="1" />
    </svg>
  `;
}
