/**
 * Measures the rows of reloading: all rule files are written anew while clients go on
 * asking, and every answer until the new rules give theirs has to be a whole one.
 */

import {
  type ProxyName,
  type RunningProxy,
  startProxy,
  writeRules,
} from "./proxies.ts";
import { failedFigure, type Figure, medianFigure } from "./results.ts";
import type { ReloadRow } from "./rows.ts";
import { VERSION_PATH } from "./rule_files.ts";
import type { Workbench } from "./workbench.ts";

const CLIENTS = 8;
/** Between an answer and the next request: it is not the load that is measured. */
const PAUSE_MS = 10;
/** Longer than any reload may take. */
const GIVE_UP_MS = 5_000;

/** Measures a row with one freshly started proxy. */
export async function measureReloadRow(
  bench: Workbench,
  row: ReloadRow,
  names: readonly ProxyName[],
  { rounds }: { readonly rounds: number },
): Promise<Map<ProxyName, Figure>> {
  const figures = new Map<ProxyName, Figure>();
  for (const name of names) {
    const proxy = await startProxy(name, bench, row.setup);
    const measured: Figure[] = [];
    for (let round = 0; round < rounds; round++) {
      measured.push(await reload(row, proxy, bench.origin, `v${round}`));
    }
    await proxy.child.stop();
    figures.set(name, medianFigure(measured));
  }
  return figures;
}

/** From the moment the last file is written until every client has seen the new version. */
async function reload(
  row: ReloadRow,
  { address, rulesFolder }: RunningProxy,
  origin: string,
  version: string,
): Promise<Figure> {
  if (rulesFolder === undefined) return failedFigure("it has no rules");
  using client = Deno.createHttpClient({
    proxy: { url: `http://${address}` },
  });
  const url = `http://${origin}${VERSION_PATH}`;
  const asking = Array.from(
    { length: CLIENTS },
    () => askUntil(version, () => fetch(url, { client })),
  );
  await writeRules(rulesFolder, row.rulesOf(version));
  const startMs = performance.now();
  const failures = (await Promise.all(asking)).filter((why) => why !== "");
  const value = performance.now() - startMs;
  if (failures.length > 0) return failedFigure(failures.join("; "));
  return { value, rounds: [value] };
}

/** Asks one request after another. Returns what went wrong, or "". */
async function askUntil(
  version: string,
  ask: () => Promise<Response>,
): Promise<string> {
  const giveUpMs = performance.now() + GIVE_UP_MS;
  while (performance.now() < giveUpMs) {
    try {
      const response = await ask();
      const body = await response.text();
      if (!response.ok) return `${response.status}: ${body.slice(0, 80)}`;
      if (body === version) return "";
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return `the new rules did not answer within ${GIVE_UP_MS} ms`;
}
