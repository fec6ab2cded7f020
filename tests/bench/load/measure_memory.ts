/**
 * Measures the rows of memory: how much resident memory a proxy gains through
 * connections that are open, and through a client that reads slowly. Every
 * figure is of a freshly started proxy, since memory once taken stays.
 */

import { type Child, LOAD_CORE } from "./child_processes.ts";
import { readResidentKib } from "./process_usage.ts";
import { type ProxyName, type RunningProxy, startProxy } from "./proxies.ts";
import { failedFigure, type Figure } from "./results.ts";
import type { ConnectionsRow, SlowReaderRow } from "./rows.ts";
import { BODIES, scriptCommand, type Workbench } from "./workbench.ts";

export type MemoryRow = ConnectionsRow | SlowReaderRow;

const SAMPLE_MS = 50;
/** Memory counts as settled when it stays for this many samples. */
const STEADY_SAMPLES = 10;
/** Smaller changes come from timers and collectors at rest. */
const STEADY_KIB = 256;
const SETTLE_SAMPLES = 100;
const TRANSFER_MS = 30_000;

/** Measures a row for the named columns. */
export async function measureMemoryRow(
  bench: Workbench,
  row: MemoryRow,
  names: readonly ProxyName[],
): Promise<Map<ProxyName, Figure>> {
  const figures = new Map<ProxyName, Figure>();
  for (const name of names) {
    figures.set(name, await measureFresh(bench, row, name));
  }
  return figures;
}

async function measureFresh(
  bench: Workbench,
  row: MemoryRow,
  name: ProxyName,
): Promise<Figure> {
  try {
    const proxy = await startProxy(name, bench, row.setup);
    const value = row.kind === "connections"
      ? await connectionKib(bench, row, proxy)
      : await slowReaderMib(bench, row, proxy);
    await proxy.child.stop();
    return { value, rounds: [value] };
  } catch (error) {
    return failedFigure(error instanceof Error ? error.message : String(error));
  }
}

async function connectionKib(
  bench: Workbench,
  row: ConnectionsRow,
  { address, child }: RunningProxy,
): Promise<number> {
  const url = `http://${bench.origin}/1k`;
  const clients = startScript(
    bench,
    "idle_clients.ts",
    address,
    url,
    `${row.connections}`,
  );
  await clients.waitFor(/^warm$/m);
  const beforeKib = await settledKib(child);
  await clients.say("connect");
  await clients.waitFor(/^connected$/m);
  if (row.after === "a request") {
    await clients.say("request");
    await clients.waitFor(/^requested$/m);
  }
  const afterKib = await settledKib(child);
  await clients.stop();
  return (afterKib - beforeKib) / row.connections;
}

/** The highest growth seen while the body passes. */
async function slowReaderMib(
  bench: Workbench,
  row: SlowReaderRow,
  { address, child }: RunningProxy,
): Promise<number> {
  const beforeKib = await settledKib(child);
  let peakKib = beforeKib;
  const url = `http://${bench.origin}/${row.body}`;
  const reader = startScript(bench, "slow_reader.ts", address, url);
  const [, received] = await reader.poll(
    async () => {
      peakKib = Math.max(peakKib, readResidentKib(child.pid));
      return /^received (\d+)$/m.exec(await reader.output()) ?? undefined;
    },
    "the whole body",
    TRANSFER_MS,
  );
  if (Number(received) < BODIES[row.body]) {
    throw new Error(`Cannot use the transfer: ${received} bytes came`);
  }
  return (peakKib - beforeKib) / 1024;
}

function startScript(bench: Workbench, file: string, ...args: string[]): Child {
  return bench.children.start({
    name: file.replace(".ts", ""),
    core: LOAD_CORE,
    command: scriptCommand(file, ...args),
  });
}

/** Resident memory once it no longer changes: what was accepted late, or is
 * given back late, counts. */
async function settledKib(child: Child): Promise<number> {
  let reference = readResidentKib(child.pid);
  let steady = 0;
  for (let sample = 0; sample < SETTLE_SAMPLES; sample++) {
    await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    const now = readResidentKib(child.pid);
    steady = Math.abs(now - reference) <= STEADY_KIB ? steady + 1 : 0;
    if (steady === 0) reference = now;
    if (steady >= STEADY_SAMPLES) return now;
  }
  return readResidentKib(child.pid);
}
