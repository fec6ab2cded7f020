/**
 * `deno task bench:load`: what a request costs Sluice in CPU time and memory,
 * beside the raw runtime, nginx, Squid and mitmproxy, in one run on one
 * machine. Each proxy has core 0 to itself, the origin and the load generator
 * have core 1. Reads options, runs the rows, prints; measuring is in load/.
 */

import { parseArgs } from "@std/cli/parse-args";
import { GOALS, judgeGoal } from "./load/goals.ts";
import {
  describeMachine,
  findPrograms,
  type Programs,
} from "./load/machine.ts";
import { measureKvHitRow } from "./load/measure_kv_hits.ts";
import { measureLiveRow } from "./load/measure_live.ts";
import { measureLoadRow } from "./load/measure_load.ts";
import { measureMemoryRow } from "./load/measure_memory.ts";
import { measureReloadRow } from "./load/measure_reload.ts";
import { PROXY_NAMES, type ProxyName, whyMissing } from "./load/proxies.ts";
import {
  renderGoals,
  renderJson,
  renderMachine,
  renderRow,
} from "./load/report.ts";
import type { Figure, Results } from "./load/results.ts";
import { columnsOf, isMemoryRow, type Row, ROWS } from "./load/rows.ts";
import { openWorkbench, type Workbench } from "./load/workbench.ts";

const USAGE = `deno task bench:load [options] [ROW …]

  ROW              only rows whose name begins so, such as "rules"
  --seconds N      a window of requests, in whole seconds (2)
  --rounds N       windows for each proxy and row; the median counts (3)
  --only ROW,…     only these rows: ${ROWS.map(({ name }) => name).join(", ")}
  --proxies A,…    only these columns: ${PROXY_NAMES.join(", ")}
  --no-memory      without the rows about memory
  --json FILE      save everything that was measured
  --check          exit with 1 when a goal is missed`;

interface Options {
  seconds: number;
  rounds: number;
  rows: Row[];
  columns: ProxyName[];
  json?: string;
  check: boolean;
}

/** @throws {TypeError} for an option that isn't understood. */
function readOptions(args: string[]): Options {
  const flags = parseArgs(args, {
    string: ["seconds", "rounds", "only", "proxies", "json"],
    boolean: ["memory", "check"],
    negatable: ["memory"],
    default: { seconds: "2", rounds: "3", memory: true },
    unknown: (arg) => {
      if (!arg.startsWith("-")) return true;
      throw new TypeError(`Cannot use "${arg}": no such option\n\n${USAGE}`);
    },
  });
  const rows = choose("--only", flags.only, ROWS.map(({ name }) => name));
  const starts = flags._.map(String);
  for (const start of starts) {
    if (ROWS.some(({ name }) => name.startsWith(start))) continue;
    throw new TypeError(`Cannot use "${start}": no such row\n\n${USAGE}`);
  }
  return {
    seconds: wholeNumber("--seconds", flags.seconds),
    rounds: wholeNumber("--rounds", flags.rounds),
    rows: ROWS.filter((row) => {
      return rows.includes(row.name) && (flags.memory || !isMemoryRow(row)) &&
        (starts.length === 0 ||
          starts.some((start) => row.name.startsWith(start)));
    }),
    columns: choose("--proxies", flags.proxies, PROXY_NAMES),
    check: flags.check,
    ...(flags.json !== undefined && { json: flags.json }),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new TypeError(
    `Cannot use ${flag} "${text}": wanted a whole number from 1`,
  );
}

/** All the known names where the flag isn't given. */
function choose<Name extends string>(
  flag: string,
  text: string | undefined,
  known: readonly Name[],
): Name[] {
  if (text === undefined) return [...known];
  const chosen = text.split(",");
  const wrong = chosen.find((name) => !known.some((it) => it === name));
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot use ${flag} "${wrong}": wanted some of ${known.join(", ")}`,
    );
  }
  return known.filter((name) => chosen.includes(name));
}

async function measureRow(
  bench: Workbench,
  row: Row,
  options: Options,
): Promise<Map<string, Figure>> {
  const names = options.columns.filter((name) => row.proxies.includes(name));
  switch (row.kind) {
    case "requests":
    case "tunnel":
    case "intercept":
      return await measureLoadRow(
        bench,
        row,
        columnsOf(row, options.columns),
        options,
      );
    case "reload":
      return await measureReloadRow(bench, row, names, options);
    case "live":
      return await measureLiveRow(bench, row, names, options);
    case "kv-hit":
      return await measureKvHitRow(bench, row, names, options);
    case "connections":
    case "slow-reader":
      return await measureMemoryRow(bench, row, names);
  }
}

async function measureAll(
  bench: Workbench,
  options: Options,
): Promise<Results> {
  const results: Results = new Map();
  for (const row of options.rows) {
    const figures = await measureRow(bench, row, options);
    results.set(row.name, figures);
    console.log(renderRow(row, [...figures.keys()], figures));
  }
  return results;
}

/** Takes everything down when the run is interrupted. */
function closeOnSignal(bench: Workbench): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      void bench.close().finally(() => Deno.exit(130));
    });
  }
}

async function run(options: Options, programs: Programs): Promise<boolean> {
  const machine = await describeMachine(programs);
  console.log(renderMachine(machine));
  const missing = PROXY_NAMES.flatMap((name) =>
    whyMissing(name, programs) ?? []
  );
  for (const reason of missing) console.log(`Left out: ${reason}.\n`);
  const columns = options.columns.filter((name) => {
    return whyMissing(name, programs) === undefined;
  });
  const bench = await openWorkbench(programs);
  closeOnSignal(bench);
  let results: Results;
  try {
    results = await measureAll(bench, { ...options, columns });
  } finally {
    await bench.close();
  }
  const verdicts = GOALS.filter(({ row }) => results.has(row))
    .map((goal) => judgeGoal(goal, results));
  console.log(renderGoals(verdicts));
  if (options.json !== undefined) {
    const report = { ...options, columns, machine, missing, results, verdicts };
    await Deno.writeTextFile(options.json, renderJson(report));
  }
  return verdicts.every(({ state }) => state !== "MISSED");
}

if (import.meta.main) {
  try {
    const options = readOptions(Deno.args);
    const isMet = await run(options, findPrograms());
    Deno.exit(options.check && !isMet ? 1 : 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exit(error instanceof TypeError ? 2 : 1);
  }
}
