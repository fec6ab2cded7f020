/** The first numbers of the statistics page: what somebody wants to know at a glance. */

import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import { CLIENT_CONNECTIONS, IDLE_UPSTREAMS } from "./capacity.ts";
import { durationWords } from "./duration_words.ts";
import { type Html, html } from "./html.ts";
import {
  bytesText,
  countText,
  dateText,
  msText,
  percentText,
  rateText,
} from "./number_text.ts";
import type { StatsView } from "./stats_view.ts";

const MINUTE_MS = 60_000;

/** The tiles, as a list of terms. */
export function statsTiles(
  { snapshot, capacity }: Pick<StatsView, "snapshot" | "capacity">,
): Html {
  const { total, run, gauges } = snapshot;
  const clients = capacity.find(({ name }) => name === CLIENT_CONNECTIONS);
  const idle = capacity.find(({ name }) => name === IDLE_UPSTREAMS);
  const { outcomes, latency } = total;
  const cached = outcomes.hit + outcomes.stale + outcomes.revalidated;
  const refused = outcomes.blocked + outcomes.limited + outcomes.denied;
  return html`<dl class="tiles">${[
    tile(
      "Requests",
      countText(total.requests),
      `${countText(run.requests)} in this run`,
    ),
    tile("Per second", rateText(requestRate(snapshot)), "over the last minute"),
    tile(
      "Hit ratio",
      percentText(total.hitRatio),
      `${countText(cached)} from the cache`,
    ),
    tile(
      "Bytes saved",
      bytesText(total.bytesSaved),
      `of ${bytesText(total.bytesOut)} sent`,
    ),
    tile(
      "Median latency",
      msText(latency.all.p50Ms),
      `p99 ${msText(latency.all.p99Ms)}`,
    ),
    tile(
      "Refused",
      countText(refused),
      `${countText(outcomes.error)} failed`,
    ),
    tile(
      "Clients",
      countText(gauges.clientConnections),
      clients === undefined
        ? "connections open"
        : `of ${countText(clients.most)} connections`,
    ),
    tile("Tunnels", countText(gauges.tunnels), "open"),
    tile(
      "Upstreams",
      countText(gauges.upstreamConnections),
      idle === undefined
        ? "connections open"
        : `open, ${countText(idle.used)} idle of ${countText(idle.most)}`,
    ),
    tile(
      "Uptime",
      durationWords(wholeUptime(snapshot.uptimeSeconds)),
      `since ${dateText(snapshot.startMs)}`,
    ),
  ]}</dl>`;
}

/** Requests a second over the last minute, or since the start where that is less. */
export function requestRate(
  { minutes, timeMs, uptimeSeconds }: StatsSnapshot,
): number {
  const last = minutes.cached.length - 1;
  const openShare = timeMs % MINUTE_MS / MINUTE_MS;
  const requests = requestsIn(minutes, last) +
    requestsIn(minutes, last - 1) * (1 - openShare);
  return requests / Math.max(1, Math.min(60, uptimeSeconds));
}

function requestsIn(minutes: StatsSnapshot["minutes"], at: number): number {
  const { cached, fetched, tunnelled, answered, refused, failed } = minutes;
  return [cached, fetched, tunnelled, answered, refused, failed]
    .reduce((sum, column) => sum + (column[at] ?? 0), 0);
}

/** Past a minute and a half, seconds would be a change each second for nothing. */
function wholeUptime(seconds: number): number {
  return seconds < 100 ? seconds : Math.floor(seconds / 60) * 60;
}

function tile(name: string, value: string, note: string): Html {
  return html`
    <div>
      <dt>${name}</dt>
      <dd><b>${value}</b><span>${note}</span></dd>
    </div>
  `;
}
