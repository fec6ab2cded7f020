/**
 * The numbers of the statistics page that somebody wants to know at a glance: what there is
 * right now, and what passed in the time that was chosen, with all since the beginning beside.
 */

import type { StatsSnapshot } from "../stats/stats_snapshot.ts";
import {
  type Capacity,
  CLIENT_CONNECTIONS,
  IDLE_UPSTREAMS,
} from "./capacity.ts";
import { rangeSum } from "./chart_series.ts";
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
import { requestsOf, type SeriesSum, sumPoints } from "./series_sum.ts";
import type { CommonView, StatsView } from "./stats_view.ts";

const MINUTE_MS = 60_000;
/** From here on seconds would be a change each second for nothing. */
const WHOLE_MINUTES_SECONDS = 120;

/** What there is right now, as a list of terms. */
export function nowTiles({ snapshot, capacity }: CommonView): Html {
  const { gauges } = snapshot;
  const named = (wanted: string) =>
    capacity.find(({ name }) => name === wanted);
  const [clients, idle] = [named(CLIENT_CONNECTIONS), named(IDLE_UPSTREAMS)];
  return html`<dl class="tiles">${[
    tile("Per second", rateText(requestRate(snapshot)), "in the last minute"),
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
      idle === undefined ? "connections open" : `open, ${idleText(idle)}`,
    ),
    tile(
      "Uptime",
      durationWords(wholeUptime(snapshot.uptimeSeconds)),
      `since ${dateText(snapshot.startMs)}`,
    ),
  ]}</dl>`;
}

function idleText({ used, most }: Capacity): string {
  return `${countText(used)} idle of ${countText(most)}`;
}

/** What passed in the time that was chosen, as a list of terms. */
export function rangeTiles(
  { snapshot, choice: { range } }: Pick<StatsView, "snapshot" | "choice">,
): Html {
  const sum = rangeSum(snapshot, range);
  return html`
    <dl class="tiles">${rangeNumbers(sum, snapshot.total).map((
      [name, here, inAll],
    ) => tile(name, here, `${inAll} in all`))}</dl>
    <p class="note">Large: the last ${range}. In all: since ${dateText(
      snapshot.sinceMs,
    )}.</p>
  `;
}

/** Names, with the number of a time and of all. */
function rangeNumbers(
  sum: SeriesSum,
  { requests, hitRatio, bytesSaved, latency, outcomes }: StatsSnapshot["total"],
): (readonly [name: string, here: string, inAll: string])[] {
  const refused = outcomes.blocked + outcomes.limited + outcomes.denied;
  return [
    ["Requests", countText(requestsOf(sum)), countText(requests)],
    ["Hit ratio", percentText(sum.hitRatio), percentText(hitRatio)],
    ["Bytes saved", bytesText(sum.bytesSaved ?? 0), bytesText(bytesSaved)],
    ["Median latency", msText(sum.p50Ms), msText(latency.all.p50Ms)],
    ["Refused", countText(sum.refused ?? 0), countText(refused)],
    ["Failed", countText(sum.failed ?? 0), countText(outcomes.error)],
  ];
}

/** Requests a second over the last minute, or since the start where that is less. */
export function requestRate(
  { minutes, timeMs, uptimeSeconds, run }: StatsSnapshot,
): number {
  if (uptimeSeconds < 60) return run.requests / Math.max(1, uptimeSeconds);
  const last = minutes.cached.length - 1;
  const openShare = timeMs % MINUTE_MS / MINUTE_MS;
  const requestsAt = (at: number) => requestsOf(sumPoints(minutes, at, at + 1));
  const requests = requestsAt(last) + requestsAt(last - 1) * (1 - openShare);
  return requests / 60;
}

/** It never goes back: whole minutes begin where seconds are no longer told. */
function wholeUptime(seconds: number): number {
  return seconds < WHOLE_MINUTES_SECONDS
    ? seconds
    : Math.floor(seconds / 60) * 60;
}

/** A number with its name, and what there is to know of it. */
export function tile(name: string, value: string, note: string): Html {
  return html`
    <div>
      <dt>${name}</dt>
      <dd><b>${value}</b><span>${note}</span></dd>
    </div>
  `;
}
