/**
 * The entries that an operator makes one by one, by options or on the admin page: each allows
 * or blocks, may have a note, and can be taken back. An entry is there once, whatever its
 * spelling. Keeping them beyond the program's end is for others.
 */

import { quoted } from "../../http1/fields.ts";
import type { List, ListSource } from "./list.ts";
import {
  isRefusal,
  LIST_ENTRY_WANTED,
  type ListEntry,
  parseListEntry,
} from "./list_entry.ts";
import { EFFECT } from "./effect.ts";
import { ListIndex } from "./list_index.ts";

/** How many entries one such list holds at most. */
export const MAX_OWN_ENTRIES = 10_000;
/** How long a note may be. */
export const MAX_NOTE_CHARACTERS = 500;

/** An entry as its author gives it. */
export interface OwnEntry {
  /** In any form of list_entry.ts. */
  readonly entry: string;
  readonly action: "allow" | "block";
  readonly note?: string | undefined;
}

/** An entry that can't be added; the message says why, and what is wanted. */
export class InvalidEntry extends Error {
  override readonly name = "InvalidEntry";
}

interface Held {
  readonly own: OwnEntry;
  readonly parsed: ListEntry;
}

/**
 * An operator's own entries.
 *
 * @example
 * ```ts
 * import { OwnList } from "./own_list.ts";
 * const list = new OwnList({ name: "--block", kind: "option" });
 * list.add({ entry: ".Ads.example", action: "block" });
 * list.remove(".ads.example."); // true
 * ```
 */
export class OwnList implements List {
  readonly source: ListSource;
  readonly #held = new Map<string, Held>();
  #index = new ListIndex();

  constructor(source: ListSource) {
    this.source = source;
  }

  get index(): ListIndex {
    return this.#index;
  }

  /** In the order in which they were added, each in its one spelling. */
  entries(): OwnEntry[] {
    return Array.from(this.#held.values(), ({ own }) => own);
  }

  noteOf(entry: string): string | undefined {
    return this.#held.get(entry)?.own.note;
  }

  /**
   * Adds an entry; what is there already takes on the new action and note.
   *
   * @returns The entry in its one spelling.
   * @throws {InvalidEntry} for what is no entry, a note that is too long, and a full list.
   */
  add({ entry, action, note }: OwnEntry): OwnEntry {
    const parsed = parseListEntry(entry.trim());
    if (isRefusal(parsed)) {
      throw invalid(entry, `${parsed.refused}; wants ${LIST_ENTRY_WANTED}`);
    }
    if (note !== undefined && note.length > MAX_NOTE_CHARACTERS) {
      throw invalid(
        entry,
        `its note is longer than ${MAX_NOTE_CHARACTERS} characters`,
      );
    }
    const own = { entry: parsed.text, action, note };
    const before = this.#held.get(own.entry);
    if (before === undefined) this.#append({ own, parsed });
    else {
      this.#held.set(own.entry, { own, parsed });
      if (before.own.action !== action) this.#rebuild();
    }
    return own;
  }

  /** Takes an entry back, in whatever spelling. @returns Whether it was there. */
  remove(entry: string): boolean {
    const parsed = parseListEntry(entry.trim());
    if (isRefusal(parsed) || !this.#held.delete(parsed.text)) return false;
    this.#rebuild();
    return true;
  }

  #append(held: Held): void {
    const { entry } = held.own;
    if (this.#held.size >= MAX_OWN_ENTRIES) {
      throw invalid(entry, `there are ${MAX_OWN_ENTRIES} already`);
    }
    if (addTo(this.#index, held, this.#held.size + 1) === "full") {
      throw invalid(entry, "there are too many of its kind already");
    }
    this.#held.set(entry, held);
  }

  /** Costs some ten milliseconds for a full list. */
  #rebuild(): void {
    const index = new ListIndex();
    let line = 0;
    for (const held of this.#held.values()) addTo(index, held, ++line);
    this.#index = index;
  }
}

function addTo(index: ListIndex, { own, parsed }: Held, line: number) {
  return index.add(parsed, EFFECT[own.action], line);
}

function invalid(entry: string, reason: string): InvalidEntry {
  return new InvalidEntry(
    `Cannot add the list entry ${quoted(entry)}: ${reason}`,
  );
}
