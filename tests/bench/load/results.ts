/**
 * What was measured: a figure for each row and column, and the one way to make
 * it out of several rounds.
 */

import type { WrkFigures } from "./wrk.ts";

/** A figure of one row and column. */
export interface Figure {
  /** In the row's unit; NaN beside a failure. */
  readonly value: number;
  /** The rounds that `value` is the median of. */
  readonly rounds: readonly number[];
  /** Of the median round; for rows that wrk drives. */
  readonly load?: WrkFigures;
  /** Requests or handshakes a second, of the median round; for rows about interception. */
  readonly perSecond?: number;
  /** In the row's unit, beside `value`: what the proxy's child processes used. */
  readonly children?: number;
  /** The share of its core that the proxy used in that round, 0 to 1. */
  readonly busy?: number;
  /** Why there is no value. */
  readonly failure?: string;
}

/** Rows by name, then columns by what stands above them. */
export type Results = Map<string, Map<string, Figure>>;

/** The round in the middle stands for all, with its details; a round that
 * failed makes them all fail, since the next reader should look into it. */
export function medianFigure(rounds: readonly Figure[]): Figure {
  const failed = rounds.find(({ failure }) => failure !== undefined);
  if (failed !== undefined) return failed;
  const sorted = rounds.toSorted((a, b) => a.value - b.value);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) return failedFigure("no round was run");
  return { ...middle, rounds: rounds.map(({ value }) => value) };
}

/** Measures each of them so many times; what is thrown is that round's failure. */
export async function medianFigures<Name>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name) => Promise<number>,
): Promise<Map<Name, Figure>> {
  const figures = new Map<Name, Figure>();
  for (const name of names) {
    const measured: Figure[] = [];
    for (let round = 0; round < rounds; round++) {
      try {
        const value = await measure(name);
        measured.push({ value, rounds: [value] });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        measured.push(failedFigure(reason));
      }
    }
    figures.set(name, medianFigure(measured));
  }
  return figures;
}

/** A figure that says why it isn't there. */
export function failedFigure(failure: string): Figure {
  return { value: NaN, rounds: [], failure };
}
