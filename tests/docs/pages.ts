/** The pages that people read first, and what of them can be looked at by tests. */

import { dirname, join } from "@std/path";

const ROOT = new URL("../../", import.meta.url);

/** A page. */
export interface Page {
  /** From the root of the checkout. */
  readonly path: string;
  readonly text: string;
}

/** The page at a path from the root of the checkout. */
export function page(path: string): Page {
  return { path, text: readText(path) };
}

/** A file's text, by its path from the root of the checkout. */
export function readText(path: string): string {
  return Deno.readTextFileSync(new URL(path, ROOT));
}

/** Whether there is such a file or folder. */
export function isThere(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The code blocks of a language. */
export function blocks({ text }: Page, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms");
  return [...text.matchAll(fence)].map(([, code]) => code ?? "");
}

/** What links within the checkout lead to, from its root. */
export function linkedPaths({ path, text }: Page): string[] {
  return [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
    .map(([, target]) => join(dirname(path), target ?? ""));
}

/** The arguments of each `deno run -A main.ts …`, as a shell would split them. */
export function commands(shown: Page): string[][] {
  return blocks(shown, "sh").flatMap((block) => block.split("\n"))
    .flatMap((line) => /^deno run -A main\.ts\b(.*)$/.exec(line)?.[1] ?? [])
    .map((text) => words(text.replace(/\s#.*$/, "")));
}

function words(text: string): string[] {
  return [...text.matchAll(/'([^']*)'|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare ?? "");
}
