/**
 * Entries that take more than a key: those with a condition, each under a number, and among
 * them the patterns, which no name leads to. What one name leads to, and the patterns, are
 * judged one by one, and so may be few.
 */

import {
  type Condition,
  conditionFits,
  type ListSubject,
} from "./condition.ts";
import type { Addition, Effect, Witness } from "./effect.ts";

/** How many one name may lead to, and how many patterns there may be: each takes some 20 ns. */
export const MAX_TOGETHER = 1_000;
/** How many there may be: each takes some 500 bytes. */
export const MAX_CONDITIONS = 100_000;

/** An entry with a condition. */
export interface ConditionalEntry {
  readonly text: string;
  readonly condition: Condition;
  readonly effect: Effect;
  readonly line: number;
}

/** No host is called that. */
const NO_NAME = "";

/** Entries by their numbers, which count from 0. */
export class ConditionalEntries {
  readonly #entries: ConditionalEntry[] = [];
  readonly #patterns: number[] = [];
  /** For each text, the effects that it is there with: a bit each. */
  readonly #effects = new Map<string, number>();
  readonly #counts = new Map<string, number>();

  /** How many there are: what was added last has a number one less. */
  get size(): number {
    return this.#entries.length;
  }

  /** How many patterns there are. */
  get patterns(): number {
    return this.#patterns.length;
  }

  /** The entry of that number. */
  at(number: number): ConditionalEntry {
    // Numbers are given out for entries alone.
    return this.#entries[number]!;
  }

  /** Adds an entry that a name leads to. */
  add(name: string, entry: ConditionalEntry): Addition {
    const { text, effect } = entry;
    const effects = this.#effects.get(text) ?? 0;
    if ((effects & 1 << effect) !== 0) return "duplicate";
    const others = this.#counts.get(name) ?? 0;
    if (others >= MAX_TOGETHER || this.size >= MAX_CONDITIONS) return "full";
    this.#effects.set(text, effects | 1 << effect);
    this.#counts.set(name, others + 1);
    this.#entries.push(entry);
    return "added";
  }

  /** Adds an entry that no name leads to. */
  addPattern(entry: ConditionalEntry): Addition {
    const addition = this.add(NO_NAME, entry);
    if (addition === "added") this.#patterns.push(this.size - 1);
    return addition;
  }

  /** Tells of the patterns that fit, each by -1 less its number. */
  visitPatterns(subject: ListSubject, witness: Witness): void {
    for (const number of this.#patterns) {
      const { condition, effect } = this.at(number);
      if (conditionFits(condition, subject)) witness.see(effect, -1 - number);
    }
  }
}
