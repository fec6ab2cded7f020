/**
 * What `sluice ca` is asked for: its arguments as values. Touches no file of an authority.
 */

import { join } from "@std/path";
import { OptionError, resolveSettings, type Settings } from "../config.ts";
import { oneOf } from "../config/kind.ts";
import {
  type AuthorityFiles,
  operatorsFiles,
} from "../mitm/authority_files.ts";
import { AuthorityFolder } from "../mitm/authority_folder.ts";
import { readCommandArgs } from "./command_args.ts";

/** What `sluice ca` can do, with the options that only that takes. */
const ACTIONS = {
  export: ["out", "format"],
  show: [],
  rotate: [],
} as const satisfies Record<string, readonly string[]>;

const FORMATS = ["pem", "der"] as const;
const FILE = "the path of a file";
const YES = "--yes";

/** The name of an action. */
export type CaAction = keyof typeof ACTIONS;

/** An action and what it takes. */
export interface CaRequest {
  readonly action: CaAction;
  /** The proxy's own authority, in the data folder. */
  readonly folder: AuthorityFolder;
  /** The operator's own, which takes its place. */
  readonly own: AuthorityFiles | undefined;
  /** Where the certificate goes; undefined for standard output. */
  readonly out: string | undefined;
  readonly format: typeof FORMATS[number];
  /** Whether nobody needs to be asked. */
  readonly isSure: boolean;
}

/**
 * Reads the arguments after `ca`: an action, its options, and those of the proxy.
 *
 * @throws {OptionError} for others, and for values that they can't have.
 */
export function readCaRequest(args: readonly string[]): CaRequest {
  const [name, ...options] = args;
  const action = actionOf(name);
  const isSure = action === "rotate" && options.includes(YES);
  const { values, rest } = readCommandArgs(
    isSure ? options.filter((option) => option !== YES) : options,
    { options: ACTIONS[action] },
  );
  const one = (name: string) => values.get(name)?.[0];
  const out = one("out");
  if (out === "") throw wrong("--out", out, FILE);
  const { dataDir, ownCa, caNames } = settingsOf(rest);
  return {
    action,
    folder: new AuthorityFolder(join(dataDir, "ca"), {
      permittedNames: caNames.length === 0 ? undefined : caNames,
    }),
    own: ownCa && operatorsFiles(ownCa.certPath, ownCa.keyPath),
    out: out === "-" ? undefined : out,
    format: formatOf(one("format") ?? "pem"),
    isSure,
  };
}

function actionOf(name: string | undefined): CaAction {
  // Object.keys() of a constant has its keys and no others.
  const actions = Object.keys(ACTIONS) as CaAction[];
  const action = actions.find((action) => action === name);
  if (action !== undefined) return action;
  throw wrong("ca", name, oneOf(actions));
}

function settingsOf(args: readonly string[]): Settings {
  return resolveSettings({
    args: [...args],
    env: Deno.env.toObject(),
    readConfigFile: (path) => Deno.readTextFileSync(path),
    isTerminal: Deno.stdout.isTerminal(),
  }).settings;
}

function formatOf(text: string): CaRequest["format"] {
  const format = FORMATS.find((format) => format === text);
  if (format !== undefined) return format;
  throw wrong("--format", text, oneOf(FORMATS));
}

function wrong(
  option: string,
  got: string | undefined,
  wanted: string,
): OptionError {
  return new OptionError({ option, got, wanted });
}
