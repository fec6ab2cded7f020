/**
 * Shows a run: as a table with its goals for people, as JSON for programs.
 * It only makes text.
 */

import type { Verdict } from "./goals.ts";
import type { Machine } from "./machine.ts";
import type { ProxyName } from "./proxies.ts";
import type { Figure, Results } from "./results.ts";
import type { Row } from "./rows.ts";

const LABEL_WIDTH = 22;
const CELL_WIDTH = 15;

/** All of a run. */
export interface Report {
  readonly machine: Machine;
  /** Seconds of a window and number of rounds. */
  readonly seconds: number;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly columns: readonly ProxyName[];
  /** Columns that aren't there, and why. */
  readonly missing: readonly string[];
  readonly results: Results;
  readonly verdicts: readonly Verdict[];
}

/** The machine, at the top of the table. */
export function renderMachine(machine: Machine): string {
  const { cpu, cores, memoryGib, kernel, versions } = machine;
  const programs = Object.entries(versions).map(([name, version]) =>
    `${name} ${version}`
  );
  return `${cpu}, ${cores} cores, ${memoryGib} GiB, Linux ${kernel}\n` +
    `${programs.join(", ")}\n`;
}

/** One row of the table, several lines high. */
export function renderRow(
  row: Row,
  columns: readonly string[],
  figures: ReadonlyMap<string, Figure>,
): string {
  const cells = columns.map((column) => figures.get(column));
  const lines = [line(row.title, columns), line(row.unit, cells.map(value))];
  if (row.kind === "requests") {
    lines.push(
      ...(row.showsChildren
        ? [line("children's", cells.map((it) => it?.children))]
        : []),
      line("requests/s", cells.map((it) => it?.load?.requestsPerSecond)),
      line("p50 / p99 ms", cells.map(latency)),
    );
  }
  if (row.kind === "intercept") {
    lines.push(line(`${row.each}s/s`, cells.map((it) => it?.perSecond)));
  }
  const isLoad = ["requests", "tunnel", "intercept"].includes(row.kind);
  if (isLoad) {
    lines.push(
      line("lowest / highest", cells.map(spread)),
      line("core busy %", cells.map((it) => it?.busy && it.busy * 100)),
    );
  }
  const failures = figures.entries()
    .flatMap(([name, { failure }]) => failure ? [`  ${name}: ${failure}`] : []);
  return [...lines, ...failures].join("\n") + "\n";
}

/** The goals, one a line. */
export function renderGoals(verdicts: readonly Verdict[]): string {
  const lines = verdicts.map(({ title, value, state }) =>
    title.padEnd(36) + cell(value).padStart(8) + `  ${state}`
  );
  return ["goals", ...lines].join("\n") + "\n";
}

/** The run as JSON. */
export function renderJson(report: Report): string {
  const { rows, results, ...rest } = report;
  const rowsOut = rows.map(({ name, title, unit }) => ({
    name,
    title,
    unit,
    figures: Object.fromEntries(results.get(name) ?? []),
  }));
  return JSON.stringify({ ...rest, rows: rowsOut }, null, 2) + "\n";
}

function value(figure: Figure | undefined): number | string | undefined {
  return figure?.failure === undefined ? figure?.value : "FAILED";
}

/** Of the rounds: how far the machine let the figure stray. */
function spread(figure: Figure | undefined): string | undefined {
  if (figure === undefined || figure.failure !== undefined) return undefined;
  const { rounds } = figure;
  return `${cell(Math.min(...rounds))} / ${cell(Math.max(...rounds))}`;
}

function latency(figure: Figure | undefined): string | undefined {
  const load = figure?.load;
  return load && `${load.p50Ms.toFixed(2)} / ${load.p99Ms.toFixed(2)}`;
}

function line(
  label: string,
  cells: readonly (number | string | undefined)[],
): string {
  const start = label.length > LABEL_WIDTH
    ? `${label}\n${" ".repeat(LABEL_WIDTH)}`
    : label.padEnd(LABEL_WIDTH);
  return start + cells.map((it) => cell(it).padStart(CELL_WIDTH)).join("");
}

/** Three significant digits; whole numbers in full. */
function cell(content: number | string | undefined): string {
  if (content === undefined) return "-";
  if (typeof content === "string") return content;
  return Math.abs(content) >= 100 ? content.toFixed(0) : content.toPrecision(3);
}
