/**
 * `sluice demo`: for somebody who has just started the proxy. Starts an origin of its own, sends
 * a dozen requests to it through the proxy, and says of each what came back and what it shows.
 */

import { OptionError } from "../config.ts";
import { readCommandArgs } from "./command_args.ts";
import {
  addressOf,
  askThrough,
  type DemoRequest,
  DemoUnavailable,
} from "./demo_client.ts";
import { type DemoOrigin, startDemoOrigin } from "./demo_origin.ts";
import { DEMO_STEPS, type DemoResult, type DemoStep } from "./demo_steps.ts";
import {
  closingText,
  openingText,
  resultJson,
  resultText,
} from "./demo_text.ts";

const DEFAULT_PROXY = "http://127.0.0.1:8080";

const HEALTH: DemoRequest = {
  method: "GET",
  target: "http://proxy-stats/healthz",
};

/**
 * Runs the demo.
 *
 * @param args `[--proxy URL] [--json]`; default: `http://127.0.0.1:8080`.
 * @returns The exit code: 0 when the proxy has answered all, as usual or otherwise; 1 where no
 * Sluice answers, which it says.
 * @throws {OptionError} for other arguments.
 */
export async function demo(args: readonly string[]): Promise<number> {
  const { proxy, isJson } = readDemoArgs(args);
  try {
    const version = await versionOf(proxy);
    await using origin = startDemoOrigin();
    await runSteps(proxy, version, origin, isJson);
    return 0;
  } catch (error) {
    if (!(error instanceof DemoUnavailable)) throw error;
    console.error(`sluice: ${error.message}`);
    return 1;
  }
}

function readDemoArgs(
  args: readonly string[],
): { proxy: URL; isJson: boolean } {
  const others = args.filter((arg) => arg !== "--json");
  const { values, rest } = readCommandArgs(others, { options: ["proxy"] });
  if (rest[0] !== undefined) {
    throw new OptionError({
      option: "demo",
      got: rest[0],
      wanted: "--proxy URL and --json only",
    });
  }
  const [text = DEFAULT_PROXY] = values.get("proxy") ?? [];
  return { proxy: readProxy(text), isJson: others.length < args.length };
}

function readProxy(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new OptionError({
    option: "--proxy",
    got: text,
    wanted: "a URL such as http://127.0.0.1:8080",
  });
}

/**
 * The version of the Sluice that answers.
 *
 * @throws {DemoUnavailable} where none does.
 */
async function versionOf(proxy: URL): Promise<string> {
  const { status, reasonPhrase, body } = await askThrough(proxy, HEALTH);
  const [, version] = /"version":"([\w.+-]+)"/.exec(body) ?? [];
  if (status === 200 && version !== undefined) return version;
  throw new DemoUnavailable(
    `Cannot show anything: what listens at ${
      addressOf(proxy)
    } is no Sluice, or does not serve this client. It answered ${status} ${reasonPhrase} for ${HEALTH.target}`,
  );
}

async function runSteps(
  proxy: URL,
  version: string,
  origin: DemoOrigin,
  isJson: boolean,
): Promise<void> {
  if (!isJson) console.log(openingText(proxy, version, origin));
  const results: DemoResult[] = [];
  for (const step of DEMO_STEPS) {
    const result = await runStep(proxy, step, origin);
    const number = results.push(result);
    if (isJson) console.log(resultJson(number, result));
    else console.log(`\n${resultText(number, result)}`);
  }
  if (!isJson) console.log(`\n${closingText(proxy, results)}`);
}

async function runStep(
  proxy: URL,
  step: DemoStep,
  origin: DemoOrigin,
): Promise<DemoResult> {
  const before = origin.requests();
  const request = step.request(origin);
  const answers = await Promise.all(
    Array.from({ length: step.clients ?? 1 }, () => askThrough(proxy, request)),
  );
  return { step, request, answers, originRequests: origin.requests() - before };
}
