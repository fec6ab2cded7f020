/** What changes of the lists are asked for with, from text to values. */

import * as v from "valibot";
import {
  MAX_NOTE_CHARACTERS,
  type OwnEntry,
} from "../policy/lists/own_list.ts";
import { MAX_FILE_BYTES } from "./lists_files.ts";
import { BadInput, read, strict, TextSchema } from "./checked_input.ts";

/** Where a list is sent, in a form or as it is. */
export const IMPORT_PATH = "/admin/lists/import";

/** What that may have in all, in bytes: a file and its form. */
export const MAX_IMPORT_BYTES = MAX_FILE_BYTES + 1024 * 1024;

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

/** What a list may be called. */
const FILE_NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()+@-]{0,99}$/u;
const NAME_WANTED =
  "a name of letters, digits, blanks and ._()+@-, at most 100, a letter or digit first";

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
  // Browsers send a file without a name where none was chosen.
  const isUploaded = file !== undefined && (file.size > 0 || file.name !== "");
  if (isUploaded === (text.trim() !== "")) {
    throw new BadInput(undefined, "wants a file or a pasted text, one of them");
  }
  const typed = name.trim();
  // The platform gives the beginning of a name that has a semicolon or an equals sign.
  if (isUploaded && typed === "" && !FILE_NAME.test(file.name)) {
    const problem =
      `the file's own name can't be the list's: type ${NAME_WANTED}`;
    throw new BadInput("name", problem);
  }
  return checkedUpload({
    name: typed === "" && isUploaded ? file.name : typed,
    text: isUploaded
      ? new Uint8Array(await file.arrayBuffer())
      : new TextEncoder().encode(text),
  });
}

/**
 * A list that can be tried: it has a name, and is a text.
 *
 * @throws {BadInput}
 */
export function checkedUpload({ name, text }: ListUpload): ListUpload {
  if (!FILE_NAME.test(name)) {
    const got = JSON.stringify(name).slice(0, 100);
    throw new BadInput("name", `got ${got}, wants ${NAME_WANTED}`);
  }
  const problem = textProblem(text);
  if (problem !== undefined) {
    throw new BadInput(
      undefined,
      `Cannot import the list "${name}": ${problem}`,
    );
  }
  return { name, text };
}

function textProblem(text: Uint8Array): string | undefined {
  if (text.length === 0) return "it is empty";
  if (text.length > MAX_FILE_BYTES) {
    return `it has more than ${MAX_FILE_BYTES} bytes`;
  }
  // RFC 1952 §2.3.1: what gzip begins with.
  if (text[0] === 0x1f && text[1] === 0x8b) {
    return "it is compressed by gzip: unpack it first";
  }
  return text.includes(0)
    ? "it is no text, for it has NULs; wants a text in UTF-8"
    : undefined;
}
