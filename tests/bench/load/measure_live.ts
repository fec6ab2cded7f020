/**
 * Measures the rows of live pages: the share of a core that a proxy uses under light traffic,
 * with open pages and before without them. The figure is what they add.
 */

import { LOAD_CORE } from "./child_processes.ts";
import { cpuSecondsBetween, readCpuUsage } from "./process_usage.ts";
import { originUrl, type ProxyName, startProxy } from "./proxies.ts";
import { type Figure, medianFigures } from "./results.ts";
import type { LiveRow } from "./rows.ts";
import { scriptCommand, type Workbench } from "./workbench.ts";

/** Long against the second between two events. */
const WINDOW_MS = 6_000;
/** What runs for the first time is compiled, and is not counted. */
const WARM_MS = 3_000;

/** Measures a row; each round has a proxy of its own. */
export function measureLiveRow(
  bench: Workbench,
  row: LiveRow,
  names: readonly ProxyName[],
  { rounds }: { readonly rounds: number },
): Promise<Map<ProxyName, Figure>> {
  return medianFigures(names, rounds, (name) => measure(bench, row, name));
}

async function measure(
  bench: Workbench,
  { setup, readers }: LiveRow,
  name: ProxyName,
): Promise<number> {
  const { child, address } = await startProxy(name, bench, setup);
  const url = originUrl(bench, "1k", setup?.says);
  const clients = bench.children.start({
    name: "live_readers",
    core: LOAD_CORE,
    command: scriptCommand("live_readers.ts", address, url, `${readers}`),
  });
  await clients.waitFor(/^filled$/m);
  await wait(WARM_MS);
  const before = await percentOfCore(child.pid);
  await clients.say("read");
  await clients.waitFor(/^reading$/m);
  await wait(WARM_MS);
  const after = await percentOfCore(child.pid);
  await clients.stop();
  await child.stop();
  return after - before;
}

async function percentOfCore(pid: number): Promise<number> {
  const startMs = performance.now();
  const usage = readCpuUsage(pid);
  await wait(WINDOW_MS);
  const seconds = cpuSecondsBetween(usage, readCpuUsage(pid));
  return seconds * 1e5 / (performance.now() - startMs);
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
