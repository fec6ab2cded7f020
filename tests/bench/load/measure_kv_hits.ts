/**
 * Measures the rows of hits from KV: a proxy stores responses, is stopped and started again on
 * the same data, and has nothing in memory when it is asked for each of them once.
 */

import { LOAD_CORE } from "./child_processes.ts";
import { originUrl, type ProxyName, startProxy } from "./proxies.ts";
import { type Figure, medianFigures } from "./results.ts";
import type { KvHitRow } from "./rows.ts";
import { scriptCommand, type Workbench } from "./workbench.ts";

/** Measures a row; each round has a store of its own. */
export function measureKvHitRow(
  bench: Workbench,
  row: KvHitRow,
  names: readonly ProxyName[],
  { rounds }: { readonly rounds: number },
): Promise<Map<ProxyName, Figure>> {
  return medianFigures(names, rounds, (name) => measure(bench, row, name));
}

async function measure(
  bench: Workbench,
  row: KvHitRow,
  name: ProxyName,
): Promise<number> {
  const data = await Deno.makeTempDir({ dir: bench.folder });
  await askAll(bench, row, name, data, "fwd=uri-miss");
  return await askAll(bench, row, name, data, "hit");
}

/** Asks a proxy that was started for it for every URL. The median in µs. */
async function askAll(
  bench: Workbench,
  { body, entries, setup }: KvHitRow,
  name: ProxyName,
  data: string,
  cacheStatus: string,
): Promise<number> {
  const proxy = await startProxy(name, bench, { ...setup, data });
  const url = originUrl(bench, body, "max-age");
  const output = await bench.children.start({
    name: "sequence_client",
    core: LOAD_CORE,
    command: scriptCommand(
      "sequence_client.ts",
      ...[proxy.address, url, `${entries}`, cacheStatus],
    ),
  }).finish();
  await proxy.child.stop();
  const median = /^median (\d+) µs$/m.exec(output)?.[1];
  if (median === undefined) throw new Error(`Cannot read "${output}"`);
  return Number(median);
}
