/**
 * Opens the lists of the settings: entries of the options, files, and the entries that were
 * made on the admin page, which the store keeps. Files that change are read anew.
 */

import { basename } from "@std/path";
import { ListsArchive } from "../admin/lists_archive.ts";
import { ListsDesk } from "../admin/lists_desk.ts";
import type { Settings } from "../config.ts";
import { programLogger } from "../log/program_log.ts";
import { Lists } from "../policy/lists.ts";
import { type FileList, ListBuilder } from "../policy/lists/list_builder.ts";
import { OwnList } from "../policy/lists/own_list.ts";
import { ListBook } from "../proxy/list_book.ts";
import { FileWatch } from "./file_watch.ts";

/** Lists in force, and what keeps them so. */
export interface OpenLists {
  readonly book: ListBook;
  /** What the admin page changes. */
  readonly desk: ListsDesk;
  /** Stops watching the files, and ends an import that runs. Before the store is closed. */
  close(): Promise<void>;
}

/**
 * Opens the lists.
 *
 * @param kv Where those of the admin page are kept; the caller's to close.
 * @throws {Error} for a file that can't be read.
 */
export async function openLists(
  settings: Settings,
  kv: Deno.Kv,
): Promise<OpenLists> {
  const { block, allow, blockFiles, blockStatus, blockPagePath } = settings;
  const page = blockPagePath === undefined
    ? undefined
    : await readText("--block-page", blockPagePath);
  const book = new ListBook({ status: blockStatus, page });
  const own = optionList("--block", block, "block");
  const allowed = optionList("--allow", allow, "allow");
  book.current = new Lists([own, allowed]);
  const names = namesOf(blockFiles);
  for (const path of names.keys()) await readList(path, names, book);
  const logger = programLogger("lists");
  const desk = await ListsDesk.open({
    archive: new ListsArchive(kv),
    book,
    onError: (error) => logger.error("{error}", { error }),
  });
  const watch = new FileWatch(
    [...names.keys()],
    (path) => void readList(path, names, book).catch(sayUnread),
  );
  const close = async () => {
    watch.close();
    await desk.close();
  };
  return { book, desk, close };
}

function optionList(
  name: string,
  entries: readonly string[],
  action: "block" | "allow",
): OwnList {
  const list = new OwnList({ name, kind: "option" });
  for (const entry of entries) list.add({ entry, action });
  return list;
}

async function readText(option: string, path: string): Promise<string> {
  try {
    await refuseUnlessFile(path);
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(
      `Cannot read the file of ${option}, "${path}": ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

/** What files are called in reasons, by their paths: the last part, where that is enough. */
function namesOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const names = paths.map((path) => basename(path));
  return new Map(paths.map((path, at) => {
    const isUnique =
      names.indexOf(names[at]!) === names.lastIndexOf(names[at]!);
    return [path, isUnique ? names[at]! : path];
  }));
}

/** Reads a file piece by piece, so that nobody waits, and puts it in force. */
async function readList(
  path: string,
  names: ReadonlyMap<string, string>,
  book: ListBook,
): Promise<void> {
  const list = await buildList(path, names.get(path)!);
  book.current = book.current.with(list);
  const { entries, duplicates, skipped, bad, badLines } = list.report;
  const logger = programLogger("lists");
  logger.info(
    "{path}: {entries} entries to block by, {duplicates} of them twice, {skipped} lines for browsers only",
    { path, entries, duplicates, skipped },
  );
  if (bad === 0) return;
  const [first] = badLines;
  logger.warn(
    "{path}: {bad} lines can't be used; the first is line {line}, {text}: {reason}",
    { path, bad, ...first },
  );
}

async function buildList(path: string, name: string): Promise<FileList> {
  const builder = new ListBuilder(name);
  try {
    await refuseUnlessFile(path);
    const file = await Deno.open(path);
    const texts = file.readable.pipeThrough(new TextDecoderStream());
    for await (const text of texts) builder.add(text);
  } catch (error) {
    throw new Error(
      `Cannot read the file of --block-file, "${path}": ${messageOf(error)}.`,
      { cause: error },
    );
  }
  return builder.finish();
}

/** What is no regular file may never end, or not even open. */
async function refuseUnlessFile(path: string): Promise<void> {
  const { isFile, ...info } = await Deno.stat(path);
  if (!isFile) throw new Error(`it is ${kindOf(info)}, wants a regular file`);
}

function kindOf(
  info: Pick<Deno.FileInfo, "isDirectory" | "isFifo" | "isSocket">,
): string {
  if (info.isDirectory) return "a folder";
  if (info.isFifo) return "a FIFO";
  return info.isSocket ? "a socket" : "a device";
}

function sayUnread(error: unknown): void {
  programLogger("lists").error(
    "{error} The list stays as it was.",
    { error: messageOf(error) },
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
