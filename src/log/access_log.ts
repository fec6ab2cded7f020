/**
 * The access log: one record for each exchange, to the console, to a file, or
 * to both. It decides which format goes where and writes a record once for all
 * who want the same. It never makes an exchange wait and never fails one.
 */

import { ByteQueue, type ByteTarget } from "./byte_queue.ts";
import { LineBatcher } from "./line_batcher.ts";
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

/** What one target of the log has not taken. */
export interface LogUsage {
  readonly target: "console" | "file";
  /** Waiting to be written, and with how much waiting more is dropped. */
  readonly pendingBytes: number;
  readonly maxPendingBytes: number;
  /** Since the start, both. */
  readonly droppedLines: number;
  /** 0 for the console. */
  readonly failedRotations: number;
}

/** A target by its name, with the bytes that wait for it. */
interface Target {
  readonly name: LogUsage["target"];
  readonly queue: ByteQueue;
}

/** A format, and the targets that get its lines. */
interface Output {
  readonly format: RecordFormat;
  readonly lines: LineBatcher;
  readonly targets: readonly Target[];
}

/** Writes records in batches; whoever makes it closes it. */
export class AccessLog {
  readonly #outputs: readonly Output[];
  readonly #rotatingFile: RotatingFile | undefined;

  constructor(options: AccessLogOptions) {
    const { file, onError } = options;
    this.#rotatingFile = file && new RotatingFile({ onError, ...file });
    this.#outputs = outputs(options, this.#rotatingFile);
  }

  /** What waits for each target; the last quarter of a second is not yet in it. */
  get usage(): LogUsage[] {
    return this.#outputs.flatMap(({ targets }) =>
      targets.map(({ name, queue }) => ({
        target: name,
        pendingBytes: queue.pendingBytes,
        maxPendingBytes: queue.maxPendingBytes,
        droppedLines: queue.droppedLines,
        failedRotations: name === "file"
          ? this.#rotatingFile?.failedRotations ?? 0
          : 0,
      }))
    );
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
    for (const { format, lines } of this.#outputs) {
      if (!lines.isDone) lines.write(format.line(exchange));
    }
  }

  /** Writes every record taken so far. It does not reject. */
  async flush(): Promise<void> {
    await Promise.all(this.#outputs.map(({ lines }) => lines.flush()));
  }

  /** Writes what is left without waiting, for a process about to end. */
  flushSync(): void {
    for (const { lines } of this.#outputs) lines.flushSync();
  }

  /** Flushes, takes no more records and closes the file. It does not reject. */
  async close(): Promise<void> {
    await Promise.all(this.#outputs.map(({ lines }) => lines.close()));
    this.#rotatingFile?.close();
  }
}

/** One output where the console and the file want the same lines, else two. */
function outputs(
  { console, logQuery, onError }: AccessLogOptions,
  rotating: RotatingFile | undefined,
): Output[] {
  const jsonInFile = recordFormat("json", { logQuery });
  const file = rotating && { file: rotating };
  if (console === undefined) {
    return file ? [output(jsonInFile, file, onError)] : [];
  }
  const { target, colour } = console;
  const format = recordFormat(console.format, { logQuery, colour });
  if (file === undefined) return [output(format, { console: target }, onError)];
  return format.name === "pretty"
    ? [
      output(format, { console: target }, onError),
      output(jsonInFile, file, onError),
    ]
    : [output(format, { console: target, ...file }, onError)];
}

function output(
  format: RecordFormat,
  { console, file }: Partial<Record<LogUsage["target"], ByteTarget>>,
  onError: (error: Error) => void,
): Output {
  const droppedLine = (dropped: number) =>
    format.droppedLine(Date.now(), dropped);
  const target = (name: Target["name"], bytes: ByteTarget | undefined) =>
    bytes === undefined
      ? []
      : [{ name, queue: new ByteQueue(bytes, { onError, droppedLine }) }];
  const targets = [...target("console", console), ...target("file", file)];
  const lines = new LineBatcher(targets.map(({ queue }) => queue));
  return { format, lines, targets };
}
