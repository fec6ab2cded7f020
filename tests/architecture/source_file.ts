/**
 * The project's own files as text, and what can be read from it: imports, and
 * the code without its comments and strings. It judges nothing.
 */

import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const UNTRACKED = new Set([".git", "node_modules", "data", "dist", "coverage"]);

/** Comments, and the literals in which what looks like a comment is none. */
const COMMENTS_AND_STRINGS =
  /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
const STATIC_IMPORT =
  /^(?:import|export)\s+(type\s)?([^;"]*?\bfrom\s+)?"([^"]+)"/gm;
const DYNAMIC_IMPORT = /\bimport\(\s*"([^"]+)"/g;
const OPENED = /\bnew URL\(\s*"([^"]+)",\s*import\.meta\.url,?\s*\)/g;

/** One import. */
export interface Import {
  readonly line: number;
  /** As written. */
  readonly specifier: string;
  /** From the root of the checkout; undefined for a package. */
  readonly path: string | undefined;
  /** Whether it is for the type checker alone and gone at run time. */
  readonly isTypeOnly: boolean;
}

/** A place in a file. */
export interface Found {
  readonly line: number;
  readonly text: string;
}

/** A file of the checkout. */
export class SourceFile {
  /** Without comments and with empty strings; lines are where they were. */
  readonly code: string;
  readonly #uncommented: string;

  constructor(
    /** From the root of the checkout, with "/". */
    readonly path: string,
    readonly text: string,
  ) {
    this.#uncommented = text.replace(
      COMMENTS_AND_STRINGS,
      (match) => match.startsWith("/") ? blank(match) : match,
    );
    this.code = text.replace(COMMENTS_AND_STRINGS, blank);
  }

  get imports(): Import[] {
    const fixed = this.#uncommented.matchAll(STATIC_IMPORT).map((match) =>
      this.#import(match.index, match[3]!, isTypeOnly(match[1], match[2]))
    );
    const dynamic = this.#uncommented.matchAll(DYNAMIC_IMPORT).map((match) =>
      this.#import(match.index, match[1]!, false)
    );
    return [...fixed, ...dynamic];
  }

  /** The files that the code names by a URL beside its own, from the root. */
  get openedPaths(): string[] {
    return [...this.#uncommented.matchAll(OPENED)]
      .map((match) => this.#resolve(match[1]!));
  }

  /** Every place in the code, comments and strings apart, that matches. */
  findCode(pattern: RegExp): Found[] {
    return this.#find(this.code, pattern);
  }

  /** Every place in the text that matches. */
  findText(pattern: RegExp): Found[] {
    return this.#find(this.text, pattern);
  }

  #find(text: string, pattern: RegExp): Found[] {
    return [...text.matchAll(new RegExp(pattern, pattern.flags + "g"))]
      .map((match) => ({ line: this.#lineAt(match.index), text: match[0] }));
  }

  #import(index: number, specifier: string, isTypeOnly: boolean): Import {
    const path = specifier.startsWith(".")
      ? this.#resolve(specifier)
      : undefined;
    return { line: this.#lineAt(index), specifier, path, isTypeOnly };
  }

  #resolve(relative: string): string {
    return new URL(relative, `file:///${this.path}`).pathname.slice(1);
  }

  #lineAt(index: number): number {
    return this.text.slice(0, index).split("\n").length;
  }
}

/** Every file of the checkout that is or would be tracked. */
export async function trackedFiles(): Promise<SourceFile[]> {
  const paths = await gitPaths() ?? await walkedPaths("");
  const files = await Promise.all(paths.map(readFile));
  return files.filter((file) => file !== undefined);
}

async function readFile(path: string): Promise<SourceFile | undefined> {
  try {
    return new SourceFile(path, await Deno.readTextFile(join(ROOT, path)));
  } catch (error) {
    // Removed from the folder and not yet from the index.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Undefined where there is no git, or the folder is no checkout. */
async function gitPaths(): Promise<string[] | undefined> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
      cwd: ROOT,
      stderr: "null",
    }).output();
    const paths = new TextDecoder().decode(stdout).split("\0").slice(0, -1);
    return success && paths.length > 0 ? paths : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function walkedPaths(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (UNTRACKED.has(name)) continue;
    const path = folder + name;
    if (isDirectory) paths.push(...await walkedPaths(`${path}/`));
    else paths.push(path);
  }
  return paths;
}

/** `import type …`, or a list of names that are all types. */
function isTypeOnly(type: string | undefined, names = ""): boolean {
  if (type !== undefined) return true;
  const list = /^\{([^}]*)\}/.exec(names.trim())?.[1];
  if (list === undefined) return false;
  const parts = list.split(",").map((part) => part.trim()).filter(Boolean);
  return parts.length > 0 && parts.every((part) => part.startsWith("type "));
}

/** The same lines with nothing on them. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
