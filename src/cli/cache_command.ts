/**
 * What `sluice cache` is asked for: its arguments as values. Opens nothing and asks nobody.
 */

import {
  type Purge,
  readCacheQuery,
  readLookQuery,
  readPurge,
} from "../admin/cache_input.ts";
import type { CacheQuery } from "../admin/cache_page.ts";
import { BadInput } from "../admin/checked_input.ts";
import { OptionError, resolveSettings, type Settings } from "../config.ts";
import { oneOf } from "../config/kind.ts";
import { isToken } from "../http1/field_names.ts";
import { BLANKS_AROUND, Fields, isFieldValue } from "../http1/fields.ts";
import { type CommandArgs, readCommandArgs } from "./command_args.ts";

/** An action, and what it takes. */
export type CacheCommand =
  | {
    readonly action: "list";
    readonly query: CacheQuery;
    readonly isJson: boolean;
    /** Without a limit of its own, JSON is all that there is. */
    readonly isWhole: boolean;
  }
  | {
    readonly action: "show";
    readonly url: string;
    readonly fields: Fields;
    readonly isJson: boolean;
  }
  | {
    readonly action: "purge";
    readonly purge: Purge;
    /** Whether nobody needs to be asked. */
    readonly isSure: boolean;
  };

/** A command, and the proxy's settings. */
export interface CacheRequest {
  readonly command: CacheCommand;
  readonly settings: Settings;
}

/** What an action takes beside the proxy's options. */
interface Shape {
  readonly positional?: string;
  readonly options?: readonly string[];
  readonly lists?: readonly string[];
  /** Options without a value. */
  readonly switches?: readonly string[];
}

// --host is the host that is meant, not the one at which a proxy listens.
const SHAPES = {
  list: {
    positional: "PATTERN",
    options: ["host", "tag", "sort", "limit"],
    switches: ["json"],
  },
  show: { positional: "URL", lists: ["header"], switches: ["json"] },
  purge: {
    options: ["url", "prefix", "host", "tag"],
    switches: ["all", "soft", "yes"],
  },
} as const satisfies Record<CacheCommand["action"], Shape>;

const SELECTORS = "--url, --prefix, --host, --tag and --all";

const DEFAULT_LIMIT = "1000";

/** Arguments taken apart, with the switches that are among them. */
interface Given extends CommandArgs {
  readonly switches: ReadonlySet<string>;
}

/**
 * Reads the arguments after `cache`: an action, what it takes, and options of the proxy.
 *
 * @throws {OptionError} for others, and for values that they can't have.
 */
export function readCacheRequest(args: readonly string[]): CacheRequest {
  const [name, ...options] = args;
  const action = actionOf(name);
  const given = takeApart(options, SHAPES[action]);
  const command = READERS[action](given);
  return { command, settings: settingsOf(given.rest) };
}

const READERS: Readonly<
  Record<CacheCommand["action"], (given: Given) => CacheCommand>
> = { list: readList, show: readShow, purge: readPurgeOf };

function actionOf(name: string | undefined): CacheCommand["action"] {
  // Object.keys() of a constant has its keys and no others.
  const actions = Object.keys(SHAPES) as CacheCommand["action"][];
  const action = actions.find((action) => action === name);
  if (action !== undefined) return action;
  throw new OptionError({
    option: "cache",
    got: name,
    wanted: oneOf(actions),
  });
}

function takeApart(args: readonly string[], shape: Shape): Given {
  const flags = (shape.switches ?? []).map((name) => `--${name}`);
  const isSwitch = (arg: string) => flags.includes(arg);
  const given = readCommandArgs(args.filter((arg) => !isSwitch(arg)), shape);
  const switches = args.filter(isSwitch).map((flag) => flag.slice(2));
  return { ...given, switches: new Set(switches) };
}

function readList(given: Given): CacheCommand {
  const isJson = given.switches.has("json");
  const isWhole = isJson && !given.values.has("limit") &&
    !given.values.has("sort");
  const query = asOptions(() =>
    readCacheQuery({
      limit: [DEFAULT_LIMIT],
      ...parametersOf(given),
      ...given.positional === undefined ? {} : { q: [given.positional] },
    })
  );
  return { action: "list", query, isJson, isWhole };
}

function readShow({ positional, values, switches }: Given): CacheCommand {
  const given = positional === undefined ? {} : { url: [positional] };
  const { url } = asOptions(() => readLookQuery(given, new Headers()), {
    url: "URL",
  });
  const fields = new Fields();
  for (const text of values.get("header") ?? []) {
    const { name, value } = fieldOf(text);
    fields.append(name, value);
  }
  return { action: "show", url, fields, isJson: switches.has("json") };
}

function fieldOf(text: string): { name: string; value: string } {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(0, colon));
  const value = text.slice(colon + 1).replace(BLANKS_AROUND, "");
  if (isToken(name) && isFieldValue(value)) return { name, value };
  throw new OptionError({
    option: "--header",
    got: text,
    wanted: 'a field such as "accept: text/html"',
  });
}

function readPurgeOf({ values, switches }: Given): CacheCommand {
  if (values.size + (switches.has("all") ? 1 : 0) !== 1) {
    throw wrong("cache purge", "wants exactly one of " + SELECTORS);
  }
  const body = {
    ...Object.fromEntries([...values].map(([name, [value]]) => [name, value])),
    ...switches.has("all") ? { all: true } : {},
    mode: switches.has("soft") ? "soft" : "hard",
  };
  const purge = asOptions(() => readPurge(JSON.stringify(body)));
  return { action: "purge", purge, isSure: switches.has("yes") };
}

function parametersOf({ values }: Given): Record<string, readonly string[]> {
  return Object.fromEntries(values);
}

/** What the API would say of a parameter, said of the option or argument that it came from. */
function asOptions<Value>(
  read: () => Value,
  argumentNames: Readonly<Record<string, string>> = { q: "PATTERN" },
): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    const { where, problem } = error;
    const option = where && (argumentNames[where] ?? `--${where}`);
    throw wrong(option ?? "cache", problem);
  }
}

function wrong(option: string, problem: string): OptionError {
  return new OptionError({
    option,
    got: undefined,
    wanted: problem,
    message: `${option}: ${problem}`,
  });
}

function settingsOf(args: readonly string[]): Settings {
  return resolveSettings({
    args: [...args],
    env: Deno.env.toObject(),
    readConfigFile: (path) => Deno.readTextFileSync(path),
    isTerminal: Deno.stdout.isTerminal(),
  }).settings;
}
