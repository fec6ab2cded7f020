/**
 * The rules folder as files: which hold rules, and a version that changes with what any
 * of them says.
 */

import { fromFileUrl, join, relative, SEPARATOR } from "@std/path";
import { compareRuleFiles, isRuleFile } from "../policy/rule_file.ts";
import type { ModuleSource } from "./protocol.ts";

const VERSION_CHARS = 12;

/** What was in a folder. */
export interface RuleFolder {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Names of files with rules, in the order in which they run. */
  readonly files: readonly string[];
  /** Digests of other files that lie beside them, which rules may read, by name. */
  readonly others: ReadonlyMap<string, string>;
}

/** Reads a folder. Undefined when there is none. */
export async function readRuleFolder(
  path: string,
): Promise<RuleFolder | undefined> {
  try {
    const real = await Deno.realPath(path);
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(real)) {
      if (!isDirectory) names.push(name);
    }
    const files = names.filter(isRuleFile).sort(compareRuleFiles);
    const others = new Map<string, string>();
    for (const name of names.filter(isData).sort()) {
      others.set(name, await digestOfFile(join(real, name)));
    }
    return { path: real, files, others };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** A change of a path with such a name can change what rules do. */
export function canMatter(path: string): boolean {
  const name = path.slice(path.lastIndexOf(SEPARATOR) + 1);
  return !/^\.|^#|~$|\.(?:swp|swx|tmp|bak|orig)$|^4913$/.test(name);
}

/** The version of a set: a digest of the modules that it runs and of the data beside them. */
export async function versionOf(
  folder: RuleFolder,
  modules: readonly ModuleSource[],
): Promise<string> {
  const texts = modules.map(({ url, text }) => [relativeTo(folder, url), text]);
  const content = JSON.stringify([
    folder.files,
    [...folder.others],
    texts.sort(([a = ""], [b = ""]) => a < b ? -1 : 1),
  ]);
  return (await digest(new TextEncoder().encode(content)))
    .slice(0, VERSION_CHARS);
}

/** For each file a digest of its own text and of all that is no rule file. */
export async function digestsOfRules(
  folder: RuleFolder,
  modules: readonly ModuleSource[],
): Promise<Map<string, string>> {
  const texts = new Map(
    modules.map(({ url, text }) => [relativeTo(folder, url), text]),
  );
  const shared = [...texts].filter(([path]) => !folder.files.includes(path));
  const digests = new Map<string, string>();
  for (const file of folder.files) {
    const content = JSON.stringify([texts.get(file), shared.sort()]);
    digests.set(file, await digest(new TextEncoder().encode(content)));
  }
  return digests;
}

function relativeTo(folder: RuleFolder, url: string): string {
  return relative(folder.path, fromFileUrl(url.split(/[?#]/)[0] ?? url));
}

function isData(name: string): boolean {
  return canMatter(name) && !/\.(?:md|ts)$/.test(name);
}

/** A file that is gone by now, or can't be read, counts as what that is called. */
async function digestOfFile(path: string): Promise<string> {
  try {
    return await digest(await Deno.readFile(path));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.name;
  }
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
