/**
 * The files that were imported on the admin page: built in pieces, so that nobody waits for
 * them, kept in the store, and in force with the rest of the lists. One is imported at a time.
 */

import { setImmediate } from "node:timers/promises";
import type { ListSource } from "../policy/lists/list.ts";
import {
  type FileList,
  ListBuilder,
  type ListReport,
} from "../policy/lists/list_builder.ts";
import type { ListBook } from "../proxy/list_book.ts";
import {
  CHUNK_BYTES,
  type KeptFile,
  type ListsArchive,
} from "./lists_archive.ts";

/** How many files there may be. */
export const MAX_FILES = 16;
/** How long the text of one may be, in bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** Chunks that are built before they are written. */
const CHUNKS_AT_ONCE = 10;

/** An imported file. */
export interface ImportedFile {
  readonly name: string;
  readonly bytes: number;
  readonly importedMs: number;
  /** Undefined: its text is damaged, and nothing of it is in force. */
  readonly report: ListReport | undefined;
}

/** How far an import is. */
export interface ImportProgress {
  readonly name: string;
  readonly bytes: number;
  readonly doneBytes: number;
  readonly lines: number;
  readonly state: "running" | "done" | "failed";
  /** Why it failed. */
  readonly problem: string | undefined;
}

/** What can't be imported as things are; the message is for who asked. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
}

interface Held {
  readonly kept: KeptFile;
  readonly report: ListReport | undefined;
}

/** The imported files. */
export class ListsFiles {
  readonly #archive: ListsArchive;
  readonly #book: ListBook;
  readonly #files = new Map<string, Held>();
  #progress: ImportProgress | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(archive: ListsArchive, book: ListBook) {
    this.#archive = archive;
    this.#book = book;
  }

  /**
   * Puts in force what is kept.
   *
   * @throws {Error} What the store throws.
   */
  async load(): Promise<void> {
    const kept = await this.#archive.files();
    const names = new Map(
      [...kept].map(([name, { version }]) => [version, name]),
    );
    const loads = new Map<string, FileLoad>();
    const orphans = new Map<string, number>();
    for await (const { version, at, bytes } of this.#archive.chunks()) {
      const name = names.get(version);
      if (name === undefined) orphans.set(version, at + 1);
      else {
        const load = loads.get(name) ?? new FileLoad(name);
        loads.set(name, load);
        load.take(at, bytes);
        await setImmediate();
      }
    }
    for (const [version, count] of orphans) {
      await this.#archive.removeChunks(version, count);
    }
    for (const [name, file] of kept) {
      const list = loads.get(name)?.finish(file);
      this.#files.set(name, { kept: file, report: list?.report });
      if (list !== undefined) this.#useList(list);
    }
  }

  /** By their names. */
  all(): ImportedFile[] {
    return [...this.#files].map(([name, { kept, report }]) => ({
      name,
      bytes: kept.bytes,
      importedMs: kept.importedMs,
      report,
    })).sort((a, b) => a.name < b.name ? -1 : 1);
  }

  get(name: string): ImportedFile | undefined {
    return this.all().find((file) => file.name === name);
  }

  /** Of the import that runs, or ran last. */
  get progress(): ImportProgress | undefined {
    return this.#progress;
  }

  /**
   * Begins to import a file, in the place of one with that name. See `progress` for its end.
   *
   * @throws {ImportRefused} While another is imported, and for the 17th file.
   */
  begin(name: string, text: Uint8Array): void {
    this.#refuse(name);
    this.#progress = {
      name,
      bytes: text.length,
      doneBytes: 0,
      lines: 0,
      state: "running",
      problem: undefined,
    };
    this.#running = this.#import(name, text).then(
      ({ lines }) =>
        this.#note({ state: "done", doneBytes: text.length, lines }),
      (error) => this.#note({ state: "failed", problem: messageOf(error) }),
    );
  }

  /** Resolves when no import runs. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** The text of a file in pieces; undefined where there is none. */
  text(name: string): AsyncIterable<Uint8Array> | undefined {
    const held = this.#files.get(name);
    return held && this.#pieces(held.kept.version);
  }

  /** Takes a file out of force and out of the store. @returns Whether it was there. */
  async remove(name: string): Promise<boolean> {
    const held = this.#files.get(name);
    if (held === undefined) return false;
    await this.#archive.removeFile(name, held.kept);
    this.#files.delete(name);
    this.#book.current = this.#book.current.without(sourceOf(name));
    return true;
  }

  /** Ends an import that runs: nothing of it stays. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  #refuse(name: string): void {
    if (this.#progress?.state === "running") {
      throw refused(name, `"${this.#progress.name}" is being imported`);
    }
    if (this.#files.size >= MAX_FILES && !this.#files.has(name)) {
      throw refused(name, `there are ${MAX_FILES} files already`);
    }
  }

  async #import(name: string, text: Uint8Array): Promise<ListReport> {
    const version = crypto.randomUUID();
    const chunks = Math.ceil(text.length / CHUNK_BYTES);
    const load = new FileLoad(name);
    try {
      await this.#readAndKeep(version, text, load);
      const bytes = text.length;
      const kept = { version, chunks, bytes, importedMs: Date.now() };
      const list = load.finish(kept)!;
      await this.#replace(name, kept, list);
      return list.report;
    } catch (error) {
      await this.#archive.removeChunks(version, chunks);
      throw error;
    }
  }

  async #readAndKeep(
    version: string,
    text: Uint8Array,
    load: FileLoad,
  ): Promise<void> {
    let waiting: Uint8Array[] = [];
    const chunks = Math.ceil(text.length / CHUNK_BYTES);
    for (let at = 0; at < chunks; at++) {
      if (this.#isClosed) throw new Error("the proxy stops");
      const chunk = text.slice(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES);
      load.take(at, chunk);
      waiting.push(chunk);
      if (waiting.length === CHUNKS_AT_ONCE || at === chunks - 1) {
        const from = at + 1 - waiting.length;
        await this.#archive.addChunks(version, from, waiting);
        waiting = [];
      }
      this.#note({ doneBytes: at * CHUNK_BYTES, lines: load.lines });
      await setImmediate();
    }
  }

  async #replace(
    name: string,
    kept: KeptFile,
    list: FileList,
  ): Promise<void> {
    const problem = problemOf(list.report);
    if (problem !== undefined) throw new Error(problem);
    const before = this.#files.get(name);
    this.#useList(list);
    await this.#archive.setFile(name, kept);
    this.#files.set(name, { kept, report: list.report });
    if (before !== undefined) {
      await this.#archive.removeChunks(before.kept.version, before.kept.chunks);
    }
  }

  async *#pieces(version: string): AsyncGenerator<Uint8Array> {
    for await (const { bytes } of this.#archive.chunks(version)) yield bytes;
  }

  #useList(list: FileList): void {
    this.#book.current = this.#book.current.with(list);
  }

  #note(change: Partial<ImportProgress>): void {
    if (this.#progress === undefined) return;
    this.#progress = { ...this.#progress, ...change };
  }
}

/** Builds a list of chunks, as long as they come in their order. */
class FileLoad {
  readonly #builder: ListBuilder;
  readonly #decoder = new TextDecoder();
  #chunks = 0;
  #isDamaged = false;

  constructor(name: string) {
    this.#builder = new ListBuilder(sourceOf(name).name);
  }

  get lines(): number {
    return this.#builder.lines;
  }

  take(at: number, bytes: Uint8Array): void {
    if (at !== this.#chunks++) this.#isDamaged = true;
    else this.#builder.add(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Undefined when a chunk is missing. */
  finish({ chunks }: KeptFile): FileList | undefined {
    if (this.#isDamaged || chunks !== this.#chunks) return undefined;
    this.#builder.add(this.#decoder.decode());
    return this.#builder.finish();
  }
}

/** Why lines are no list that anybody meant to import. */
function problemOf(report: ListReport): string | undefined {
  const { lines, entries, duplicates, skipped, bad } = report;
  const [first] = report.badLines;
  const why = first === undefined
    ? ""
    : `: line ${first.line}, ${first.text}: ${first.reason}`;
  if (entries === 0) {
    return `none of its ${lines} lines is an entry (${bad} can't be used${why})`;
  }
  // Of a page, a table or a program a line may pass for an entry.
  return bad > entries + duplicates + skipped
    ? `${bad} of its ${lines} lines can't be used${why}`
    : undefined;
}

/** In reasons, an imported file is told from one of `--block-file`. */
function sourceOf(name: string): ListSource {
  return { name: `imported ${name}`, kind: "file" };
}

function refused(name: string, why: string): ImportRefused {
  const shown = JSON.stringify(name).slice(0, 120);
  return new ImportRefused(`Cannot import the list ${shown}: ${why}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
