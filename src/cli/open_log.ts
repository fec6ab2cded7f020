/**
 * Opens the access log of the settings: the console, the file. What fails there is told to the
 * program's log, and costs no exchange.
 */

import type { Settings } from "../config.ts";
import { AccessLog } from "../log/access_log.ts";
import type { ByteTarget } from "../log/buffered_writer.ts";
import { programLogger } from "../log/program_log.ts";

/** Where the console's records go. */
export interface Console {
  readonly target: ByteTarget;
  /** Whether `pretty` uses ANSI colours. */
  readonly colour: boolean;
}

/**
 * Opens the log.
 *
 * @param console Where records are shown; undefined for nowhere.
 * @throws {Error} when the file can't be opened.
 */
export async function openLog(
  settings: Settings,
  console: Console | undefined,
): Promise<AccessLog> {
  const { logFormat, logFile, logMaxBytes, logKeep, logQuery } = settings;
  const logger = programLogger("log");
  const log = new AccessLog({
    console: console && { format: logFormat, ...console },
    file: logFile === undefined
      ? undefined
      : { path: logFile, maxBytes: logMaxBytes, keep: logKeep },
    logQuery,
    onError: (error) => logger.error("{error}", { error: error.message }),
  });
  await log.open();
  return log;
}
