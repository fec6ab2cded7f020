/**
 * The formats of the access log by name. What a line looks like is each
 * format's own matter.
 */

import {
  combinedFormat,
  commonFormat,
  droppedApache,
} from "./apache_format.ts";
import { droppedJson, jsonFormat } from "./json_format.ts";
import { droppedPretty, prettyFormat } from "./pretty_format.ts";
import type { ExchangeRecord } from "./record.ts";

/** The values of `--log-format`. */
export const LOG_FORMATS = ["pretty", "json", "common", "combined"] as const;

/** A value of `--log-format`. `pretty` is for a terminal only. */
export type LogFormat = typeof LOG_FORMATS[number];

/** Options of {@link recordFormat}. */
export interface RecordFormatOptions {
  /** Whether the query of a URL is shown; if not, it is `?…`. */
  logQuery: boolean;
  /** Whether `pretty` uses ANSI colours. Default: false. */
  colour?: boolean | undefined;
}

/** A format, ready to use. It throws nothing, whatever the record holds. */
export interface RecordFormat {
  readonly name: LogFormat;
  /** Writes a record as one line, with its "\n". */
  line(record: ExchangeRecord): string;
  /** Writes the line that stands for records that were dropped. */
  droppedLine(timeMs: number, dropped: number): string;
}

/** Makes a format. */
export function recordFormat(
  name: LogFormat,
  { logQuery, colour = false }: RecordFormatOptions,
): RecordFormat {
  switch (name) {
    case "pretty":
      return {
        name,
        line: prettyFormat(logQuery, colour),
        droppedLine: droppedPretty,
      };
    case "json":
      return { name, line: jsonFormat(logQuery), droppedLine: droppedJson };
    case "common":
      return { name, line: commonFormat(logQuery), droppedLine: droppedApache };
    case "combined":
      return {
        name,
        line: combinedFormat(logQuery),
        droppedLine: droppedCombined,
      };
  }
}

function droppedCombined(timeMs: number, dropped: number): string {
  return droppedApache(timeMs, dropped).trimEnd() + ' "-" "-"\n';
}
