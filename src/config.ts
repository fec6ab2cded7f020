/**
 * What the operator asked for: flag over environment over config file over
 * default, and the rules that join several options. The options themselves are
 * in config/options.ts. No I/O: arguments, environment and file come in as
 * values; nothing here knows what the settings are for.
 */

import { readConfig } from "./config/config_file.ts";
import { readEnvironment } from "./config/environment.ts";
import { readFlags } from "./config/flags.ts";
import { isLoopback } from "./config/host_name.ts";
import type {
  DefaultContext,
  Given,
  GivenValues,
  Option,
  Source,
} from "./config/option.ts";
import { OptionError } from "./config/option_error.ts";
import { ALL_OPTIONS, OPTIONS, type OptionValues } from "./config/options.ts";

export type { Source } from "./config/option.ts";
export { OptionError } from "./config/option_error.ts";

/**
 * Every setting in force; each field is described at its entry in
 * `config/options.ts`. Fields in `Ms` are milliseconds, in `Bytes` bytes.
 */
export interface Settings
  extends Omit<OptionValues, "tlsCert" | "tlsKey" | "caCert" | "caKey"> {
  /** PEM files for TLS to the proxy; `undefined` for plain HTTP. */
  readonly tls: PemFiles | undefined;
  /** PEM files of the operator's own authority; `undefined` for one of the proxy's. */
  readonly ownCa: PemFiles | undefined;
}

/** The PEM files of a certificate and of its key. */
export interface PemFiles {
  readonly certPath: string;
  readonly keyPath: string;
}

/** Everything that settings come from. */
export interface SettingsInput {
  /** The arguments after the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Returns a file's text; what it throws is told as an `OptionError`. */
  readonly readConfigFile: (path: string) => string;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
}

/** Settings, and where each came from by option name. */
export interface ResolvedSettings {
  readonly settings: Settings;
  readonly sources: Readonly<Record<string, Source>>;
  /** What stands for each value, as an operator would write it; `undefined` for none. */
  readonly texts: Readonly<Record<string, string | undefined>>;
}

/**
 * Works out the settings in force.
 *
 * @throws {OptionError} For a flag, variable or file key that is unknown or
 * whose value does not fit, and for options that contradict each other.
 *
 * @example
 * ```ts
 * import { resolveSettings } from "./config.ts";
 * const { settings, sources } = resolveSettings({
 *   args: ["--port", "3128"],
 *   env: {},
 *   readConfigFile: () => "{}",
 *   isTerminal: false,
 * });
 * console.log(settings.port, sources["port"]); // 3128 flag
 * ```
 */
export function resolveSettings(input: SettingsInput): ResolvedSettings {
  const given = gather(input);
  const context = defaultContext(given, input.isTerminal);
  const values = readValues(given, context);
  refuseUnasked(values, given);
  const { tlsCert, tlsKey, caCert, caKey, ...rest } = values;
  const tls = pemFiles(["tlsCert", tlsCert], ["tlsKey", tlsKey], given);
  const ownCa = pemFiles(["caCert", caCert], ["caKey", caKey], given);
  refuseBinding(ownCa, given);
  return {
    settings: { ...rest, tls, ownCa },
    sources: sourcesOf(given),
    texts: textsOf(given, context),
  };
}

/** The settings when nothing is given and output is not a terminal. */
export function defaultSettings(): Settings {
  return resolveSettings({
    args: [],
    env: {},
    readConfigFile: () => "{}",
    isTerminal: false,
  }).settings;
}

function gather(input: SettingsInput): GivenValues {
  const flags = readFlags(input.args, ALL_OPTIONS);
  const environment = readEnvironment(input.env, ALL_OPTIONS);
  const config = flags.get("config") ?? environment.get("config");
  const file = config === undefined ? [] : readFile(config, input);
  return new Map([...file, ...environment, ...flags]);
}

function readFile(
  { text: path, where }: Given,
  { readConfigFile }: SettingsInput,
): GivenValues {
  let text: string;
  try {
    text = readConfigFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError({
      option: where,
      got: path,
      wanted: "a JSON or JSONC file that can be read",
      hint: reason,
    }, { cause });
  }
  return readConfig(text, path, ALL_OPTIONS);
}

function defaultContext(
  given: GivenValues,
  isTerminal: boolean,
): DefaultContext {
  const { text, where } = given.get(OPTIONS.dataDir.name) ??
    { text: OPTIONS.dataDir.default, where: "--data" };
  const dataDir = OPTIONS.dataDir.kind.read(text, where);
  const listener = given.get(OPTIONS.host.name) ??
    { text: OPTIONS.host.default, where: "--host" };
  const host = OPTIONS.host.kind.read(listener.text, listener.where);
  return { isTerminal, dataDir, isLoopback: isLoopback(host) };
}

function readValues(
  given: GivenValues,
  context: DefaultContext,
): OptionValues {
  const values = Object.entries(OPTIONS).map(([field, option]) =>
    [field, readValue(option, given.get(option.name), context)] as const
  );
  // Each field was read by its own kind, which is what OptionValues says.
  return Object.fromEntries(values) as unknown as OptionValues;
}

function readValue(
  option: Option,
  given: Given | undefined,
  context: DefaultContext,
): unknown {
  if (given !== undefined) return option.kind.read(given.text, given.where);
  const text = defaultText(option, context);
  if (text === undefined) return undefined;
  return option.kind.read(text, `default of --${option.name}`);
}

function defaultText(
  option: Option,
  context: DefaultContext,
): string | undefined {
  return typeof option.default === "function"
    ? option.default(context)
    : option.default;
}

function refuseUnasked(
  { host, open, authPath, allowClients }: OptionValues,
  given: GivenValues,
): void {
  if (open || isLoopback(host)) return;
  if (authPath !== undefined || allowClients.length > 0) return;
  throw new OptionError({
    option: given.get("host")?.where ?? "--host",
    got: host,
    wanted: "127.0.0.1, ::1, localhost or another loopback address",
    hint: "beyond loopback say whom to serve: --auth-file FILE for users " +
      "with passwords, --allow-client CIDR for some addresses, or --open " +
      "for whoever comes",
  });
}

/** An option, and the path that it has. */
type PathOption = readonly [
  field: "tlsCert" | "tlsKey" | "caCert" | "caKey",
  path: string | undefined,
];

/** A certificate and its key: both, or neither. */
function pemFiles(
  [cert, certPath]: PathOption,
  [key, keyPath]: PathOption,
  given: GivenValues,
): PemFiles | undefined {
  if (certPath !== undefined && keyPath !== undefined) {
    return { certPath, keyPath };
  }
  if (certPath === undefined && keyPath === undefined) return undefined;
  const [missing, present] = certPath === undefined
    ? [OPTIONS[cert], OPTIONS[key]]
    : [OPTIONS[key], OPTIONS[cert]];
  throw new OptionError({
    option: `--${missing.name}`,
    got: undefined,
    wanted: missing.kind.wants,
    hint: `${given.get(present.name)?.where} takes both or neither`,
  });
}

/** An authority that is there is bound to what its certificate says. */
function refuseBinding(ownCa: PemFiles | undefined, given: GivenValues): void {
  const names = given.get(OPTIONS.caNames.name);
  if (ownCa === undefined || names === undefined) return;
  throw new OptionError({
    option: names.where,
    got: names.text,
    wanted: "not to be given with --ca-cert",
    hint: "the names that it may sign for are in its certificate",
  });
}

function sourcesOf(given: GivenValues): Record<string, Source> {
  return Object.fromEntries(
    Object.values(OPTIONS).map(({ name }) =>
      [name, given.get(name)?.source ?? "default"] as const
    ),
  );
}

function textsOf(
  given: GivenValues,
  context: DefaultContext,
): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.values(OPTIONS).map((option) =>
      [
        option.name,
        given.get(option.name)?.text ?? defaultText(option, context),
      ] as const
    ),
  );
}
