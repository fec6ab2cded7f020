/**
 * `/proxy-stats`: what the proxy does, whole in the page itself. Where scripts run it is kept
 * up to date by stats_stream.ts and its charts can be read; elsewhere it loads itself anew.
 */

import {
  CHART_RANGES,
  chartPoints,
  type ChartRange,
  CHARTS,
} from "./chart_series.ts";
import { chartFigure } from "./chart_svg.ts";
import { firstStart } from "./first_start.ts";
import { type Html, html } from "./html.ts";
import { layout, type Shell } from "./layout.ts";
import { FRAGMENTS } from "./stats_fragments.ts";
import { recentControls } from "./stats_recent.ts";
import type { StatsView } from "./stats_view.ts";

const REFRESH_SECONDS = 5;

/** Whom the page is for. */
export interface StatsPageOptions {
  readonly range: ChartRange;
  /** `http://HOST:PORT` by which the reader reaches the proxy. */
  readonly address: string;
}

/** The page. */
export function statsPage(
  shell: Shell,
  view: StatsView,
  { range, address }: StatsPageOptions,
): Html {
  const isFirstStart = view.snapshot.total.requests === 0;
  return layout(shell, {
    title: "Statistics",
    section: "/proxy-stats",
    hasOwnBanner: true,
    refreshSeconds: REFRESH_SECONDS,
    scripts: ["stats.js"],
    aside: html`<span class="state" id="live-state" role="status"></span>`,
    body: html`
      ${live("notices", view)}
      ${isFirstStart ? firstStart(shell.version, address) : ""}
      ${live("tiles", view)}
      ${traffic(view, range)}
      <section
        aria-labelledby="recent"><h2 id="recent">Recent exchanges</h2>${recentControls()}${live(
          "recent",
          view,
        )}</section>
      <section aria-labelledby="rules"><h2 id="rules">Rules</h2>${live(
        "rules",
        view,
      )}</section>
      <section
        aria-labelledby="top"><h2 id="top">Most frequent</h2>${live(
          "top",
          view,
        )}</section>
      <section
        aria-labelledby="capacity"><h2 id="capacity">Capacity</h2>${live(
          "capacity",
          view,
        )}</section>
    `,
  });
}

function traffic({ snapshot }: StatsView, range: ChartRange): Html {
  const points = chartPoints(snapshot, range);
  return html`
    <section aria-labelledby="traffic">
      <div class="title">
        <h2 id="traffic">Traffic</h2>
        <nav class="range" aria-label="Time that the charts show">
          <ul>${CHART_RANGES.map((name) => rangeLink(name, range))}</ul>
        </nav>
      </div>
      <div class="charts">${CHARTS.map((chart) =>
        chartFigure(chart, points)
      )}</div>
    </section>
  `;
}

function rangeLink(name: ChartRange, current: ChartRange): Html {
  const href = `?range=${name}#traffic`;
  return name === current
    ? html`<li><a href="${href}" data-range="${name}" aria-current="true">${name}</a></li>`
    : html`<li><a href="${href}" data-range="${name}">${name}</a></li>`;
}

/** A part that the stream replaces. */
function live(name: string, view: StatsView): Html {
  return html`<div id="live-${name}">${FRAGMENTS[name]?.(view)}</div>`;
}
