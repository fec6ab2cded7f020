/**
 * `deno task conformance`: plays the public tests for HTTP caches, and those of
 * extra/, through Sluice or another forward proxy, and compares what did not
 * pass with the known exceptions. Reads options, starts the two ends, prints;
 * judging is in verdict.ts and exceptions.ts.
 */

import { parseArgs } from "@std/cli/parse-args";
import { ProxyProcess } from "../clients/proxy_process.ts";
import { TemporaryFolder } from "../clients/strangers.ts";
import { printDump } from "./dump.ts";
import {
  discrepancies,
  type Exceptions,
  readExceptions,
} from "./exceptions.ts";
import { extendedFetch } from "./extended_format.ts";
import { EXTRA_SUITES } from "./extra/suites.ts";
import { Origin } from "./origin.ts";
import { proxiedFetch } from "./proxied_fetch.ts";
import {
  type Part,
  renderDiscrepancies,
  renderFailures,
  renderJson,
  renderTable,
  testsOf,
} from "./report.ts";
import {
  type CacheSuite,
  type CacheTest,
  loadSuite,
  type Result,
  type TestSuite,
} from "./suite.ts";
import { installedSuite, SUITE_VERSION } from "./suite_package.ts";
import { judge } from "./verdict.ts";

const USAGE = `deno task conformance [options]

  --only ID,…        only these tests, one after another, with every message of
                     both sides
  --proxy URL        through this running forward proxy instead of Sluice; its
                     failures are listed, not judged
  --json FILE        save every result`;

const EXCEPTIONS_FILE = new URL(
  "../testdata/conformance/exceptions.json",
  import.meta.url,
);

/** Most tests wait for seconds; this many fit under a client's connections. */
const TESTS_AT_ONCE = 200;

interface Options {
  readonly only?: readonly string[];
  readonly proxy?: URL;
  readonly json?: string;
}

/** @throws {TypeError} for an option that isn't understood. */
function readOptions(args: string[]): Options {
  const flags = parseArgs(args, {
    string: ["only", "proxy", "json"],
    unknown: (arg) => {
      throw new TypeError(`Cannot use "${arg}": no such option\n\n${USAGE}`);
    },
  });
  return {
    ...(flags.only !== undefined && { only: flags.only.split(",") }),
    ...(flags.proxy !== undefined && { proxy: proxyUrl(flags.proxy) }),
    ...(flags.json !== undefined && { json: flags.json }),
  };
}

function proxyUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:") return url;
  throw new TypeError(`Cannot use --proxy "${text}": wanted http://HOST:PORT`);
}

/**
 * The tests that were asked for. Copies, since the suite's client writes into
 * what it plays.
 *
 * @throws {TypeError} when there is no such test.
 */
function chosenTests(
  suites: readonly TestSuite[],
  only: readonly string[] | undefined,
): TestSuite[] {
  const copies = structuredClone([...suites]);
  if (only === undefined) return copies;
  const ids = new Set(allTests(suites).map(({ id }) => id));
  const wrong = only.find((id) => !ids.has(id));
  if (wrong !== undefined) {
    throw new TypeError(`Cannot use --only "${wrong}": no test has this id`);
  }
  return copies.map((suite) => ({
    ...suite,
    tests: suite.tests.filter(({ id }) => only.includes(id)),
  })).filter(({ tests }) => tests.length > 0);
}

function allTests(suites: readonly TestSuite[]): CacheTest[] {
  return suites.flatMap(({ tests }) => tests);
}

/** Plays tests through the proxy; both ends print where `isShown`. */
async function play(
  suite: CacheSuite,
  suites: readonly TestSuite[],
  proxy: URL,
  isShown: boolean,
): Promise<Record<string, Result>> {
  const dump = isShown ? printDump : undefined;
  await using origin = await Origin.open(suite, dump);
  const fetch = extendedFetch(
    proxiedFetch(proxy, dump && { dump }),
    allTests(suites),
  );
  const atOnce = isShown ? 1 : TESTS_AT_ONCE;
  await suite.runTests(suites, fetch, false, origin.url, atOnce);
  return suite.getResults();
}

/** @throws {TypeError} when nothing listens there. */
async function playThrough(
  proxy: URL,
  suite: CacheSuite,
  suites: readonly TestSuite[],
  isShown: boolean,
): Promise<Record<string, Result>> {
  const hostname = proxy.hostname.replace(/^\[|\]$/g, "");
  try {
    (await Deno.connect({ hostname, port: Number(proxy.port || 80) })).close();
  } catch (error) {
    throw new TypeError(`Cannot use --proxy "${proxy.origin}": ${error}`);
  }
  return await play(suite, suites, proxy, isShown);
}

async function playThroughSluice(
  suite: CacheSuite,
  suites: readonly TestSuite[],
  isShown: boolean,
): Promise<Record<string, Result>> {
  using rules = new TemporaryFolder();
  const sluice = await ProxyProcess.start(["--rules", rules.path]);
  try {
    return await play(suite, suites, new URL(sluice.url), isShown);
  } finally {
    // Its end brings the last records.
    await sluice[Symbol.asyncDispose]();
    if (isShown) {
      const lines = sluice.records.map((record) => JSON.stringify(record));
      printDump("Sluice logs", lines);
    }
  }
}

/** @return Whether Sluice did as the list of exceptions says. */
async function run({ only, proxy, json }: Options): Promise<boolean> {
  const suite = await loadSuite(await installedSuite());
  const all = [...suite.suites, ...EXTRA_SUITES];
  const chosen = chosenTests(all, only);
  const isShown = only !== undefined;
  const results = proxy === undefined
    ? await playThroughSluice(suite, chosen, isShown)
    : await playThrough(proxy, suite, chosen, isShown);
  const judged = judge(all, results);
  const parts: Part[] = [
    {
      name: `http-cache-tests ${SUITE_VERSION}`,
      suites: judged.slice(0, suite.suites.length),
    },
    { name: "extra", suites: judged.slice(suite.suites.length) },
  ];
  if (json !== undefined) {
    const name = proxy?.href ?? "Sluice";
    await Deno.writeTextFile(json, renderJson(name, parts));
  }
  const exceptions = proxy === undefined
    ? await readExceptions(EXCEPTIONS_FILE)
    : undefined;
  return print(parts, isShown, exceptions);
}

function print(
  parts: readonly Part[],
  isShown: boolean,
  exceptions: Exceptions | undefined,
): boolean {
  const tests = testsOf(parts.flatMap(({ suites }) => suites));
  if (!isShown) console.log(`${renderTable(parts)}\n`);
  console.log(renderFailures(tests, exceptions));
  if (exceptions === undefined) return true;
  const wrong = renderDiscrepancies(discrepancies(exceptions, tests));
  if (wrong !== "") console.log(`\n${wrong}`);
  return wrong === "";
}

if (import.meta.main) {
  try {
    Deno.exit(await run(readOptions(Deno.args)) ? 0 : 1);
  } catch (error) {
    console.error(error instanceof TypeError ? error.message : error);
    Deno.exit(error instanceof TypeError ? 2 : 1);
  }
}
