/**
 * The most frequent names of the open window and of the one before it. A window
 * is a number that the caller makes of the time; older windows are forgotten.
 */

import { isCount, type KeptValue, member } from "./kept_json.ts";
import {
  type Hitter,
  type Hitters,
  mergeHitters,
  SpaceSaving,
} from "./space_saving.ts";

/** Longer names are cut: a host name has 253 at most (RFC 1035 §2.3.4). */
const MAX_NAME_CHARS = 255;

/** Counts names by window. */
export class WindowedList {
  readonly #capacity: number;
  #window: number;
  #open: SpaceSaving;
  #before: SpaceSaving;

  /** @param capacity How many names are counted of each window. */
  constructor(capacity: number, window: number) {
    this.#capacity = capacity;
    this.#window = window;
    this.#open = new SpaceSaving(capacity);
    this.#before = new SpaceSaving(capacity);
  }

  /**
   * Opens a window. One that is earlier than the open one, because the clock was
   * set back, takes over what the open one counted.
   */
  advance(window: number): void {
    if (window > this.#window) {
      const isNext = window === this.#window + 1;
      this.#before = isNext ? this.#open : new SpaceSaving(this.#capacity);
      this.#open = new SpaceSaving(this.#capacity);
    } else if (window < this.#window) {
      this.changeAll();
    }
    this.#window = window;
  }

  /** Counts a name in the open window; "" is none. */
  add(name: string, weight: number): void {
    if (name === "") return;
    const isLong = name.length > MAX_NAME_CHARS;
    this.#open.add(isLong ? name.slice(0, MAX_NAME_CHARS) : name, weight);
  }

  /** Of both windows, the most frequent first. */
  hitters(): Hitters {
    return mergeHitters(this.#open, this.#before);
  }

  /** See `KeptPart`. The windows take turns in two sets of keys. */
  changes(): KeptValue[] {
    return [
      ...changedPages(this.#open, this.#window),
      ...changedPages(this.#before, this.#window - 1),
    ];
  }

  changeAll(): void {
    this.#open.changeAll();
    this.#before.changeAll();
  }

  restore(kept: readonly KeptValue[]): void {
    restoreWindow(this.#open, this.#window, kept);
    restoreWindow(this.#before, this.#window - 1, kept);
  }
}

function changedPages(list: SpaceSaving, window: number): KeptValue[] {
  return list.changedPages().map((page) => ({
    key: [Math.abs(window % 2), page],
    value: { window, hitters: list.page(page).map(keptHitter) },
  }));
}

function restoreWindow(
  list: SpaceSaving,
  window: number,
  kept: readonly KeptValue[],
): void {
  const found = new Map<string, Hitter>();
  for (const { value } of kept) {
    if (member(value, "window") !== window) continue;
    for (const hitter of readHitters(member(value, "hitters"))) {
      // A name moves between pages, and those may be of two moments after a crash.
      const known = found.get(hitter.name);
      if (known === undefined || known.count < hitter.count) {
        found.set(hitter.name, hitter);
      }
    }
  }
  if (found.size === 0) return;
  const hitters = [...found.values()];
  const isFull = hitters.length >= list.capacity;
  const mostUnlisted = isFull
    ? hitters.reduce((least, { count }) => Math.min(least, count), Infinity)
    : 0;
  list.replace(mergeHitters(list, { hitters, mostUnlisted }));
}

function keptHitter({ name, count, error, weight }: Hitter): unknown {
  return [name, count, error, weight];
}

function readHitters(kept: unknown): Hitter[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((hitter) => {
    if (!Array.isArray(hitter)) return [];
    const [name, count, error, weight] = hitter;
    return typeof name === "string" && isCount(count) && isCount(error) &&
        isCount(weight)
      ? [{ name, count, error, weight }]
      : [];
  });
}
