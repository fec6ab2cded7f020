/**
 * What a part of the statistics keeps in the store, and how it is read back:
 * values of JSON under keys. What was kept is judged like any input, since a
 * file can be damaged. Knows nothing of the store.
 */

/** A value that a part keeps. */
export interface KeptValue {
  /** Within the part; two values of one part differ in it. */
  readonly key: readonly (string | number)[];
  /** Anything that JSON has; undefined for a value that is no longer kept. */
  readonly value: unknown;
}

/** A part of the statistics that outlives the process. */
export interface KeptPart {
  /**
   * What changed since the last call. A value is whole, never a difference: to
   * write it twice does no harm.
   */
  changes(): KeptValue[];
  /** Lets everything count as changed. */
  changeAll(): void;
  /** Adds what an earlier process kept. What is not as expected is left out. */
  restore(kept: readonly KeptValue[]): void;
}

/** Whether a kept value is a number that something could have counted. */
export function isCount(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value < Infinity;
}

/** Whether it is a list of counts of that length. */
export function isCounts(value: unknown, length: number): value is number[] {
  return Array.isArray(value) && value.length === length &&
    value.every(isCount);
}

/** A member of a kept object; undefined where it is none or has none. */
export function member(kept: unknown, name: string): unknown {
  return typeof kept === "object" && kept !== null
    ? Reflect.get(kept, name)
    : undefined;
}
