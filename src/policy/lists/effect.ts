/** What entries do, and how those that fit are told. */

/**
 * What an entry does, in the order in which they decide: the lowest that fits.
 * `allow` and `block` are the operator's own, `block` also what a file calls important;
 * `except` takes something out of what files `list`.
 */
export const EFFECT = { allow: 0, block: 1, except: 2, list: 3 } as const;

/** A value of {@linkcode EFFECT}. */
export type Effect = typeof EFFECT[keyof typeof EFFECT];

/** Told of each entry that fits. Entries are named by a number that their index knows. */
export interface Witness {
  see(effect: Effect, entry: number): void;
}

/** What became of an entry that was added. */
export type Addition = "added" | "duplicate" | "full";
