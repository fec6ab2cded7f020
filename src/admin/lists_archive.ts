/**
 * The entries and files of the admin page in Deno KV. An entry is one value. A file's text is
 * in chunks under a version of its own, and what names the version is written last, so that a
 * crash never shows half a file; chunks that nothing names are removed at the start.
 *
 *   ["lists", "entry", N]           an entry; N is the order in which they were made
 *   ["lists", "file", NAME]         the version of a file, and how much it is
 *   ["lists", "text", VERSION, N]   a chunk of its text
 */

import * as v from "valibot";
import {
  MAX_NOTE_CHARACTERS,
  type OwnEntry,
} from "../policy/lists/own_list.ts";

/** Values of the store have 64 KiB at most. */
export const CHUNK_BYTES = 60 * 1024;
/** A commit has 800 KiB at most. */
const CHUNKS_A_COMMIT = 10;
const DELETES_A_COMMIT = 500;

const EntrySchema = v.object({
  entry: v.string(),
  action: v.picklist(["allow", "block"]),
  note: v.optional(v.pipe(v.string(), v.maxLength(MAX_NOTE_CHARACTERS))),
});

const FileSchema = v.object({
  version: v.string(),
  chunks: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  bytes: v.number(),
  importedMs: v.number(),
});

/** What is known of a file. */
export type KeptFile = v.InferOutput<typeof FileSchema>;

/** An entry, and its place in the order in which entries were made. */
export interface KeptEntry {
  readonly at: number;
  readonly own: OwnEntry;
}

/** A chunk of a file's text. */
export interface KeptChunk {
  readonly version: string;
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** What the store has for the lists. Everything throws what the store throws. */
export class ListsArchive {
  readonly #kv: Deno.Kv;

  constructor(kv: Deno.Kv) {
    this.#kv = kv;
  }

  /** The entries that can be read, in their order. */
  async entries(): Promise<KeptEntry[]> {
    const kept: KeptEntry[] = [];
    for await (
      const { key, value } of this.#kv.list({ prefix: ["lists", "entry"] })
    ) {
      const at = key[2];
      const own = v.safeParse(EntrySchema, value);
      if (typeof at === "number" && own.success) {
        kept.push({ at, own: own.output });
      }
    }
    return kept;
  }

  async setEntry({ at, own }: KeptEntry): Promise<void> {
    await this.#kv.set(["lists", "entry", at], own);
  }

  async removeEntry(at: number): Promise<void> {
    await this.#kv.delete(["lists", "entry", at]);
  }

  /** The files by their names. */
  async files(): Promise<Map<string, KeptFile>> {
    const files = new Map<string, KeptFile>();
    for await (
      const { key, value } of this.#kv.list({ prefix: ["lists", "file"] })
    ) {
      const file = v.safeParse(FileSchema, value);
      if (typeof key[2] === "string" && file.success) {
        files.set(key[2], file.output);
      }
    }
    return files;
  }

  /** The chunks of a file, or of all files, in their order. */
  async *chunks(version?: string): AsyncGenerator<KeptChunk> {
    const prefix = version === undefined
      ? ["lists", "text"]
      : ["lists", "text", version];
    for await (const { key, value } of this.#kv.list({ prefix })) {
      const [, , of, at] = key;
      if (
        typeof of === "string" && typeof at === "number" &&
        value instanceof Uint8Array
      ) yield { version: of, at, bytes: value };
    }
  }

  /** Writes chunks from a place on. Nothing is a file yet. */
  async addChunks(
    version: string,
    from: number,
    chunks: readonly Uint8Array[],
  ): Promise<void> {
    for (let at = 0; at < chunks.length; at += CHUNKS_A_COMMIT) {
      const commit = this.#kv.atomic();
      chunks.slice(at, at + CHUNKS_A_COMMIT).forEach((chunk, i) =>
        commit.set(["lists", "text", version, from + at + i], chunk)
      );
      await commit.commit();
    }
  }

  /** Makes the chunks of a version a file. */
  async setFile(name: string, file: KeptFile): Promise<void> {
    await this.#kv.set(["lists", "file", name], file);
  }

  /** Removes a file, its text last: what a crash leaves of that goes at the next start. */
  async removeFile(name: string, { version, chunks }: KeptFile): Promise<void> {
    await this.#kv.delete(["lists", "file", name]);
    await this.removeChunks(version, chunks);
  }

  async removeChunks(version: string, count: number): Promise<void> {
    for (let at = 0; at < count; at += DELETES_A_COMMIT) {
      const commit = this.#kv.atomic();
      for (let i = at; i < Math.min(count, at + DELETES_A_COMMIT); i++) {
        commit.delete(["lists", "text", version, i]);
      }
      await commit.commit();
    }
  }
}
