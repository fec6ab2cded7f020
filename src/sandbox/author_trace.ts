/**
 * What went wrong in a rule, as its author wants to read it: the message, and of the
 * trace only the lines of the author's own files.
 */

import type { RuleFailure } from "./protocol.ts";

const MAX_MESSAGE = 2_000;
const MAX_LINES = 10;
const MAX_LINE = 500;

/** A place in a file, counted from 1. */
export interface Place {
  /** The path, from the rules folder where it is in there. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * The failure that a thrown value is. Reading the value can run the author's code, and
 * throw: then that is all that is said of it.
 *
 * @param folderUrl The rules folder's `file:` URL, with a slash at its end.
 */
export function failureOf(thrown: unknown, folderUrl: string): RuleFailure {
  try {
    return {
      message: messageOf(thrown).slice(0, MAX_MESSAGE),
      trace: authorLines(stackOf(thrown), folderUrl),
    };
  } catch {
    // A getter or toString() of the thrown value threw.
    return { message: "an error that can't be shown", trace: [] };
  }
}

/** The first of the author's own places in a trace or message. */
export function authorPlace(
  text: string,
  folderUrl: string,
): Place | undefined {
  for (const line of text.split("\n")) {
    const place = placeIn(line, folderUrl);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** The text of what was thrown: `TypeError: x is not a function`. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) {
    const { name, message } = thrown;
    return message === "" ? String(name) : `${name}: ${message}`;
  }
  return typeof thrown === "string" ? thrown : `threw ${Deno.inspect(thrown)}`;
}

/** The trace of what was thrown, if it has one. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? String(thrown.stack ?? "") : "";
}

function authorLines(stack: string, folderUrl: string): string[] {
  return stack.split("\n")
    .filter((line) => placeIn(line, folderUrl) !== undefined)
    .slice(0, MAX_LINES)
    .map((line) =>
      decodeUrl(line.trim().replaceAll(folderUrl, "")).slice(0, MAX_LINE)
    );
}

/** Frames of the author's are those within the folder: the host's own modules are elsewhere. */
function placeIn(line: string, folderUrl: string): Place | undefined {
  const start = line.indexOf(folderUrl);
  if (start < 0) return undefined;
  const found = /^([^\s()]*?):(\d+):(\d+)/.exec(
    line.slice(start + folderUrl.length),
  );
  if (found === null) return undefined;
  return {
    file: decodeUrl(found[1] ?? ""),
    line: Number(found[2]),
    column: Number(found[3]),
  };
}

function decodeUrl(text: string): string {
  try {
    return decodeURI(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
