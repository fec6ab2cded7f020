/**
 * The program's own log, by LogTape: what the proxy says about itself, to
 * standard error. It decides form and level; which events are worth a line is
 * for those who log them. Categories start with "sluice".
 */

import {
  configureSync,
  getAnsiColorFormatter,
  getJsonLinesFormatter,
  getLogger,
  getTextFormatter,
  type Logger,
  type LogLevel,
  type LogRecord,
  resetSync,
  type TextFormatter,
  type TextFormatterOptions,
} from "@logtape/logtape";
import { BufferedWriter, type ByteTarget } from "./buffered_writer.ts";
import { escapeTerminal } from "./escape.ts";

const PROGRAM = "sluice";

/** Options of {@link openProgramLog}. */
export interface ProgramLogOptions {
  /** The lowest level that is written. Default: "info". */
  level?: LogLevel;
  /** `pretty` is for a terminal, `json` (lines) for programs. */
  format: "pretty" | "json";
  /** Whether `pretty` uses ANSI colours. Default: false. */
  colour?: boolean;
  /** Default: standard error. It is not closed. */
  target?: ByteTarget;
}

/** The open log. Whoever opens it closes it. */
export interface ProgramLog {
  /** Writes every line taken so far. It does not reject. */
  flush(): Promise<void>;
  /** Flushes, and detaches the loggers, which then write nothing. */
  close(): Promise<void>;
}

/**
 * Sends what the loggers of {@link programLogger} say to standard error, in
 * place of where it went before. A line is written within 50 ms, one of level
 * fatal before the call returns, and what is left when `Deno.exit()` is called.
 * If standard error takes nothing, lines are dropped and counted.
 */
export function openProgramLog(
  { level = "info", format, colour = false, target = Deno.stderr }:
    ProgramLogOptions,
): ProgramLog {
  const writer = new BufferedWriter(target, {
    maxDelayMs: 50,
    // There is no other place to say that standard error can't be written.
    onError: () => {},
    droppedLine: droppedLine(format),
  });
  configureSync({
    reset: true,
    sinks: { stderr: programSink(writer, programFormatter(format, colour)) },
    loggers: [
      { category: PROGRAM, lowestLevel: level, sinks: ["stderr"] },
      {
        category: ["logtape", "meta"],
        lowestLevel: "warning",
        sinks: ["stderr"],
      },
    ],
  });
  return {
    flush: () => writer.flush(),
    close: async () => {
      await writer.close();
      resetSync();
    },
  };
}

/**
 * Returns the logger of a part, for example `programLogger("rules")` for the
 * category `["sluice", "rules"]`. It may be called before the log is open.
 * Values belong in the message's placeholders, where they are escaped.
 *
 * @example
 * ```ts
 * const log = programLogger("rules");
 * log.warning("rule {rule} is set aside", { rule: "10_ads.ts" });
 * ```
 */
export function programLogger(...category: string[]): Logger {
  return getLogger([PROGRAM, ...category]);
}

/**
 * LogTape disposes of the sink in the `unload` event, which `Deno.exit()` fires
 * and in which nothing can be awaited.
 */
function programSink(writer: BufferedWriter, format: TextFormatter) {
  const sink = (record: LogRecord) => {
    writer.write(format(record));
    if (record.level === "fatal") writer.flushSync();
  };
  return Object.assign(sink, { [Symbol.dispose]: () => writer.flushSync() });
}

function programFormatter(
  format: "pretty" | "json",
  colour: boolean,
): TextFormatter {
  if (format === "json") {
    return getJsonLinesFormatter({ categorySeparator: "." });
  }
  const options: TextFormatterOptions = {
    timestamp: "time",
    timeZone: null,
    category: (parts) => escapeTerminal(parts.join(".")),
    value: valueText,
    sanitize: { sgr: "escape", newlines: "escape" },
    format: ({ timestamp, level, category, message }) =>
      `${timestamp} [${level}] ${category}: ${escapeLines(message)}`,
  };
  return colour ? getAnsiColorFormatter(options) : getTextFormatter(options);
}

/**
 * Lines of a stack or an object stay lines, but indented, so that none of them
 * can pass for a record; a string stays on one line.
 */
function valueText(
  value: unknown,
  inspect: (value: unknown) => string,
): string {
  return typeof value === "string"
    ? escapeTerminal(value)
    : inspect(value).replaceAll("\n", "\n    ");
}

function escapeLines(text: string): string {
  return text.split("\n").map(escapeTerminal).join("\n");
}

function droppedLine(format: "pretty" | "json"): (dropped: number) => string {
  return format === "json"
    ? (dropped) => JSON.stringify({ level: "WARN", dropped }) + "\n"
    : (dropped) => `[WRN] ${PROGRAM}: ${dropped} lines dropped\n`;
}
