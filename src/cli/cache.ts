/**
 * `sluice cache list | show | purge`: what is stored, and why it would be used or not. Asks the
 * proxy that runs on the data folder, or looks into the store itself where none does.
 */

import type { CacheDesk } from "../admin/cache_desk.ts";
import type { Purge } from "../admin/cache_input.ts";
import type { CacheFilter } from "../admin/cache_page.ts";
import { jsonLine } from "../admin/json_line.ts";
import { OptionError } from "../config.ts";
import { escapeTerminal } from "../log/escape.ts";
import { type CacheCommand, readCacheRequest } from "./cache_command.ts";
import { lookText, pageText } from "./cache_text.ts";
import { CacheUnavailable } from "./cache_unavailable.ts";
import { openDesk } from "./open_desk.ts";

/**
 * Lists what is stored, shows all of one URL, or purges.
 *
 * @param args `list [PATTERN] [--host HOST] [--tag TAG] [--sort url|size|age] [--limit N]
 * [--json]`, `show URL [--header FIELD]… [--json]`, or `purge --url URL | --prefix URL | --host
 * HOST | --tag TAG | --all [--soft] [--yes]`; and options of the proxy, such as `--data DIR`.
 * @returns The exit code: 0, or 1 when it can't be done, was not wanted after all, or when
 * nothing is stored for the URL to be shown.
 * @throws {OptionError} for other arguments.
 */
export async function cache(args: readonly string[]): Promise<number> {
  const { command, settings } = readCacheRequest(args);
  if (command.action === "purge" && !isWanted(command)) {
    console.error("sluice: The cache stays as it is.");
    return 1;
  }
  try {
    const { desk, close } = await openDesk(
      settings,
      command.action === "purge",
    );
    try {
      return await carryOut(command, desk);
    } finally {
      await close();
    }
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
    console.error(`sluice: ${escapeTerminal(error.message)}`);
    return 1;
  }
}

function carryOut(command: CacheCommand, desk: CacheDesk): Promise<number> {
  switch (command.action) {
    case "list":
      return command.isWhole
        ? listAll(command.query, desk)
        : list(command, desk);
    case "show":
      return show(command, desk);
    case "purge":
      return purge(command.purge, desk);
  }
}

async function list(
  { query, isJson }: Extract<CacheCommand, { action: "list" }>,
  desk: CacheDesk,
): Promise<number> {
  const page = await desk.page(query);
  if (!isJson) console.log(pageText(page));
  else for (const row of page.entries) console.log(jsonLine(row));
  return 0;
}

async function listAll(filter: CacheFilter, desk: CacheDesk): Promise<number> {
  const encoder = new TextEncoder();
  for await (const row of desk.rows(filter)) {
    if (!writeAll(encoder.encode(`${jsonLine(row)}\n`))) break;
  }
  return 0;
}

/** False when nobody reads any more, as behind `| head`. */
function writeAll(bytes: Uint8Array): boolean {
  try {
    for (let at = 0; at < bytes.length;) {
      at += Deno.stdout.writeSync(bytes.subarray(at));
    }
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return false;
    throw error;
  }
}

async function show(
  { url, fields, isJson }: Extract<CacheCommand, { action: "show" }>,
  desk: CacheDesk,
): Promise<number> {
  const look = await desk.look(url, fields);
  const isStored = look.found.length > 0;
  if (isJson) console.log(jsonLine(look));
  else if (isStored) console.log(lookText(look));
  else console.error(lookText(look));
  return isStored ? 0 : 1;
}

async function purge(
  { selector, mode }: Purge,
  desk: CacheDesk,
): Promise<number> {
  const count = await desk.purge(selector, mode);
  const entries = count === 1 ? "1 entry" : `${count} entries`;
  console.log(
    mode === "hard"
      ? `Purged ${entries}.`
      : `Purged ${entries} softly: validated before the next use.`,
  );
  return 0;
}

/** @throws {OptionError} when there is nobody to ask. */
function isWanted(
  { purge: { selector, mode }, isSure }: Extract<
    CacheCommand,
    { action: "purge" }
  >,
): boolean {
  if (selector !== "all" || isSure) return true;
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) {
    throw new OptionError({
      option: "--yes",
      got: undefined,
      wanted: "to be given",
      message: "--yes: wants to be given where no terminal can be asked " +
        "whether to purge all of the cache",
    });
  }
  return confirm(
    mode === "hard"
      ? "Everything in the cache will be gone. Purge it all?"
      : "Everything in the cache will be validated before its next use. Purge it all?",
  );
}
