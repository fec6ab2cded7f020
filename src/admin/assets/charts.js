/**
 * The charts of the statistics page, drawn by uPlot in the place of the ones that the page
 * came with. Which there are and what they show is told by the proxy.
 */

// Made of the package when it is served: there is no such file beside this one.
const { default: uPlot } = await import(
  String(new URL("./uplot.js", import.meta.url))
);

const HEIGHT = 190;

/** In ms, where an axis goes by powers of ten: there a zero has no place. */
const LEAST = 0.01;

/** 1, 2, 5, 10 …: there is no half of a request. */
const WHOLE_STEPS = Array.from(
  { length: 30 },
  (_, i) => [1, 2, 5][i % 3] * 10 ** Math.floor(i / 3),
);

/** 1, 2, 4 … 512 of bytes, kibibytes …: of 500 twice as much is not 1000 of the next unit. */
const BYTE_STEPS = Array.from({ length: 50 }, (_, i) => 2 ** i);

const UNITS = {
  count: countText,
  ms: (ms) => ms < 1000 ? `${digits(ms)} ms` : `${digits(ms / 1000)} s`,
  ratio: (share) => `${digits(share * 100)}%`,
  bytes: bytesText,
};

/** All charts of the page. */
export class Charts {
  #root;
  #plots = [];
  #range;
  /** What is drawn: `{ range, each, timeZone, startMs, stepMs, columns, charts }`. */
  #series;
  #widths;

  /** @param {Element} root Has a `figure` with `data-chart` for each chart. */
  constructor(root) {
    this.#root = root;
    this.#range = new URLSearchParams(location.search).get("range") ?? "hour";
    this.#widths = new ResizeObserver(() => this.#resize());
    matchMedia("(prefers-color-scheme: dark)")
      .addEventListener("change", () => this.#draw());
  }

  /** Asks for all points of a range. Without an answer the charts stay as they are. */
  async load(range = this.#range) {
    this.#range = range;
    const answer = await fetch(`/proxy-stats/series.json?range=${range}`)
      .catch(() => undefined);
    if (!answer?.ok) return;
    const series = await answer.json();
    if (series.range !== this.#range) return;
    this.#series = series;
    this.#draw();
  }

  /** Takes the last points, by ranges: each in the place of its time. */
  update(points) {
    const series = this.#series;
    if (series === undefined) return;
    const { startMs, columns } = points[series.range];
    const length = series.columns.cached.length;
    const first = (startMs - series.startMs) / series.stepMs;
    // Nothing that is drawn is among them: the page slept, or the clock was set.
    if (first < 0 || first >= length) return void this.load();
    const beyond = Math.max(0, first + columns.cached.length - length);
    series.startMs += beyond * series.stepMs;
    for (const [name, values] of Object.entries(columns)) {
      const column = series.columns[name];
      column.splice(first, values.length, ...values);
      column.splice(0, beyond);
    }
    for (const { plot, chart } of this.#plots) {
      plot.setData(dataOf(chart, series));
    }
  }

  #draw() {
    if (this.#series === undefined) return;
    for (const { plot } of this.#plots) plot.destroy();
    this.#widths.disconnect();
    this.#plots = this.#series.charts.map((chart) => this.#plotOf(chart));
    for (const { box } of this.#plots) this.#widths.observe(box);
  }

  #plotOf(chart) {
    const figure = this.#root.querySelector(`[data-chart="${chart.id}"]`);
    const box = figure.querySelector(".plot");
    figure.classList.add("drawn");
    box.replaceChildren();
    figure.querySelector(".legend")?.remove();
    const each = figure.querySelector(".each");
    if (each !== null) each.textContent = this.#series.each;
    const options = optionsOf(chart, this.#series, box.clientWidth);
    const plot = new uPlot(options, dataOf(chart, this.#series), box);
    plot.root.querySelector("canvas").setAttribute("aria-hidden", "true");
    return { plot, chart, box };
  }

  #resize() {
    for (const { plot, box } of this.#plots) {
      if (plot.width === box.clientWidth) continue;
      plot.setSize({ width: box.clientWidth, height: HEIGHT });
    }
  }
}

/** Times, then a column for each series; stacked ones stand on those after them. */
function dataOf(
  { series, isStacked, isLogarithmic },
  { startMs, stepMs, columns },
) {
  const values = series.map(({ column }) =>
    isLogarithmic
      ? columns[column].map((value) =>
        value === null ? null : Math.max(value, LEAST)
      )
      : columns[column]
  );
  const times = values[0].map((_, i) => (startMs + i * stepMs) / 1000);
  if (!isStacked) return [times, ...values];
  const sums = values.map((column, depth) =>
    column.map((value, i) =>
      value === null
        ? null
        : values.slice(depth).reduce((sum, one) => sum + one[i], 0)
    )
  );
  return [times, ...sums];
}

/** The places of points that no line leads to. */
function alone(values) {
  return values.flatMap((value, i) =>
    value != null && values[i - 1] == null && values[i + 1] == null ? [i] : []
  );
}

/** From a power of ten to another. */
function powersOfTen(least, most) {
  const from = 10 ** Math.min(0, Math.floor(Math.log10(least ?? 1)));
  const to = 10 ** Math.max(0, Math.ceil(Math.log10(most ?? 1)));
  return [from, Math.max(to, 10 * from)];
}

function decades(least, most) {
  const from = Math.round(Math.log10(least));
  const count = Math.round(Math.log10(most)) - from + 1;
  return Array.from({ length: count }, (_, i) => 10 ** (from + i));
}

function scaleOf({ unit, isLogarithmic }) {
  if (isLogarithmic) {
    return { distr: 3, range: (_, least, most) => powersOfTen(least, most) };
  }
  return unit === "ratio"
    ? { range: () => [0, 1] }
    : { range: (_, _least, most) => [0, Math.max(most * 1.08, 1)] };
}

function optionsOf(chart, { columns, stepMs, timeZone }, width) {
  const text = UNITS[chart.unit];
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour("muted"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height: HEIGHT,
    // Where the proxy is, not where the reader is: as all other times of the page.
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    cursor: { sync: { key: "traffic" }, points: { size: 6 }, y: false },
    scales: {
      // Half a step more on both sides: a bar stands around its time.
      x: {
        range: (
          _,
          least,
          most,
        ) => [least - stepMs / 2000, most + stepMs / 2000],
      },
      y: scaleOf(chart),
    },
    axes: [
      {
        ...axis,
        size: 26,
        values: (_, splits) =>
          splits.map((time) => axisText(time, stepMs, timeZone)),
      },
      {
        ...axis,
        size: 62,
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map((value) => text(value)),
        ...(chart.unit === "ratio"
          ? { splits: () => [0, 0.25, 0.5, 0.75, 1] }
          : {}),
        ...(chart.isLogarithmic
          ? { splits: (_, __, least, most) => decades(least, most) }
          : {}),
        ...(chart.unit === "count" ? { incrs: WHOLE_STEPS } : {}),
        ...(chart.unit === "bytes" ? { incrs: BYTE_STEPS } : {}),
      },
    ],
    series: [
      {
        label: "Time",
        value: (_, seconds) => timeText(seconds, stepMs, timeZone),
      },
      ...chart.series.map(({ column, label, tone }) => ({
        label,
        stroke: colour(`chart-${tone}`),
        fill: chart.isStacked ? colour(`chart-${tone}`) : undefined,
        width: chart.isStacked ? 0 : 1.75,
        ...(chart.isStacked
          ? {
            paths: uPlot.paths.bars({ size: [0.8, 40, 2] }),
            points: { show: false },
          }
          : {
            points: {
              size: 5,
              fill: colour(`chart-${tone}`),
              filter: (plot, place) => alone(plot.data[place]),
            },
          }),
        value: (_plot, _sum, _series, at) => {
          const value = columns[column][at ?? columns[column].length - 1];
          return value === null || value === undefined ? "–" : text(value);
        },
      })),
    ],
  };
}

const HOUR_MS = 3_600_000;
const CLOCK = { hour: "2-digit", minute: "2-digit", hour12: false };
const DAY = { month: "short", day: "numeric" };

function timeText(seconds, stepMs, timeZone) {
  const time = seconds === null ? new Date() : new Date(seconds * 1000);
  const words = stepMs < HOUR_MS ? CLOCK : { ...DAY, ...CLOCK };
  return time.toLocaleString("en-GB", { ...words, timeZone });
}

function axisText(seconds, stepMs, timeZone) {
  const words = stepMs < HOUR_MS ? CLOCK : DAY;
  return new Date(seconds * 1000)
    .toLocaleString("en-GB", { ...words, timeZone });
}

function countText(count) {
  return count.toLocaleString("en-US", {
    notation: count >= 100_000 ? "compact" : "standard",
  });
}

function bytesText(bytes) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${digits(value)} ${units[unit]}`;
}

function digits(value) {
  if (value >= 9.95) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toFixed(value < 1 ? 2 : 1)));
}
