/**
 * Every option once: flag, unit, bounds, default and why. Adding an option is
 * adding an entry: its key is its field in Settings, its kind gives the type.
 * Rules that join several options are in config.ts.
 */

import { join } from "@std/path";
import { byteSize } from "./byte_size.ts";
import { duration } from "./duration.ts";
import { host, ipRange, noProxyEntry } from "./host_name.ts";
import { hostPattern, signableName } from "./host_pattern.ts";
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
import { listEntry } from "./list_entry.ts";
import type { Option, ValueOf } from "./option.ts";
import { portRange } from "./port_range.ts";
import { rateOrOff } from "./rate.ts";
import { upstreamUrl } from "./upstream_url.ts";

/** How the console and the access log show an exchange. */
export type LogFormat = "pretty" | "json" | "common" | "combined";

/** What becomes of connections to addresses that are not public. */
export type PrivateAddresses = "allow" | "deny";

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
    why: "Anything beyond loopback (127.0.0.0/8, ::1, localhost) takes " +
      "--auth-file, --allow-client or --open.",
  },
  port: {
    name: "port",
    group: "Listening",
    kind: integer(0, 65535),
    default: "8080",
    placeholder: "PORT",
    description: "port to listen on; 0 takes any free one",
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
  authPath: {
    name: "auth-file",
    group: "Access",
    kind: path("the path of a password file as htpasswd writes it"),
    placeholder: "FILE",
    description: "htpasswd file of the users who may use the proxy",
    why: "bcrypt, SHA-crypt, apr1, MD5-crypt and SHA-1 hashes. A file that " +
      "changes is read anew.",
  },
  allowClients: {
    name: "allow-client",
    group: "Access",
    kind: list(ipRange()),
    default: "",
    placeholder: "CIDR",
    description: "address or CIDR block that clients may come from; others " +
      "get a 403",
    why: "With --auth-file, a client has to satisfy both.",
  },
  open: {
    name: "open",
    group: "Access",
    kind: toggle(),
    default: "false",
    defaultText: "off",
    isNegatable: true,
    description: "allow unauthenticated listening beyond loopback",
    why: "An open proxy lends its address and its network to whoever reaches " +
      "it, so listening to others has to be asked for.",
  },
  connectPorts: {
    name: "connect-ports",
    group: "Access",
    kind: list(portRange()),
    default: ({ isLoopback }) => isLoopback ? "any" : "443",
    defaultText: "any on loopback, else 443",
    placeholder: "PORTS",
    description: "ports to which CONNECT may lead: 443, 8000-8999 or any",
    why: "A tunnel to any port reaches mail servers and worse.",
  },
  privateAddresses: {
    name: "private-addresses",
    group: "Access",
    kind: choice<PrivateAddresses>(["allow", "deny"]),
    default: ({ isLoopback }) => isLoopback ? "allow" : "deny",
    defaultText: "allow on loopback, else deny",
    placeholder: "allow|deny",
    description: "whether the proxy connects to addresses that are not public",
    why:
      "Those of this machine, its network and the cloud's metadata. A name " +
      "is judged by the addresses that it has at each connection.",
  },
  allowAddresses: {
    name: "allow-address",
    group: "Access",
    kind: list(ipRange()),
    default: "",
    placeholder: "CIDR",
    description: "address or CIDR block that may be connected to all the same",
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
  clientRate: {
    name: "rate-limit",
    group: "Limits",
    kind: rateOrOff(),
    default: "off",
    placeholder: "N/TIME",
    description: "requests that a client may send, such as 100/10s; then 429",
    why: "All at once or spread. Every request and CONNECT counts, hits too, " +
      "the proxy's own pages not.",
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
    description: "PEM file of further authorities to trust in origins and in " +
      "an https parent",
  },
  insecureHosts: {
    name: "insecure-upstream",
    group: "Upstream",
    kind: list(host()),
    default: "",
    placeholder: "HOST",
    description: "host whose certificate is not verified",
    why: "For hosts of one's own whose certificate can't be put right. There " +
      "is no way to leave all unverified.",
  },
  interceptHosts: {
    name: "intercept",
    group: "Interception",
    kind: list(hostPattern()),
    default: "",
    defaultText: "none",
    placeholder: "HOST",
    description:
      "host, *.domain or .domain whose TLS is opened: rules, cache " +
      "and log see what is in it",
    why:
      "Clients have to trust the authority of `sluice ca export`, which is " +
      "also at /ca.pem.",
  },
  interceptExceptions: {
    name: "no-intercept",
    group: "Interception",
    kind: list(hostPattern()),
    default: "",
    placeholder: "HOST",
    description: "host whose TLS is never opened, whatever --intercept or a " +
      "rule says",
  },
  caCert: {
    name: "ca-cert",
    group: "Interception",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM certificate of an authority of your own; its chain may " +
      "follow",
    why: "Otherwise the proxy makes one, in the folder ca in --data.",
  },
  caKey: {
    name: "ca-key",
    group: "Interception",
    kind: path("the path of a PEM file"),
    placeholder: "FILE",
    description: "PEM private key of --ca-cert",
  },
  caNames: {
    name: "ca-name-constraints",
    group: "Interception",
    kind: list(signableName()),
    default: "",
    placeholder: "NAME",
    description: "name, address or CIDR block that a new authority is bound " +
      "to, with all below it",
    why: "Clients then take its certificates for nothing else, whoever had " +
      "its key.",
  },
  block: {
    name: "block",
    group: "Lists",
    kind: list(listEntry()),
    default: "",
    placeholder: "ENTRY",
    description: "host, domain, address, range, URL prefix or file type to " +
      "block",
    why: "example.com is that host, .example.com its sub-domains too.",
  },
  allow: {
    name: "allow",
    group: "Lists",
    kind: list(listEntry()),
    default: "",
    placeholder: "ENTRY",
    description: "the same to allow; everything else is blocked then",
  },
  blockFiles: {
    name: "block-file",
    group: "Lists",
    kind: list(path("the path of a list")),
    default: "",
    placeholder: "FILE",
    description: "list to block by: plain, hosts file or Adblock domain lines",
    why: "A file that changes is read anew.",
  },
  blockStatus: {
    name: "block-status",
    group: "Lists",
    kind: integer(400, 599),
    default: "403",
    placeholder: "STATUS",
    description: "status of the answer to what lists block",
  },
  blockPagePath: {
    name: "block-page",
    group: "Lists",
    kind: path("the path of an HTML file"),
    placeholder: "FILE",
    description:
      "HTML for browsers there; {{url}}, {{reason}} and {{id}} are " +
      "filled in",
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
  cache: {
    name: "cache",
    group: "Cache",
    kind: toggle(),
    default: "true",
    defaultText: "on",
    isNegatable: true,
    description: "store what origins allow to be stored",
  },
  cacheMemoryBytes: {
    name: "cache-memory",
    group: "Cache",
    kind: byteSize("1MiB", "64GiB"),
    default: "64MiB",
    placeholder: "SIZE",
    description: "memory for stored responses; the least recently used go",
  },
  cacheDiskBytes: {
    name: "cache-disk",
    group: "Cache",
    kind: byteSize("0", "16TiB"),
    default: "1GiB",
    placeholder: "SIZE",
    description: "room in --kv for stored responses; 0 for none",
    why: "What is there outlives a restart.",
  },
  cacheMaxObjectBytes: {
    name: "cache-max-object",
    group: "Cache",
    kind: byteSize("1KiB", "1GiB"),
    default: "8MiB",
    placeholder: "SIZE",
    description: "longest body that is stored",
  },
  cacheDefaultTtlMs: {
    name: "cache-default-ttl",
    group: "Cache",
    kind: duration("0", "365d"),
    default: "0",
    defaultText: "0s",
    placeholder: "TIME",
    description: "how long a response is fresh that does not say it itself",
    why: "0 leaves it to the rule of RFC 9111: a tenth of the age of " +
      "Last-Modified, a day at most.",
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
