/**
 * The access log: one record for each exchange, to the console, to a file, or
 * to both. It decides which format goes where and writes a record once for all
 * who want the same. It never makes an exchange wait and never fails one.
 */

import { BufferedWriter, type ByteTarget } from "./buffered_writer.ts";
import type { ExchangeRecord } from "./record.ts";
import {
  type LogFormat,
  type RecordFormat,
  recordFormat,
} from "./record_format.ts";
import { RotatingFile, type RotatingFileOptions } from "./rotating_file.ts";

/** Options of {@link AccessLog}. */
export interface AccessLogOptions {
  /** Where the operator looks, or undefined for nowhere. It is not closed. */
  console: {
    format: LogFormat;
    /** For example `Deno.stdout`. */
    target: ByteTarget;
    /** Whether `pretty` uses ANSI colours. Default: false. */
    colour?: boolean;
  } | undefined;
  /**
   * The file, or undefined for none. It gets lines of JSON, or of `common` or
   * `combined` where the console has those.
   */
  file: RotatingFileOptions | undefined;
  /** Whether the query of a URL is logged; if not, it is `?…`. */
  logQuery: boolean;
  /**
   * Told once that the console or the file takes nothing, until it does again;
   * and at the end, of records that were lost.
   */
  onError: (error: Error) => void;
}

interface Output {
  readonly format: RecordFormat;
  readonly writer: BufferedWriter;
}

/** Writes records in batches; whoever makes it closes it. */
export class AccessLog {
  readonly #console: Output | undefined;
  readonly #file: Output | undefined;
  readonly #rotatingFile: RotatingFile | undefined;

  constructor(options: AccessLogOptions) {
    const { console, file, logQuery, onError } = options;
    const consoleFormat = console &&
      recordFormat(console.format, { logQuery, colour: console.colour });
    if (console && consoleFormat) {
      this.#console = output(consoleFormat, console.target, onError);
    }
    if (file) {
      const format = consoleFormat && consoleFormat.name !== "pretty"
        ? consoleFormat
        : recordFormat("json", { logQuery });
      this.#rotatingFile = new RotatingFile(file);
      this.#file = output(format, this.#rotatingFile, onError);
    }
  }

  /** How many lines were dropped so far because a target took none. */
  get droppedLines(): number {
    return (this.#console?.writer.droppedLines ?? 0) +
      (this.#file?.writer.droppedLines ?? 0);
  }

  /**
   * Opens the file, so that a path that is no good shows at the start.
   *
   * @throws {Error} "Cannot open the log file …".
   */
  async open(): Promise<void> {
    await this.#rotatingFile?.open();
  }

  /** Takes a record. It reads it at once and doesn't keep it. */
  record(exchange: ExchangeRecord): void {
    const consoleLine = this.#console?.format.line(exchange);
    if (consoleLine !== undefined) this.#console?.writer.write(consoleLine);
    if (this.#file === undefined) return;
    const isSameFormat = this.#file.format === this.#console?.format;
    this.#file.writer.write(
      isSameFormat && consoleLine !== undefined
        ? consoleLine
        : this.#file.format.line(exchange),
    );
  }

  /** Writes every record taken so far. It does not reject. */
  async flush(): Promise<void> {
    await Promise.all([
      this.#console?.writer.flush(),
      this.#file?.writer.flush(),
    ]);
  }

  /** Writes what is left without waiting, for a process about to end. */
  flushSync(): void {
    this.#console?.writer.flushSync();
    this.#file?.writer.flushSync();
  }

  /** Flushes, takes no more records and closes the file. It does not reject. */
  async close(): Promise<void> {
    await Promise.all([
      this.#console?.writer.close(),
      this.#file?.writer.close(),
    ]);
    this.#rotatingFile?.close();
  }
}

function output(
  format: RecordFormat,
  target: ByteTarget,
  onError: (error: Error) => void,
): Output {
  const droppedLine = (dropped: number) =>
    format.droppedLine(Date.now(), dropped);
  return {
    format,
    writer: new BufferedWriter(target, { onError, droppedLine }),
  };
}
