/**
 * Measures the rows of requests, tunnels and interception: CPU time of the proxy over a
 * window, divided by what passed in it. The proxies take turns, round by
 * round, so that a noisy minute of the machine falls on all of them.
 */

import { LOAD_CORE } from "./child_processes.ts";
import {
  cpuSecondsBetween,
  readChildrenCpuUsage,
  readCpuUsage,
} from "./process_usage.ts";
import { originUrl, type RunningProxy, startProxy } from "./proxies.ts";
import { failedFigure, type Figure, medianFigure } from "./results.ts";
import type { Column, InterceptRow, RequestsRow, TunnelRow } from "./rows.ts";
import { BODIES, scriptCommand, type Workbench } from "./workbench.ts";
import { runWrk } from "./wrk.ts";

/** So many requests let a proxy compile what it runs, also on a machine that is busy with other things. */
const WARM_REQUESTS = 30_000;
const MAX_WARM_UPS = 6;

export type LoadRow = RequestsRow | TunnelRow | InterceptRow;

/** How long and how often. */
export interface LoadOptions {
  /** Whole seconds of a window of requests. */
  readonly seconds: number;
  readonly rounds: number;
}

/** Measures a row for its columns, with freshly started proxies. */
export async function measureLoadRow(
  bench: Workbench,
  row: LoadRow,
  columns: readonly Column[],
  { seconds, rounds }: LoadOptions,
): Promise<Map<string, Figure>> {
  const figures = new Map<string, Figure[]>();
  const running = new Map<string, RunningProxy>();
  for (const column of columns) {
    const { label } = column;
    const outcome = await warmUp(bench, row, column);
    if ("failure" in outcome) {
      figures.set(label, [failedFigure(outcome.failure)]);
    } else running.set(label, outcome);
  }
  for (let round = 0; round < rounds; round++) {
    for (const [label, proxy] of running) {
      const figure = await measureSafely(bench, row, proxy, seconds);
      figures.set(label, [...figures.get(label) ?? [], figure]);
    }
  }
  for (const { child } of running.values()) await child.stop();
  return new Map(
    figures.entries().map(([label, all]) => [label, medianFigure(all)]),
  );
}

/** Starts a proxy and lets it compile what it is about to run. */
async function warmUp(
  bench: Workbench,
  row: LoadRow,
  { proxy: name, setup }: Column,
): Promise<RunningProxy | { failure: string }> {
  try {
    const proxy = await startProxy(name, bench, setup);
    const short = row.kind === "tunnel"
      ? { ...row, bytes: row.bytes / 4 }
      : row;
    let requests = 0;
    for (let i = 0; i < MAX_WARM_UPS && requests < WARM_REQUESTS; i++) {
      const { load } = await measure(bench, short, proxy, 1);
      requests += load?.requests ?? WARM_REQUESTS;
    }
    return proxy;
  } catch (error) {
    return { failure: messageOf(error) };
  }
}

async function measureSafely(
  ...args: Parameters<typeof measure>
): Promise<Figure> {
  try {
    return await measure(...args);
  } catch (error) {
    return failedFigure(messageOf(error));
  }
}

/** One window. The proxy is at rest at both readings of its CPU time. */
async function measure(
  bench: Workbench,
  row: LoadRow,
  proxy: RunningProxy,
  seconds: number,
): Promise<Figure> {
  const startMs = performance.now();
  const { pid } = proxy.child;
  const before = readCpuUsage(pid);
  const childrenBefore = readChildrenCpuUsage(pid);
  const done = await load(bench, row, proxy, seconds);
  const cpuSeconds = cpuSecondsBetween(before, readCpuUsage(pid));
  const childrenSeconds = cpuSecondsBetween(
    childrenBefore,
    readChildrenCpuUsage(pid),
  );
  if (done.failure !== undefined) return failedFigure(done.failure);
  const isApart = row.kind === "requests" && row.showsChildren === true;
  const ownSeconds = cpuSeconds - (isApart ? childrenSeconds : 0);
  const value = ownSeconds / done.units;
  const busy = cpuSeconds / ((performance.now() - startMs) / 1000);
  return {
    value,
    rounds: [value],
    busy,
    ...(isApart && { children: childrenSeconds / done.units }),
    ...(done.load && { load: done.load }),
    ...(done.perSecond && { perSecond: done.perSecond }),
  };
}

/** `units`: what the row's CPU seconds are divided by. */
type Done = Pick<Figure, "load" | "perSecond" | "failure"> & {
  units: number;
};

function load(
  bench: Workbench,
  row: LoadRow,
  proxy: RunningProxy,
  seconds: number,
): Promise<Done> {
  switch (row.kind) {
    case "requests":
      return request(bench, row, proxy, seconds);
    case "tunnel":
      return pump(bench, row, proxy);
    case "intercept":
      return ask(bench, row, proxy, seconds);
  }
}

async function request(
  bench: Workbench,
  row: RequestsRow,
  proxy: RunningProxy,
  seconds: number,
): Promise<Done> {
  const { failure, ...load } = await runWrk(bench, {
    proxy: proxy.address,
    url: originUrl(bench, row.body, proxy.setup.says),
    isDistinct: row.isDistinct ?? false,
    bodyBytes: BODIES[row.body],
    connections: row.connections,
    closes: row.closes ?? false,
    seconds,
  });
  const units = load.requests / 1e6;
  return { units, load, ...(failure !== undefined && { failure }) };
}

async function pump(
  bench: Workbench,
  row: TunnelRow,
  proxy: RunningProxy,
): Promise<Done> {
  const output = await bench.children.start({
    name: "tunnel_client",
    core: LOAD_CORE,
    command: scriptCommand(
      "tunnel_client.ts",
      proxy.address,
      bench.tunnelOrigin,
      `${row.bytes}`,
      `${row.tunnels}`,
      proxy.name === "raw-relay" ? "direct" : "connect",
    ),
  }).finish();
  const received = Number(/^received (\d+)$/m.exec(output)?.[1]);
  const units = row.bytes / 1e9;
  return received === row.bytes
    ? { units }
    : { units, failure: `${received} bytes came, wanted ${row.bytes}` };
}

/** In the clear where nothing is intercepted, but for handshakes, which are the origin's then. */
async function ask(
  { children, intercepted }: Workbench,
  { each, connections }: InterceptRow,
  { address, caPath }: RunningProxy,
  seconds: number,
): Promise<Done> {
  const { plain, secure, caPath: originCa } = intercepted;
  const isSecure = each === "handshake" || caPath !== undefined;
  const output = await children.start({
    name: "tls_client",
    core: LOAD_CORE,
    command: scriptCommand(
      "tls_client.ts",
      ...[address, isSecure ? secure : plain, each],
      ...[`${connections}`, `${seconds}`],
      ...(isSecure ? [caPath ?? originCa] : []),
    ),
  }).finish();
  const count = Number(/^done (\d+)$/m.exec(output)?.[1] ?? 0);
  const units = count / 1e6;
  return count > 0
    ? { units, perSecond: count / seconds }
    : { units, failure: "nothing was done" };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
