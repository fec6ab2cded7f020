/**
 * What is said of one option, once, for the command line, the environment,
 * the config file and the help. The options themselves are in options.ts.
 */

import type { Kind } from "./kind.ts";

/** Where a setting's value came from; an earlier one wins. */
export type Source = "flag" | "environment" | "file" | "default";

/** The sections of the help, in order. */
export const GROUPS = [
  "Listening",
  "Access",
  "Timeouts",
  "Limits",
  "Upstream",
  "Interception",
  "Lists",
  "Rules",
  "Cache",
  "Log",
  "Other",
] as const;

/** What a default may depend on. */
export interface DefaultContext {
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  /** The data folder in force. */
  readonly dataDir: string;
  /** Whether only this machine reaches the listener. */
  readonly isLoopback: boolean;
}

/** One option; without `default`, its value is `undefined` unless given. */
export interface Option<T = unknown> {
  /** The flag without dashes; also the key in the config file. */
  readonly name: string;
  readonly group: typeof GROUPS[number];
  readonly kind: Kind<T>;
  /** The default as an operator would write it; `""` for an empty list. */
  readonly default?: string | ((context: DefaultContext) => string);
  /** The default in the help, where it depends on something. */
  readonly defaultText?: string;
  /** The value's name in the help; none for a switch. */
  readonly placeholder?: string;
  /** One line, lower case, for the help. */
  readonly description: string;
  /** Why one would change it, or what follows from it. */
  readonly why?: string;
  /** A single letter for the flag. */
  readonly short?: string;
  /** Whether `--no-NAME` turns a switch off. */
  readonly isNegatable?: boolean;
  /** Where it may be written; by default everywhere. */
  readonly sources?: readonly Source[];
}

/** The type of an option's value. */
export type ValueOf<O> = O extends { kind: Kind<infer T>; default: unknown } ? T
  : O extends { kind: Kind<infer T> } ? T | undefined
  : never;

/** A text that an operator gave for an option. */
export interface Given {
  readonly text: string;
  /** The place as messages name it: `--port`, `SLUICE_PORT`, … */
  readonly where: string;
  readonly source: Source;
}

/** The texts of one source, by option name. */
export type GivenValues = ReadonlyMap<string, Given>;

/** Whether `option` may be written in `source`. */
export function isTakenFrom(option: Option, source: Source): boolean {
  return option.sources?.includes(source) ?? true;
}

/** The environment variable of an option: `head-timeout`, `SLUICE_HEAD_TIMEOUT`. */
export function environmentName(option: Option): string {
  return `SLUICE_${option.name.toUpperCase().replaceAll("-", "_")}`;
}
