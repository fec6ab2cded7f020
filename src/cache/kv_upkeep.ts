/**
 * What is done with the cache's part of a store as a whole: its index is loaded at the start,
 * what no entry needs any more is removed, and all that there is can be declared void at once.
 * The store's failures are told and never thrown.
 */

import type { KvContents } from "./kv_contents.ts";
import { type OpenedFormat, writeFormat } from "./kv_format.ts";
import type { IndexedEntry } from "./kv_index.ts";
import type { KvFormat } from "./kv_layout.ts";
import { EarlyInvalidations, loadIndex } from "./kv_load.ts";
import { sweepBetween, sweepUnfinished } from "./kv_sweep.ts";
import type { Trouble } from "./trouble.ts";

/** What {@link KvUpkeep} works with. */
export interface KvUpkeepOptions {
  readonly kv: Deno.Kv;
  readonly contents: KvContents;
  readonly trouble: Trouble;
  /** The store as it was found. */
  readonly opened: OpenedFormat;
}

/** Looks after one store. */
export class KvUpkeep {
  /** Resolves when all that was there at the start is in the index. Never rejects. */
  readonly loaded: Promise<void>;
  isLoaded = false;
  /** The greatest id that was in the store when it was opened. */
  readonly lastIdAtStart: number;
  readonly #kv: Deno.Kv;
  readonly #contents: KvContents;
  readonly #trouble: Trouble;
  readonly #early = new EarlyInvalidations();
  readonly #mayGoOn = () => !this.#isClosed;
  #format: KvFormat;
  #isClosed = false;
  #sweeping: Promise<void> = Promise.resolve();

  /** Begins to load the index. */
  constructor({ kv, contents, trouble, opened }: KvUpkeepOptions) {
    this.#kv = kv;
    this.#contents = contents;
    this.#trouble = trouble;
    this.#format = opened.format;
    this.lastIdAtStart = opened.lastId;
    this.loaded = this.#load();
  }

  /** See keyHash. */
  get seed(): number {
    return this.#format.seed;
  }

  /** Entries with smaller ids are void. */
  get since(): number {
    return this.#format.since;
  }

  /** Resolves when what nobody needs any more has been removed, after the start or a {@link clear}. Never rejects. */
  get swept(): Promise<void> {
    return this.loaded.then(() => this.#sweeping);
  }

  /** True for an entry that was purged, or dropped in an earlier life: what is left of it may be swept. */
  isOver(id: number, hash: number): boolean {
    return id < this.#format.since ||
      id <= this.lastIdAtStart &&
        this.#contents.index.get(hash, id) === undefined;
  }

  /** What is found under a hash from now on must be validated. */
  invalidateEarly(hash: number): void {
    if (!this.isLoaded) this.#early.add(hash);
  }

  /** Declares void what has an id of `lastId` at most; resolves once that is written. */
  async clear(lastId: number): Promise<void> {
    this.#format = { ...this.#format, since: lastId + 1 };
    try {
      await writeFormat(this.#kv, this.#format);
      this.#trouble.succeeded();
    } catch (error) {
      this.#trouble.failed(error);
    }
    // What is being written at the moment is too old already.
    const written = this.#contents.writer.round();
    this.#sweeping = Promise.all([this.#sweeping, written])
      .then(() => this.#sweep());
  }

  /** Leaves the rest for the next time; resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.swept;
  }

  async #load(): Promise<void> {
    const range = { start: this.#format.since, end: this.lastIdAtStart + 1 };
    let damaged: number[] = [];
    try {
      damaged = await loadIndex(
        this.#kv,
        range,
        this.#mayGoOn,
        (entry) => this.#indexFound(entry),
      );
    } catch (error) {
      this.#trouble.failed(error);
    }
    this.isLoaded = true;
    this.#contents.damaged += damaged.length;
    this.#sweeping = this.#sweeping.then(() => this.#sweep(damaged))
      .then(() => this.#shrink());
  }

  #indexFound(entry: IndexedEntry): void {
    if (entry.id < this.#format.since) return;
    this.#contents.index.set(entry);
    if (this.#early.has(entry.hash)) {
      this.#contents.invalidate(entry.hash, entry.id);
    }
  }

  async #sweep(damaged: readonly number[] = []): Promise<void> {
    try {
      for (const id of damaged) {
        await sweepBetween(this.#kv, id, id + 1, this.#mayGoOn);
      }
      const { since } = this.#format;
      await sweepBetween(this.#kv, -Infinity, since, this.#mayGoOn);
      await sweepUnfinished(this.#kv, this.lastIdAtStart + 1, this.#mayGoOn);
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  /** Less room than before the restart. */
  async #shrink(): Promise<void> {
    const { index, maxBytes, writer } = this.#contents;
    while (!this.#isClosed && index.bytes > maxBytes) {
      this.#contents.makeRoom();
      await writer.round();
    }
  }
}
