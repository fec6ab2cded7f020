/**
 * What an operator can ask of the lists and do to them: entries of their own, each with a
 * note, in force at once and kept in the store; imported files; and which entry decides
 * about a URL. How that looks is not known here.
 */

import { WireError } from "../errors.ts";
import {
  connect,
  type MadeUpMessage,
  request,
  subjectFor,
} from "../policy/made_up_message.ts";
import { parseIp } from "../policy/ip_range.ts";
import type { Explanation } from "../policy/lists.ts";
import type { List } from "../policy/lists/list.ts";
import { type OwnEntry, OwnList } from "../policy/lists/own_list.ts";
import type { ListBook } from "../proxy/list_book.ts";
import type { ListsArchive } from "./lists_archive.ts";
import { ListsFiles } from "./lists_files.ts";

/** What the desk works with. */
export interface ListsDeskParts {
  readonly archive: ListsArchive;
  /** In force; the desk puts its lists there. */
  readonly book: ListBook;
  /** Told of what is kept and can't be used. It must not throw. */
  readonly onError: (message: string) => void;
}

/** The operator's lists. */
export class ListsDesk {
  readonly files: ListsFiles;
  readonly #archive: ListsArchive;
  readonly #book: ListBook;
  readonly #own = new OwnList({ name: "admin page", kind: "admin" });
  /** Where an entry is in the store. */
  readonly #places = new Map<string, number>();
  #nextPlace = 1;

  private constructor({ archive, book }: ListsDeskParts) {
    this.#archive = archive;
    this.#book = book;
    this.files = new ListsFiles(archive, book);
  }

  /** Puts in force what is kept. It does not reject: `onError` is told. */
  static async open(parts: ListsDeskParts): Promise<ListsDesk> {
    const desk = new ListsDesk(parts);
    parts.book.current = parts.book.current.with(desk.#own);
    try {
      await desk.#load(parts.onError);
      await desk.files.load();
    } catch (error) {
      parts.onError(
        `Cannot read the lists of the admin page: ${
          messageOf(error)
        }. They are not in force; is the store's file damaged, or locked by another program?`,
      );
    }
    for (const { name, report } of desk.files.all()) {
      if (report !== undefined) continue;
      parts.onError(
        `The imported list "${name}" is damaged and not in force: import it again.`,
      );
    }
    return desk;
  }

  /** All lists in force, those of options and files too. */
  get inForce(): readonly List[] {
    return this.#book.current.all;
  }

  /** The operator's own entries, in the order in which they were made. */
  entries(): OwnEntry[] {
    return this.#own.entries();
  }

  /**
   * Adds an entry, in force at once; one that is there takes on the action and note.
   *
   * @returns The entry in its one spelling.
   * @throws {InvalidEntry}
   * @throws {Error} When the store does not keep it: then nothing has changed.
   */
  async add(entry: OwnEntry): Promise<OwnEntry> {
    const before = this.entries();
    const own = this.#own.add(entry);
    const at = this.#places.get(own.entry) ?? this.#nextPlace++;
    this.#places.set(own.entry, at);
    try {
      await this.#archive.setEntry({ at, own });
      return own;
    } catch (error) {
      this.#takeBack(own, before);
      throw notKept(error);
    }
  }

  /**
   * Takes an entry back, in whatever spelling.
   *
   * @returns Whether it was there.
   * @throws {Error} When the store does not forget it: then it is in force again.
   */
  async remove(entry: string): Promise<boolean> {
    const before = this.entries();
    if (!this.#own.remove(entry)) return false;
    const left = new Set(this.entries().map(({ entry }) => entry));
    for (const own of before.filter(({ entry }) => !left.has(entry))) {
      const at = this.#places.get(own.entry);
      try {
        if (at !== undefined) await this.#archive.removeEntry(at);
        this.#places.delete(own.entry);
      } catch (error) {
        this.#own.add(own);
        throw notKept(error);
      }
    }
    return true;
  }

  /** The status of the answer to what the lists block. */
  get blockStatus(): number {
    return this.#book.answer.status;
  }

  /**
   * Which entries fit a URL, or a tunnel to a host, and which of them decides.
   *
   * @param what An absolute URL, or a host with or without a port.
   * @param method Of the request; CONNECT takes `host:port`, others a URL. Default: what
   * `what` can be.
   * @returns Undefined for what is neither.
   */
  explain(what: string, method?: string): Explanation | undefined {
    try {
      const message = messageFor(what, method);
      return this.#book.current.explain(subjectFor(message));
    } catch (error) {
      if (error instanceof WireError || error instanceof TypeError) {
        return undefined;
      }
      throw error;
    }
  }

  /** Ends an import that runs. Before the store is closed. */
  async close(): Promise<void> {
    await this.files.close();
  }

  async #load(onError: (message: string) => void): Promise<void> {
    for (const { at, own } of await this.#archive.entries()) {
      this.#nextPlace = Math.max(this.#nextPlace, at + 1);
      try {
        this.#places.set(this.#own.add(own).entry, at);
      } catch (error) {
        onError(messageOf(error));
      }
    }
  }

  #takeBack({ entry }: OwnEntry, before: readonly OwnEntry[]): void {
    const earlier = before.find((own) => own.entry === entry);
    if (earlier !== undefined) this.#own.add(earlier);
    else {
      this.#own.remove(entry);
      this.#places.delete(entry);
    }
  }
}

function messageFor(what: string, method: string | undefined): MadeUpMessage {
  if (method === "CONNECT") return connect(what);
  if (method !== undefined) return request(what, { method });
  return what.includes("://") ? request(what) : connect(authorityOf(what));
}

/** A host may be without a port, and an address without brackets. */
function authorityOf(host: string): string {
  if (parseIp(host)?.kind() === "ipv6") return `[${host}]:443`;
  return /:\d+$/.test(host) ? host : `${host}:443`;
}

function notKept(error: unknown): Error {
  return new Error(
    `Cannot change the lists: the store does not take it: ${messageOf(error)}`,
    { cause: error },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
