/**
 * The open statistics pages that show the same choice, and what they have: an event is made
 * once for all of them, of what has changed. Who does not keep up is let go.
 */

import type { StatsChoice } from "./stats_choice.ts";
import {
  changedRows,
  type FragmentTexts,
  fragmentVersion,
} from "./stats_fragments.ts";

/** Where the events of one page go. */
export type StatsReader = ReadableStreamDefaultController<Uint8Array>;

/** What a page has as it comes: what it was sent with, or what it got before it went. */
export interface StatsHeld {
  /** Versions of parts: see fragmentVersion(). */
  readonly versions: ReadonlySet<string>;
  /** The newest recent exchange that it shows. */
  readonly newest: string | undefined;
}

/** How many ticks may pass without an event: a client that is gone shows by a write. */
const QUIET_TICKS = 3;

/** Pages that show the same. */
export class StatsAudience {
  readonly choice: StatsChoice;
  readonly #readers = new Set<StatsReader>();
  readonly #encoder = new TextEncoder();
  /** What every reader has. */
  #shown: FragmentTexts = new Map();
  #points = "";
  #quietTicks = 0;

  constructor(choice: StatsChoice) {
    this.choice = choice;
  }

  /** How many pages. */
  get size(): number {
    return this.#readers.size;
  }

  /** All pages, as they are now. */
  readers(): StatsReader[] {
    return [...this.#readers];
  }

  /** Sends a page what it does not have, and from then on what changes. */
  add(reader: StatsReader, { versions, newest }: StatsHeld): void {
    this.#readers.add(reader);
    const missing = new Map(
      [...this.#shown].filter(([, text]) =>
        !versions.has(fragmentVersion(text))
      ),
    );
    const recent = missing.get("recent");
    if (recent !== undefined) {
      missing.set("recent", changedRows(recent, { since: newest }));
    }
    reader.enqueue(this.#event(missing));
  }

  /** False when it is gone already. */
  delete(reader: StatsReader): boolean {
    return this.#readers.delete(reader);
  }

  /**
   * Sends what has changed.
   *
   * @param points The points that count now, as JSON.
   * @returns Those that do not keep up.
   */
  update(texts: FragmentTexts, points: string): StatsReader[] {
    const changed = new Map<string, string>();
    for (const [name, text] of texts) {
      const before = this.#shown.get(name);
      if (text !== before) changed.set(name, changedRows(text, { before }));
    }
    const isNews = changed.size > 0 || points !== this.#points;
    this.#shown = texts;
    this.#points = points;
    if (!isNews) return [];
    this.#quietTicks = 0;
    return this.#readers.size === 0 ? [] : this.#send(this.#event(changed));
  }

  /**
   * Sends a comment when nothing was sent for a few ticks.
   *
   * @returns Those that do not keep up.
   */
  tick(): StatsReader[] {
    if (++this.#quietTicks < QUIET_TICKS) return [];
    this.#quietTicks = 0;
    return this.#send(this.#encoder.encode(":\n\n"));
  }

  #send(event: Uint8Array): StatsReader[] {
    const late: StatsReader[] = [];
    for (const reader of this.#readers) {
      if ((reader.desiredSize ?? 0) <= 0) late.push(reader);
      else reader.enqueue(event);
    }
    return late;
  }

  /** JSON has no line breaks, so it is one line of data. */
  #event(html: FragmentTexts): Uint8Array {
    const parts = [...html].map(([name, text]) => {
      // Of all of it: what is left out the page has.
      const version = fragmentVersion(this.#shown.get(name) ?? "");
      return [name, { version, text }];
    });
    const json = JSON.stringify(Object.fromEntries(parts));
    return this.#encoder.encode(
      `data: {"html":${json},"points":${this.#points}}\n\n`,
    );
  }
}
