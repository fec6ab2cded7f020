/**
 * What became of TLS that was to be intercepted, for the statistics page: nothing where that
 * has not happened yet. Names come from the network.
 */

import type { InterceptionStats } from "../stats/stats_snapshot.ts";
import { emptyState } from "./empty_state.ts";
import { type Html, html, strangeText } from "./html.ts";
import { countText, dateText, percentText } from "./number_text.ts";
import { tile } from "./stats_tiles.ts";
import { table } from "./table.ts";

/** The section, with its heading. */
export function interceptionSection(stats: InterceptionStats | null): Html {
  if (stats === null || !isInUse(stats)) return "";
  return html`
    <section aria-labelledby="interception">
      <h2 id="interception">Interception</h2>
      ${interceptionTiles(stats)} ${refusingTable(stats)}
    </section>
  `;
}

function isInUse({ leaves, failedHandshakes, refusals }: InterceptionStats) {
  return leaves !== null || refusals > 0 ||
    Object.values(failedHandshakes).some((count) => count > 0);
}

function interceptionTiles(
  { intercepted, failedHandshakes, refusals, refusing, leaves }:
    InterceptionStats,
): Html {
  const { client, origin, proxy } = failedHandshakes;
  return html`<dl class="tiles">${[
    tile("Intercepted", countText(intercepted), "tunnels in this run"),
    tile(
      "Failed handshakes",
      countText(client + origin + proxy),
      `${countText(client)} by clients, ${countText(origin)} by origins, ` +
        `${countText(proxy)} by the proxy`,
    ),
    tile(
      "Refusals",
      countText(refusals),
      `of the certificate, ${countText(refusing.count)} remembered`,
    ),
    ...leaves === null ? [] : [leavesTile(leaves)],
  ]}</dl>`;
}

function leavesTile(
  { cached, most, made, hits }: NonNullable<InterceptionStats["leaves"]>,
): Html {
  const ratio = made + hits === 0 ? null : hits / (made + hits);
  return tile(
    "Certificates",
    countText(cached),
    `of ${countText(most)}, ${percentText(ratio)} were there already`,
  );
}

function refusingTable({ refusing }: InterceptionStats): Html {
  const title = "Clients that refuse the certificate";
  return html`<h3>${title}</h3>${
    table({
      caption: title,
      columns: [
        { title: "Client" },
        { title: "Host", kind: "wide" },
        { title: "Why", kind: "wide" },
        { title: "Not intercepted until" },
      ],
      rows: refusing.latest.map(({ client, host, reason, untilMs }) => ({
        key: `${client} ${host}`,
        cells: [
          strangeText(client),
          strangeText(host, 120),
          strangeText(reason, 200),
          dateText(untilMs),
        ],
      })),
      empty: emptyState("None now."),
    })
  }`;
}
