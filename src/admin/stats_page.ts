/**
 * `/proxy-stats`: what the proxy does, whole in the page itself. Where scripts run it is kept
 * up to date by stats_stream.ts and its charts can be read; elsewhere it loads itself anew.
 */

import {
  CHART_RANGES,
  chartPoints,
  type ChartRange,
  CHARTS,
  stepWords,
} from "./chart_series.ts";
import { chartFigure } from "./chart_svg.ts";
import { firstStart } from "./first_start.ts";
import { type Html, html, raw } from "./html.ts";
import type { PageOptions } from "./layout.ts";
import { choiceParameters, type StatsChoice } from "./stats_choice.ts";
import {
  chosenFragments,
  fragmentVersion,
  presentFragments,
  totalFragments,
} from "./stats_fragments.ts";
import { recentControls } from "./stats_recent.ts";
import type { StatsView } from "./stats_view.ts";

const REFRESH_SECONDS = 5;

/** Whom the page is for. */
export interface StatsPageOptions {
  readonly version: string;
  /** `http://HOST:PORT` by which the reader reaches the proxy. */
  readonly address: string;
}

/** The page. */
export async function statsPage(
  view: StatsView,
  { version, address }: StatsPageOptions,
): Promise<PageOptions> {
  const { choice } = view;
  const texts = new Map([
    ...await presentFragments(view),
    ...await totalFragments(view),
    ...await chosenFragments(view),
  ]);
  /** A part that the stream replaces. */
  const live = (name: string): Html => {
    const text = texts.get(name) ?? "";
    return html`<div id="live-${name}" data-version="${
      fragmentVersion(text)
    }">${raw(text)}</div>`;
  };
  const isFirstStart = view.snapshot.total.requests === 0;
  return {
    title: "Statistics",
    section: "/proxy-stats",
    json: `/proxy-stats.json?${choiceParameters(choice)}`,
    hasOwnBanner: true,
    refreshSeconds: REFRESH_SECONDS,
    scripts: ["stats.js"],
    aside: html`<span class="state" id="live-state" role="status"></span>`,
    body: html`
      ${live("notices")}
      ${isFirstStart ? firstStart(version, address) : ""}
      ${live("now")}
      ${traffic(view, live("tiles"))}
      <section
        aria-labelledby="recent"><div class="title"><h2 id="recent">Recent exchanges</h2>${recentControls(
          choice,
        )}</div>${live("recent")}</section>
      <section
        aria-labelledby="rules"><h2 id="rules">Rules and lists</h2>${live(
          "rules",
        )}</section>
      <section
        aria-labelledby="top"><h2 id="top">Most frequent</h2>${live(
          "top",
        )}</section>
      ${live("interception")}
      <section
        aria-labelledby="capacity"><h2 id="capacity">Capacity</h2>${live(
          "capacity",
        )}</section>
    `,
  };
}

function traffic({ snapshot, choice }: StatsView, tiles: Html): Html {
  const { range } = choice;
  const points = chartPoints(snapshot, range);
  return html`
    <section aria-labelledby="traffic">
      <div class="title">
        <h2 id="traffic">Traffic</h2>
        <nav class="range" aria-label="Time that is shown">
          <ul>${CHART_RANGES.map((name) => rangeLink(name, choice))}</ul>
        </nav>
      </div>
      ${tiles}
      <div class="charts">${CHARTS.map((chart) =>
        chartFigure(chart, points, stepWords(range))
      )}</div>
    </section>
  `;
}

function rangeLink(name: ChartRange, choice: StatsChoice): Html {
  const query = choiceParameters({ ...choice, range: name });
  query.set("range", name);
  const current = name === choice.range
    ? html`
      aria-current="true"
    `
    : "";
  return html`<li><a href="?${query}#traffic" data-range="${name}"${current}>${name}</a></li>`;
}
