/**
 * Every option once, joined from the tables of its groups: its key is its field in Settings,
 * its kind gives the type. Adding an option is adding an entry to one of the tables. Rules
 * that join several options are in config.ts.
 */

import { CACHE_OPTIONS } from "./cache_options.ts";
import { DATA_OPTIONS } from "./data_options.ts";
import { INTERCEPT_OPTIONS } from "./intercept_options.ts";
import { LIMIT_OPTIONS } from "./limit_options.ts";
import { LISTENING_OPTIONS } from "./listening_options.ts";
import { LOG_OPTIONS } from "./log_options.ts";
import { POLICY_OPTIONS } from "./policy_options.ts";
import { UPSTREAM_OPTIONS } from "./upstream_options.ts";
import { path, toggle } from "./kind.ts";
import type { Option, ValueOf } from "./option.ts";

/** The options that make up the settings, by their field there, in the order of the help. */
export const OPTIONS = {
  ...LISTENING_OPTIONS,
  ...LIMIT_OPTIONS,
  ...UPSTREAM_OPTIONS,
  ...INTERCEPT_OPTIONS,
  ...POLICY_OPTIONS,
  ...CACHE_OPTIONS,
  ...LOG_OPTIONS,
  ...DATA_OPTIONS,
} satisfies Record<string, Option>;

/** The options that steer the command line itself and are no settings. */
export const COMMAND_LINE_OPTIONS = {
  config: {
    name: "config",
    group: "Other",
    kind: path("the path of a JSON or JSONC file"),
    placeholder: "FILE",
    description: "JSON or JSONC file with further options",
    sources: ["flag", "environment"],
  },
  help: {
    name: "help",
    short: "h",
    group: "Other",
    kind: toggle(),
    description: "print this text",
    sources: ["flag"],
  },
  version: {
    name: "version",
    short: "V",
    group: "Other",
    kind: toggle(),
    description: "print the version",
    sources: ["flag"],
  },
} satisfies Record<string, Option>;

/** The value of every setting, by its field. */
export type OptionValues = {
  readonly [Field in keyof typeof OPTIONS]: ValueOf<typeof OPTIONS[Field]>;
};

/** Every option that can be written somewhere, in the order of the help. */
export const ALL_OPTIONS: readonly Option[] = [
  ...Object.values(OPTIONS),
  ...Object.values(COMMAND_LINE_OPTIONS),
];
