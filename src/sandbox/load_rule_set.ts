/**
 * Loads the rules of a folder into a fresh host and judges what it tells of them.
 */

import { compileMatch, type Matcher } from "../policy/matcher.ts";
import {
  describeRule,
  distinguishRules,
  type RuleDescription,
  RuleError,
} from "../policy/rule_description.ts";
import type { Grants } from "./host_process.ts";
import type { LoadedMessage, ModuleSource, RuleProblem } from "./protocol.ts";
import { digestsOfRules, type RuleFolder, versionOf } from "./rule_folder.ts";
import { type HostParts, RuleHost } from "./rule_host.ts";
import { valueOfImage } from "./rule_image.ts";
import { RuleSetError } from "./rule_set_error.ts";

/** How rules are loaded and run. */
export interface RuleSetOptions {
  /** Default: none. */
  readonly grants?: Grants;
  /** How long a hook may take, in ms, where its rule does not say. Default: 1000. */
  readonly ruleTimeoutMs?: number;
  /** The most that a host's heap may hold, in MiB. Default: 256. */
  readonly heapMiB?: number;
  /** The most memory that a host may hold at all, in MiB. Default: 512. */
  readonly residentMiB?: number;
  /** Load without the files that are broken. Default: false. */
  readonly skipBroken?: boolean;
}

/** One rule of a set. */
export interface LoadedRule {
  /** Its place in the set, by which it is asked. */
  readonly index: number;
  readonly description: RuleDescription;
  readonly matcher: Matcher;
  /** True while it is not asked, since it hung or crashed too often. */
  readonly isSetAside: boolean;
}

/** Rules that belong together. */
export interface RuleSet {
  /** Twelve hexadecimal digits that change with what the rules say; `""` without a folder. */
  readonly version: string;
  /** In the order in which they run. */
  readonly rules: readonly LoadedRule[];
  /** Files that were left out: see {@linkcode RuleSetOptions.skipBroken}. */
  readonly broken: readonly RuleProblem[];
  readonly host: RuleHost;
  /** What the rules were made of. */
  readonly modules: readonly ModuleSource[];
}

const DEFAULT_TIMEOUT_MS = 1_000;
const DEFAULT_HEAP_MIB = 256;
const DEFAULT_RESIDENT_MIB = 512;
const MIB = 1024 * 1024;

/**
 * Loads a folder. Without a folder, or without rules in it, no process is started.
 *
 * @throws {RuleSetError} naming every broken file, unless those are skipped.
 */
export async function loadRuleSet(
  folder: RuleFolder | undefined,
  options: RuleSetOptions,
  parts: HostParts,
): Promise<RuleSet> {
  const host = new RuleHost({
    folder: folder?.path ?? "",
    files: folder?.files ?? [],
    modules: [],
    grants: options.grants ?? { net: [], read: [] },
    heapMiB: options.heapMiB ?? DEFAULT_HEAP_MIB,
    maxResidentBytes: (options.residentMiB ?? DEFAULT_RESIDENT_MIB) * MIB,
  }, parts);
  if (folder === undefined || folder.files.length === 0) {
    const version = folder === undefined ? "" : await versionOf(folder, []);
    return { version, rules: [], broken: [], host, modules: [] };
  }
  try {
    return await judge(host, folder, options, parts);
  } catch (error) {
    await host.close();
    throw error;
  }
}

async function judge(
  host: RuleHost,
  folder: RuleFolder,
  { skipBroken = false, ruleTimeoutMs = DEFAULT_TIMEOUT_MS }: RuleSetOptions,
  parts: HostParts,
): Promise<RuleSet> {
  const loaded = await host.load();
  const { descriptions, problems } = describeAll(folder, loaded);
  if (problems.length > 0 && !skipBroken) throw new RuleSetError(problems);
  const { modules } = loaded;
  const [version, digests] = await Promise.all([
    versionOf(folder, modules),
    digestsOfRules(folder, modules),
  ]);
  const strikeKeys = folder.files
    .map((file) => `${file}\n${digests.get(file) ?? ""}`);
  host.use(folder.files.map((file, index) => {
    const known = descriptions.get(file);
    return {
      name: known?.name ?? file,
      hooks: known?.hooks ?? [],
      timeoutMs: known?.timeoutMs ?? ruleTimeoutMs,
      strikeKey: strikeKeys[index] ?? file,
    };
  }));
  parts.strikes.keep(new Set(strikeKeys));
  const rules = folder.files.flatMap((file, index) => {
    const description = descriptions.get(file);
    return description === undefined ? [] : [ruleOf(host, index, description)];
  });
  return { version, rules, broken: problems, host, modules };
}

function ruleOf(
  host: RuleHost,
  index: number,
  description: RuleDescription,
): LoadedRule {
  return {
    index,
    description,
    matcher: compileMatch(description.match),
    get isSetAside() {
      return host.isSetAside(index);
    },
  };
}

function describeAll(folder: RuleFolder, loaded: LoadedMessage): {
  descriptions: Map<string, RuleDescription>;
  problems: RuleProblem[];
} {
  const problems = [...loaded.problems];
  const described = folder.files.flatMap((file, index) => {
    const image = loaded.rules[index];
    if (image === null || image === undefined) return [];
    return attempt(loaded, problems, () => [
      describeRule(exportOf(image, file), file),
    ]) ?? [];
  });
  const distinct = distinguish(described, loaded, problems);
  const descriptions = new Map(distinct.map((each) => [each.file, each]));
  return { descriptions, problems: problems.sort(byFile(folder)) };
}

/** What a file exports. An author can write what looks like an image that no host makes. */
function exportOf(image: unknown, file: string): unknown {
  try {
    return valueOfImage(image);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) {
      throw error;
    }
    throw new RuleError(
      file,
      "the default export: wants a rule: a plain object",
    );
  }
}

/** Rules whose name another one has are left out one by one. */
function distinguish(
  described: readonly RuleDescription[],
  loaded: LoadedMessage,
  problems: RuleProblem[],
): RuleDescription[] {
  const before = problems.length;
  const distinct = attempt(
    loaded,
    problems,
    () => distinguishRules(described),
  );
  if (distinct !== undefined) return distinct;
  const file = problems[before]?.file;
  const others = described.filter((each) => each.file !== file);
  return distinguish(others, loaded, problems);
}

/** Turns what is wrong with a rule into problems of its file. */
function attempt<T>(
  { modules }: LoadedMessage,
  problems: RuleProblem[],
  run: () => T,
): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    const { file, mistakes } = error;
    const ending = `/${encodeURIComponent(file)}`;
    const text = modules.find(({ url }) => url.endsWith(ending))?.text ?? "";
    for (const message of mistakes) {
      problems.push({ file, line: lineOf(text, message), message });
    }
    return undefined;
  }
}

/** The line that a message is most likely about: where the keys of its place stand, else the export. */
function lineOf(text: string, message: string): number {
  const lines = text.split("\n");
  const start = Math.max(
    0,
    lines.findIndex((line) => /\bexport\s+default\b/.test(line)),
  );
  const [place = ""] = message.split(": ", 1);
  const [first = "", ...others] = place.match(/[A-Za-z_$][\w$-]*/g) ?? [];
  const all = lineWith(lines, first, 0);
  const after = lineWith(lines, first, start);
  let at = after >= 0 ? after : all >= 0 ? all : start;
  for (const key of others) at = Math.max(at, lineWith(lines, key, at));
  return 1 + at;
}

/** Where a key stands, from a line on; -1 for nowhere. */
function lineWith(
  lines: readonly string[],
  key: string,
  from: number,
): number {
  const asKey = new RegExp(
    `(?:^|[\\s{,"'])${RegExp.escape(key)}["']?\\s*[:(,}]`,
  );
  return lines.findIndex((line, at) => at >= from && asKey.test(line));
}

function byFile({ files }: RuleFolder) {
  return (a: RuleProblem, b: RuleProblem) =>
    files.indexOf(a.file) - files.indexOf(b.file);
}
