/**
 * What is logged of exchanges and of the program, where and how.
 * These are the options of "Log" in the help; option.ts says what an entry is.
 */

import { join } from "@std/path";
import { byteSize } from "./byte_size.ts";
import { choice, integer, onOff, pathOrOff } from "./kind.ts";
import type { Option } from "./option.ts";

/** How the console and the access log show an exchange. */
type LogFormat = "pretty" | "json" | "common" | "combined";

/** How much the program says of itself, from most to least. */
type LogLevel = "debug" | "info" | "warning" | "error";

/** The options of "Log", by their field in Settings. */
export const LOG_OPTIONS = {
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
  statistics: {
    name: "statistics",
    group: "Log",
    kind: onOff(),
    default: "on",
    placeholder: "on|off",
    description: "whether requests are counted and records of recent ones kept",
    why: "Both cost a little with each request. Off leaves the statistics, " +
      "the metrics and the logs out of the proxy's pages, and /why/ID too.",
  },
} satisfies Record<string, Option>;
