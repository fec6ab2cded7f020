/**
 * Every option once: flag, unit, bounds, default and why. Adding an option is
 * adding an entry: its key is its field in Settings, its kind gives the type.
 * Rules that join several options are in config.ts.
 */

import { join } from "@std/path";
import { byteSize } from "./byte_size.ts";
import { duration } from "./duration.ts";
import { host, noProxyEntry } from "./host_name.ts";
import {
  choice,
  integer,
  list,
  netHost,
  onOff,
  path,
  pathOrOff,
  toggle,
} from "./kind.ts";
import type { Option, ValueOf } from "./option.ts";
import { upstreamUrl } from "./upstream_url.ts";

/** How the console and the access log show an exchange. */
export type LogFormat = "pretty" | "json" | "common" | "combined";

/** How much the program says of itself, from most to least. */
export type LogLevel = "debug" | "info" | "warning" | "error";

const timeout = duration("1ms", "24h");

/** The options that make up the settings, by their field there. */
export const OPTIONS = {
  host: {
    name: "host",
    group: "Listening",
    kind: host(),
    default: "127.0.0.1",
    placeholder: "HOST",
    description: "address or host name to listen on",
    why: "Anything beyond loopback (127.0.0.0/8, ::1, localhost) takes --open.",
  },
  port: {
    name: "port",
    group: "Listening",
    kind: integer(0, 65535),
    default: "8080",
    placeholder: "PORT",
    description: "port to listen on; 0 takes any free one",
  },
  open: {
    name: "open",
    group: "Listening",
    kind: toggle(),
    default: "false",
    defaultText: "off",
    isNegatable: true,
    description: "allow unauthenticated listening beyond loopback",
    why: "An open proxy lends its address and its network to whoever reaches " +
      "it, so listening to others has to be asked for.",
  },
  adminHosts: {
    name: "admin-host",
    group: "Listening",
    kind: list(host()),
    default: "",
    placeholder: "HOST",
    description: "further name under which the proxy's own pages answer",
    why: "Pages refuse other names, so that a foreign site cannot reach them " +
      "through a name of its own that points here.",
  },
  tlsCert: {
    name: "tls-cert",
    group: "Listening",
    kind: path("the path of a PEM certificate chain"),
    placeholder: "FILE",
    description: "PEM certificate chain: clients speak TLS to the proxy",
  },
  tlsKey: {
    name: "tls-key",
    group: "Listening",
    kind: path("the path of a PEM private key"),
    placeholder: "FILE",
    description: "PEM private key of --tls-cert",
  },
  headTimeoutMs: {
    name: "head-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "10s",
    placeholder: "TIME",
    description: "longest time for a client to send a whole request head",
    why: "It counts from the head's first byte, not between bytes, so that a " +
      "slow trickle does not hold a connection.",
  },
  idleTimeoutMs: {
    name: "idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "60s",
    placeholder: "TIME",
    description: "how long an idle client connection stays open",
  },
  poolIdleTimeoutMs: {
    name: "pool-idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "30s",
    placeholder: "TIME",
    description: "how long an idle connection to an origin is kept for reuse",
    why: "Shorter than most origins' own limit, so that few reused " +
      "connections turn out to be closed.",
  },
  connectTimeoutMs: {
    name: "connect-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "10s",
    placeholder: "TIME",
    description: "longest time to reach an origin, name lookup included",
  },
  responseTimeoutMs: {
    name: "response-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "60s",
    placeholder: "TIME",
    description: "longest wait between bytes of an origin's answer",
    why: "It starts when the request has gone out, and also ends a request " +
      "body that stalls.",
  },
  tunnelIdleTimeoutMs: {
    name: "tunnel-idle-timeout",
    group: "Timeouts",
    kind: timeout,
    default: "5m",
    placeholder: "TIME",
    description: "how long a tunnel without traffic stays open",
  },
  drainTimeoutMs: {
    name: "drain-timeout",
    group: "Timeouts",
    kind: duration("0", "24h"),
    default: "30s",
    placeholder: "TIME",
    description:
      "time for running exchanges to end at shutdown; 0 waits for none",
  },
  maxConnections: {
    name: "max-connections",
    group: "Limits",
    kind: integer(1, 1_000_000),
    default: "4096",
    placeholder: "N",
    description: "client connections at once; further ones get a 503",
  },
  maxConnectionsPerClient: {
    name: "max-connections-per-client",
    group: "Limits",
    kind: integer(1, 1_000_000),
    default: "256",
    placeholder: "N",
    description: "connections at once from one address; further ones get a 503",
  },
  upstream: {
    name: "upstream",
    group: "Upstream",
    kind: upstreamUrl(),
    placeholder: "URL",
    description: "parent proxy, http, https or socks5, with user:password@ " +
      "if it asks; port 80, 443 or 1080 unless given",
  },
  noProxy: {
    name: "no-proxy",
    group: "Upstream",
    kind: list(noProxyEntry()),
    default: "",
    placeholder: "LIST",
    description: "hosts, .domains, addresses or CIDR blocks reached without " +
      "the parent; * is all",
    why: "example.com is that host, *.example.com its sub-domains, " +
      ".example.com both.",
  },
  upstreamCaPath: {
    name: "upstream-ca",
    group: "Upstream",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM file of further authorities to trust in an https parent",
  },
  rulesPath: {
    name: "rules",
    group: "Rules",
    kind: pathOrOff("a folder"),
    default: "./rules",
    placeholder: "DIR",
    description: "folder of rules, loaded anew when they change; off for none",
    why: "A folder that is missing means no rules.",
  },
  ruleTimeoutMs: {
    name: "rule-timeout",
    group: "Rules",
    kind: duration("1ms", "5m"),
    default: "1s",
    placeholder: "TIME",
    description: "longest time for a rule to decide, where it does not say",
    why: "A rule that takes longer is ended, and has failed.",
  },
  rulesAllowNet: {
    name: "rules-allow-net",
    group: "Rules",
    kind: list(netHost()),
    default: "",
    placeholder: "HOST",
    description: "host, with or without a port, that rules may connect to",
  },
  rulesAllowRead: {
    name: "rules-allow-read",
    group: "Rules",
    kind: list(path("the path of a file or folder")),
    default: "",
    placeholder: "PATH",
    description: "further file or folder that rules may read and import from",
  },
  skipBrokenRules: {
    name: "skip-broken-rules",
    group: "Rules",
    kind: toggle(),
    default: "false",
    defaultText: "off",
    description: "start without the rule files that are broken",
    why: "Otherwise a set with a broken file is refused at the start.",
  },
  logFormat: {
    name: "log-format",
    group: "Log",
    kind: choice<LogFormat>(["pretty", "json", "common", "combined"]),
    default: ({ isTerminal }) => isTerminal ? "pretty" : "json",
    defaultText: "pretty on a terminal, else json",
    placeholder: "FORMAT",
    description: "pretty, json, common or combined",
  },
  logFile: {
    name: "log-file",
    group: "Log",
    kind: pathOrOff(),
    default: ({ dataDir }) => join(dataDir, "access.log"),
    defaultText: "access.log in --data",
    placeholder: "FILE",
    description: "file for the access log, rotated; off for none",
  },
  logMaxBytes: {
    name: "log-max-size",
    group: "Log",
    kind: byteSize("1KiB", "1TiB"),
    default: "50MiB",
    placeholder: "SIZE",
    description: "size at which the log file is rotated",
  },
  logKeep: {
    name: "log-keep",
    group: "Log",
    kind: integer(0, 100),
    default: "5",
    placeholder: "N",
    description: "rotated log files to keep",
  },
  logLevel: {
    name: "log-level",
    group: "Log",
    kind: choice<LogLevel>(["debug", "info", "warning", "error"]),
    default: "info",
    placeholder: "LEVEL",
    description: "debug, info, warning or error",
  },
  logQuery: {
    name: "log-query",
    group: "Log",
    kind: onOff(),
    default: "on",
    placeholder: "on|off",
    description: "whether logged URLs keep their query",
    why: "Queries can hold names, searches and tokens; off drops them.",
  },
  dataDir: {
    name: "data",
    group: "Other",
    kind: path("the path of a folder"),
    default: "./data",
    placeholder: "DIR",
    description: "folder for logs and everything else that is kept",
  },
  kvPath: {
    name: "kv",
    group: "Other",
    kind: path("the path of a Deno KV file, or the URL of a KV Connect server"),
    default: ({ dataDir }) => join(dataDir, "kv.sqlite3"),
    defaultText: "kv.sqlite3 in --data",
    placeholder: "FILE",
    description: "Deno KV file, or KV Connect URL, for what rules remember",
  },
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
