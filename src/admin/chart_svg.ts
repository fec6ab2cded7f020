/**
 * A chart as SVG within the page: what is seen at once, and for good where no scripts run.
 * It has few points and no interaction.
 */

import type { Chart, ChartLine, ChartPoints } from "./chart_series.ts";
import { type Html, html } from "./html.ts";
import {
  bytesText,
  clockText,
  countText,
  dateText,
  msText,
  percentText,
} from "./number_text.ts";

const WIDTH = 600;
const HEIGHT = 160;
const DAY_MS = 86_400_000;
/** In ms: a logarithm has no zero. */
const LEAST_LOGARITHMIC = 0.01;

/** From which value to which an axis goes. */
interface Axis {
  readonly least: number;
  readonly most: number;
  readonly isLogarithmic: boolean;
}

/**
 * The chart, with its legend and what its axes mean.
 *
 * @param each How long a step is, in words.
 */
export function chartFigure(
  chart: Chart,
  points: ChartPoints,
  each: string,
): Html {
  const axis = axisOf(chart, points);
  return html`
    <figure class="chart" data-chart="${chart.id}">
      <figcaption>${chart.title}${chart.isPerStep
        ? html`
          <span class="note each">${each}</span>
        `
        : ""}</figcaption>
      <div
        class="plot"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${summary(
          chart,
          points,
        )}">${chart.isStacked
          ? stackedBars(chart, points, axis)
          : chart.series.map((line) =>
            valueLine(line, points, axis)
          )}</svg><span class="most">${valueText(
            axis.most,
            chart.unit,
          )}</span>${axis.isLogarithmic
          ? html`<span class="least">${
            valueText(axis.least, chart.unit)
          }</span>`
          : ""}<span class="from">${timeText(
            points.startMs,
            points,
          )}</span><span class="to">now</span></div>
      <ul class="legend">${chart.series.map(({ label, tone }) =>
        html`<li class="tone-${tone}">${label}</li>`
      )}</ul>
    </figure>
  `;
}

/** The newest values in words, for those who don't see the chart. */
function summary({ title, series, unit }: Chart, points: ChartPoints): string {
  const values = series.map(({ column, label }) => {
    const value = points.columns[column].at(-1) ?? null;
    return `${label} ${value === null ? "none" : valueText(value, unit)}`;
  });
  return `${title}, at last: ${values.join(", ")}`;
}

function axisOf(
  { unit, isStacked, isLogarithmic, series }: Chart,
  points: ChartPoints,
): Axis {
  if (unit === "ratio") return { least: 0, most: 1, isLogarithmic };
  const columns = series.map(({ column }) => points.columns[column]);
  if (isLogarithmic) return logarithmicAxis(columns.flat());
  const values = points.columns.cached.map((_, i) => {
    const here = columns.map((column) => column[i] ?? 0);
    return isStacked ? here.reduce((sum, n) => sum + n, 0) : Math.max(...here);
  });
  return { least: 0, most: Math.max(1, ...values), isLogarithmic };
}

/** From a power of ten to another. */
function logarithmicAxis(values: readonly (number | null)[]): Axis {
  const known = values.filter((value) => value !== null);
  const from = Math.max(LEAST_LOGARITHMIC, Math.min(1, ...known));
  const least = 10 ** Math.floor(Math.log10(from));
  const most = 10 ** Math.ceil(Math.log10(Math.max(1, ...known)));
  return { least, most: Math.max(most, 10 * least), isLogarithmic: true };
}

/** How high a value stands. */
function heightOf(value: number, { least, most, isLogarithmic }: Axis): number {
  if (!isLogarithmic) return value / most * HEIGHT;
  const share = Math.log(Math.max(value, least) / least) /
    Math.log(most / least);
  return share * HEIGHT;
}

function stackedBars(
  { series }: Chart,
  { columns }: ChartPoints,
  axis: Axis,
): Html[] {
  const count = columns.cached.length;
  const width = WIDTH / count;
  const floors = new Array<number>(count).fill(0);
  // As the script stacks them: what failed stands at the bottom.
  return series.toReversed().map(({ column, tone }) => {
    const path = columns[column].map((value, i) => {
      if (!value) return "";
      const floor = heightOf(floors[i]!, axis);
      floors[i]! += value;
      const height = heightOf(value, axis);
      return `M${round(i * width + width * 0.1)} ${round(HEIGHT - floor)}h${
        round(width * 0.8)
      }v-${round(height)}h-${round(width * 0.8)}z`;
    }).join("");
    return html`
      <path class="area tone-${tone}" d="${path}" />
    `;
  });
}

function valueLine(
  { column, tone }: ChartLine,
  { columns }: ChartPoints,
  axis: Axis,
): Html {
  const values = columns[column];
  const width = WIDTH / values.length;
  let isDrawing = false;
  const path = values.map((value, i) => {
    const command = isDrawing ? "L" : "M";
    isDrawing = value !== null;
    if (value === null) return "";
    const place = `${round((i + 0.5) * width)} ${
      round(HEIGHT - heightOf(value, axis))
    }`;
    // A point on its own is a line of no length, with round ends.
    return command === "M" ? `M${place}h.1` : `L${place}`;
  }).join("");
  return html`
    <path class="line tone-${tone}" d="${path}" />
  `;
}

function valueText(value: number, unit: Chart["unit"]): string {
  switch (unit) {
    case "count":
      return countText(value);
    case "ms":
      return msText(value);
    case "ratio":
      return percentText(value);
    case "bytes":
      return bytesText(value);
  }
}

function timeText(timeMs: number, { stepMs, columns }: ChartPoints): string {
  const isLong = stepMs * columns.cached.length >= DAY_MS;
  return isLong ? dateText(timeMs).slice(5, 10) : clockText(timeMs).slice(0, 5);
}

function round(value: number): string {
  return String(Number(value.toFixed(1)));
}
