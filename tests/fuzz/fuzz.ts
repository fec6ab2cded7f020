/**
 * `deno task fuzz`: gives every target its share of the time, prints the seed, and for an
 * input that breaks something a literal that reproduces it. Ends with 1 when one did.
 */

import { parseArgs } from "@std/cli/parse-args";
import { allTargets } from "./all_targets.ts";
import { FULL } from "./hostile/attacks.ts";
import { hostileTargets } from "./hostile/hostile_targets.ts";
import type { Failure, Target } from "./target.ts";
import { Watchdog } from "./watchdog.ts";

const DEFAULT_SECONDS = 300;

const USAGE = `Usage: deno task fuzz [--seconds N] [--seed N] [--only TARGET]
  --seconds N    for all targets together, the hostile ones aside; default: ${DEFAULT_SECONDS}
  --seed N       default: another one each time
  --only TARGET  those with this in their names; "?" lists all`;

/** What the command line asks for. */
interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  readonly only: string | undefined;
}

function readOptions(args: readonly string[]): FuzzOptions | undefined {
  const given = parseArgs([...args], {
    string: ["seconds", "seed", "only"],
    unknown: () => false,
  });
  const seconds = Number(given.seconds ?? DEFAULT_SECONDS);
  const seed = Number(given.seed ?? crypto.getRandomValues(new Uint32Array(1)));
  const isWrong = !(seconds > 0) || !Number.isInteger(seed) || seed < 0 ||
    args.some((arg) => !/^(?:--(?:seconds|seed|only)\b|[^-])/.test(arg));
  return isWrong ? undefined : { seconds, seed, only: given.only };
}

async function fuzz({ seconds, seed, only }: FuzzOptions): Promise<number> {
  const isWanted = ({ name }: Target) =>
    only === undefined || name.includes(only);
  const targets = allTargets().filter(isWanted);
  const attacks = hostileTargets(FULL).filter(isWanted);
  if (targets.length + attacks.length === 0) {
    const names = [...allTargets(), ...hostileTargets(FULL)];
    console.error(names.map(({ name }) => name).join("\n"));
    return 2;
  }
  console.log(`seed ${seed}`);
  const ms = seconds * 1000 / targets.length;
  let failures = await runInputs(targets, seed, ms);
  // Each is one input that takes its time.
  for (const attack of attacks) {
    if (await runOne(attack, seed, Infinity) !== undefined) failures++;
  }
  console.log(failures === 0 ? "ok" : `${failures} targets FAILED`);
  return failures === 0 ? 0 : 1;
}

async function runInputs(
  targets: readonly Target[],
  seed: number,
  ms: number,
): Promise<number> {
  if (targets.length === 0) return 0;
  using watchdog = new Watchdog();
  let failures = 0;
  for (const target of targets) {
    const failure = await runOne(target, seed, ms, watchdog.before);
    if (failure !== undefined) failures++;
  }
  return failures;
}

async function runOne(
  target: Target,
  seed: number,
  ms: number,
  before?: (input: string) => void,
): Promise<Failure | undefined> {
  const startMs = performance.now();
  const budget = { inputs: Infinity, ms };
  const { inputs, failure } = await target.run(seed, budget, before);
  const tookMs = Math.round(performance.now() - startMs);
  const result = failure === undefined ? "ok" : "FAILED";
  console.log(`${target.name}: ${inputs} inputs in ${tookMs} ms: ${result}`);
  if (failure !== undefined) {
    console.log(`${failure.reason}\nconst input = ${failure.literal};\n`);
  }
  return failure;
}

const options = readOptions(Deno.args);
if (options === undefined) console.error(USAGE);
Deno.exit(options === undefined ? 2 : await fuzz(options));
