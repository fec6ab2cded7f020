/** What changes of the lists are asked for with, from text to values. */

import * as v from "valibot";
import {
  MAX_NOTE_CHARACTERS,
  type OwnEntry,
} from "../policy/lists/own_list.ts";
import { BadInput, read, strict, TextSchema } from "./checked_input.ts";

const EntrySchema = strict({
  entry: TextSchema,
  action: v.picklist(["block", "allow"], "block or allow"),
  note: v.optional(
    v.pipe(
      v.string("a text"),
      v.maxLength(
        MAX_NOTE_CHARACTERS,
        `at most ${MAX_NOTE_CHARACTERS} characters`,
      ),
    ),
  ),
});

const RemovalSchema = strict({ entry: TextSchema });

const FileSchema = strict({ name: TextSchema });

const ImportSchema = strict({
  name: v.optional(v.string("a text")),
  text: v.optional(v.string("a text")),
  file: v.optional(v.instance(File, "a file")),
});

/** A file to be imported. */
export interface ListUpload {
  readonly name: string;
  readonly text: Uint8Array;
}

/** @throws {BadInput} */
export function readEntry(form: unknown): OwnEntry {
  return read(EntrySchema, form);
}

/** @throws {BadInput} */
export function readRemoval(form: unknown): string {
  return read(RemovalSchema, form).entry;
}

/** @throws {BadInput} */
export function readFileName(form: unknown): string {
  return read(FileSchema, form).name;
}

/**
 * Reads a form with a file or a pasted text.
 *
 * @throws {BadInput}
 */
export async function readUpload(form: unknown): Promise<ListUpload> {
  const { name = "", text = "", file } = read(ImportSchema, form);
  const isUploaded = file !== undefined && file.size > 0;
  if (isUploaded === (text.trim() !== "")) {
    throw new BadInput(undefined, "wants a file or a pasted text, one of them");
  }
  const called = name.trim() || (isUploaded ? file.name : "");
  if (called === "") throw new BadInput("name", "wants a name for the list");
  return {
    name: called,
    text: isUploaded
      ? new Uint8Array(await file.arrayBuffer())
      : new TextEncoder().encode(text),
  };
}
