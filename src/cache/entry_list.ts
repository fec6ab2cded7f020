/**
 * The entries under one key, newest first: lists that never change, so that whoever reads one
 * keeps what it saw. Knows nothing of what selects one of them.
 */

import type { Entry } from "./entry.ts";

/** More variants under one key are not kept: the oldest goes. */
export const MAX_VARIANTS = 16;

/** Nothing is stored. */
export const NO_ENTRIES: readonly Entry[] = Object.freeze([]);

/** A list with an entry in first place, instead of one with its id and of `replaced` ones. */
export function withEntry(
  list: readonly Entry[],
  entry: Entry,
  replaced: readonly Entry[],
): readonly Entry[] {
  if (list.length === 0) return [entry];
  const kept = list.filter(({ id }) => id !== entry.id && !has(replaced, id));
  return [entry, ...kept.slice(0, MAX_VARIANTS - 1)];
}

/** A list without the entry that has an id; the same list when none has. */
export function withoutEntry(
  list: readonly Entry[],
  id: number,
): readonly Entry[] {
  return has(list, id) ? list.filter((entry) => entry.id !== id) : list;
}

/** True when an entry of that id is in a list. */
export function has(list: readonly Entry[], id: number): boolean {
  return list.some((entry) => entry.id === id);
}
