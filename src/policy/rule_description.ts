/**
 * A rule without its functions, as the rule host tells it to the proxy: what a file
 * default-exports, checked key by key, with its defaults. It runs no hook and reads no file.
 */

import { InvalidValue, unwanted } from "./invalid_value.ts";
import { readMatch } from "./matcher.ts";
import type { Match, Needs, Phase, Rule } from "./rule.ts";
import { LISTS, RATE_LIMIT, ruleName } from "./rule_file.ts";
import {
  listOf,
  optional,
  readShape,
  required,
  type Shape,
  text,
  wholeNumber,
  word,
} from "./shape.ts";

export { compareRuleFiles, isRuleFile, ruleName } from "./rule_file.ts";

/** How many bytes of a body a rule reads that does not say: 1 MiB. */
export const DEFAULT_MAX_BODY_BYTES = 1024 * 1024;

/** The longest body that a rule may ask for: 64 MiB. It is held in memory whole. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** What the proxy knows of a rule. */
export interface RuleDescription {
  readonly name: string;
  /** The file's name within the rules folder. */
  readonly file: string;
  readonly description?: string;
  readonly mode: "enforce" | "report" | "off";
  readonly onError: "block" | "skip";
  /** Default: the proxy's own. */
  readonly timeoutMs?: number;
  readonly match?: Match;
  readonly needs?: Needs;
  /** The hooks that it has, in the order connect, request, response; at least one. */
  readonly hooks: readonly Phase[];
}

/**
 * A file that default-exports no rule. Each mistake names the key, what it has and what is
 * wanted; the message is the first of them.
 */
export class RuleError extends Error {
  override readonly name = "RuleError";
  readonly mistakes: readonly string[];

  /** @param file The file's name within the rules folder. */
  constructor(
    readonly file: string,
    message: string,
    ...others: readonly string[]
  ) {
    super(message);
    this.mistakes = [message, ...others];
  }
}

const PHASES: readonly Phase[] = ["connect", "request", "response"];

const BODY = word(["text", "bytes"]);
const MAX_TIMEOUT_MS = 300_000;

const NEEDS: Shape<Needs> = {
  requestBody: optional(BODY),
  responseBody: optional(BODY),
  maxBytes: optional(wholeNumber(1, MAX_BODY_BYTES)),
  onOverflow: optional(word(["skip", "block"])),
};

/** What rules and their descriptions have in common. */
const COMMON = {
  description: optional(text("a sentence")),
  timeoutMs: optional(wholeNumber(1, MAX_TIMEOUT_MS)),
  match: optional(copyMatch),
  needs: optional((value: unknown, place: string) =>
    readShape(value, place, NEEDS)
  ),
};

const MODE = word(["enforce", "report", "off"]);
const ON_ERROR = word(["block", "skip"]);

const RULE: Shape<Rule> = {
  ...COMMON,
  name: optional(readName),
  mode: optional(MODE),
  onError: optional(ON_ERROR),
  connect: optional(readHook<NonNullable<Rule["connect"]>>),
  request: optional(readHook<NonNullable<Rule["request"]>>),
  response: optional(readHook<NonNullable<Rule["response"]>>),
};

const DESCRIPTION: Shape<RuleDescription> = {
  ...COMMON,
  name: required(readName),
  file: required(text("a file name")),
  mode: required(MODE),
  onError: required(ON_ERROR),
  hooks: required(listOf(word(PHASES), "a list of hooks")),
};

/**
 * Checks what a rule file default-exports, and describes it with its defaults.
 *
 * @param file The file's name within the rules folder; gives the rule's name by default.
 * @throws {RuleError} for what is no object, unknown keys, values of the wrong type, patterns
 * that nothing can fit, with all of them; or for no hook at all.
 *
 * @example
 * ```ts
 * import { describeRule } from "./rule_description.ts";
 * describeRule({ request: () => undefined }, "10_nothing.ts");
 * // { name: "nothing", file: "10_nothing.ts", mode: "enforce", onError: "block", hooks: ["request"] }
 * ```
 */
export function describeRule(value: unknown, file: string): RuleDescription {
  return named(file, () => {
    if (value === undefined) {
      throw unwanted(value, "the default export", "a rule");
    }
    const { connect, request, response, ...rule } = readRule(value);
    const has = { connect, request, response };
    const hooks = PHASES.filter((phase) => has[phase] !== undefined);
    if (hooks.length === 0) {
      throw new InvalidValue(
        "the rule",
        "has no hook, wants connect, request or response",
      );
    }
    return {
      mode: "enforce",
      onError: "block",
      ...rule,
      name: rule.name ?? readName(ruleName(file), "the file's name"),
      file,
      hooks,
    };
  });
}

/**
 * Checks a description that came from a rule host as JSON.
 *
 * @param file The file that the host was asked about.
 * @throws {RuleError} for anything that {@linkcode describeRule} does not make.
 */
export function readDescription(value: unknown, file: string): RuleDescription {
  return named(file, () => {
    const description = readShape(value, "", DESCRIPTION);
    if (description.file !== file) {
      throw unwanted(description.file, "file", JSON.stringify(file));
    }
    const { hooks } = description;
    const inOrder = PHASES.filter((phase) => hooks.includes(phase));
    if (hooks.length === 0 || String(hooks) !== String(inOrder)) {
      throw unwanted(hooks, "hooks", "each hook at most once, in order");
    }
    return description;
  });
}

/**
 * Tells the rules of a set apart: their names are those of their state, so no two may have
 * the same. Names that come from files and meet keep their number: `10_ads`, `20_ads`.
 *
 * @throws {RuleError} when two rules were given one name by their authors.
 */
export function distinguishRules(
  rules: readonly RuleDescription[],
): RuleDescription[] {
  const counts = Map.groupBy(rules, ({ name }) => name);
  const distinct = rules.map((rule) => {
    const isAlone = counts.get(rule.name)?.length === 1;
    return isAlone || rule.name !== ruleName(rule.file)
      ? rule
      : { ...rule, name: rule.file.replace(/\.ts$/, "") };
  });
  const files = new Map<string, string>();
  for (const { name, file } of distinct) {
    const other = files.get(name);
    if (other !== undefined) {
      const shown = JSON.stringify(name);
      throw new RuleError(file, `name: ${shown} is the name of ${other} too`);
    }
    files.set(name, file);
  }
  return distinct;
}

function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    const [, ...others] = error.all.map(({ message }) => message);
    throw new RuleError(file, error.message, ...others);
  }
}

function readRule(value: unknown): Rule {
  if (typeof value === "object" && value !== null) {
    return readShape(value, "", RULE);
  }
  throw unwanted(value, "the default export", "a rule: a plain object");
}

/** Names stand in logs, answers and keys: no control characters, at most 100 characters. */
function readName(value: unknown, place: string): string {
  if (value === LISTS || value === RATE_LIMIT) {
    throw unwanted(value, place, "another name: the proxy's own decide by it");
  }
  return text(
    "a name of 1 to 100 characters without blanks at its ends",
    (name) =>
      name.length <= 100 && /^[^\s\p{C}](?:[^\p{C}]*[^\s\p{C}])?$/u.test(name),
  )(value, place);
}

function readHook<Hook>(value: unknown, place: string): Hook {
  if (typeof value !== "function") throw unwanted(value, place, "a function");
  // A function can't be asked for its signature: what it returns is checked at each call.
  return value as Hook;
}

function copyMatch(value: unknown, place: string): Match {
  readMatch(value, place);
  // Compiling it has checked every key and value: texts, numbers, lists and objects of them.
  return structuredClone(value) as Match;
}
