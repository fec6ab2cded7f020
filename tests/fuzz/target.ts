/**
 * What is fuzzed: a name, and a way to try inputs until a budget is spent or one breaks.
 * Two kinds: texts that are nearly right ({@link textTarget}), and values for which a
 * property has to hold ({@link propertyTarget}).
 */

import fc from "fast-check";
import { type Material, mutate } from "./mutate.ts";
import { Random } from "./random.ts";
import { literalOf, shrink } from "./shrink.ts";

/** How much is tried: whichever ends first. */
export interface Budget {
  readonly inputs: number;
  readonly ms: number;
}

/** An input that breaks something. */
export interface Failure {
  /** A TypeScript expression of the input. */
  readonly literal: string;
  readonly reason: string;
}

/** What came of a run. */
export interface Tried {
  readonly inputs: number;
  readonly failure: Failure | undefined;
}

/** Something to be fuzzed. */
export interface Target {
  readonly name: string;
  /** Tries inputs; `before` is told of each before it is tried: of a text, or of the target's name. */
  run(
    seed: number,
    budget: Budget,
    before?: (input: string) => void,
  ): Promise<Tried>;
}

/** Throws for an input that breaks something; returns for all others, refused ones included. */
export type Check = (input: string) => void | Promise<void>;

/** A target that is given texts. */
export interface TextTargetOptions extends Material {
  readonly name: string;
  readonly check: Check;
  /** What a check may take whatever the text. Default: {@link BASE_MS}. */
  readonly baseMs?: number;
  /** What it may take on top of that, a character. Default: 3. */
  readonly microsPerCharacter?: number;
}

/** A check takes a millisecond; the machine does other things too. */
const BASE_MS = 100;
/** A check that took too long gets further chances: the machine may have been busy. */
const CHANCES = 3;

/** A target whose inputs are mutated seeds. */
export function textTarget(options: TextTargetOptions): Target {
  const judge = judgeOf(options);
  return {
    name: options.name,
    run: async (seed, { inputs, ms }, before) => {
      const random = new Random(seed);
      const endMs = performance.now() + ms;
      let tried = 0;
      while (tried < inputs && performance.now() < endMs) {
        const input = tried < options.seeds.length
          ? options.seeds[tried]!
          : mutate(random, options);
        tried++;
        before?.(input);
        const reason = await judge(input);
        if (reason === undefined) continue;
        return {
          inputs: tried,
          failure: await failureOf(input, reason, judge),
        };
      }
      return { inputs: tried, failure: undefined };
    },
  };
}

type Judge = (input: string) => Promise<string | undefined>;

function judgeOf(
  { check, baseMs = BASE_MS, microsPerCharacter = 3 }: TextTargetOptions,
): Judge {
  return async (input) => {
    const limitMs = baseMs + (1 + input.length) * microsPerCharacter / 1000;
    let leastMs = Infinity;
    for (let chance = 0; chance < CHANCES; chance++) {
      const startMs = performance.now();
      try {
        await check(input);
      } catch (error) {
        return reasonOf(error);
      }
      leastMs = Math.min(leastMs, performance.now() - startMs);
      if (leastMs <= limitMs) return undefined;
    }
    return `it takes ${Math.round(leastMs)} ms for ${input.length} characters`;
  };
}

async function failureOf(
  input: string,
  reason: string,
  judge: Judge,
): Promise<Failure> {
  const shortest = await shrink(
    input,
    async (text) => await judge(text) !== undefined,
  );
  // What is just slow enough may be fast enough the next time.
  const again = await judge(shortest);
  return again === undefined
    ? { literal: literalOf(input), reason }
    : { literal: literalOf(shortest), reason: again };
}

/** What was thrown, with where. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return `${error} was thrown`;
  const place = error.stack?.split("\n").filter((line) => /\bat\b/.test(line));
  return [`${error.name}: ${error.message}`, ...(place ?? []).slice(0, 4)]
    .join("\n");
}

/** The property, which tells of each value before it is tried, by the target's name: values are not texts. */
function announced<T>(
  property: fc.IRawProperty<T>,
  name: string,
  before: ((input: string) => void) | undefined,
): fc.IRawProperty<T> {
  if (before === undefined) return property;
  const run: typeof property.run = (value) => {
    before(name);
    return property.run(value);
  };
  return Object.assign(Object.create(property), { run });
}

/** A target whose inputs are values; they are made, and made smaller, by fast-check. */
export function propertyTarget<T extends [unknown, ...unknown[]]>(
  name: string,
  property: fc.IAsyncProperty<T> | fc.IProperty<T>,
): Target {
  return {
    name,
    run: async (seed, { inputs, ms }, before) => {
      const details = await fc.check(announced(property, name, before), {
        seed,
        numRuns: Math.min(inputs, 1_000_000),
        interruptAfterTimeLimit: ms,
        markInterruptAsFailure: false,
      });
      const { failed, counterexample, errorInstance, numRuns } = details;
      const failure = failed
        ? {
          literal: fc.stringify(counterexample),
          reason: reasonOf(errorInstance),
        }
        : undefined;
      return { inputs: numRuns, failure };
    },
  };
}
