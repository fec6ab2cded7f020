/**
 * A proxy in a process of its own that is looked at from outside: resident memory, file
 * descriptors, its records by outcome, and every line that it should not have written.
 */

import { fromFileUrl, join } from "@std/path";
import { TextLineStream } from "../clients/text_line_stream.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
const READY = /^listening on http:\/\/\S+:(\d+)$/;
const MAX_COMPLAINTS = 100;
/** How long it may take to tell its gauges, in ms. */
const METRICS_MS = 5000;
/** How long it may take to drain, in ms. */
const STOP_MS = 20_000;

/** How it is started. */
export interface ChildProxyOptions {
  /** Further flags. */
  readonly args?: readonly string[];
  /** Rule files by name. Default: none. */
  readonly rules?: Readonly<Record<string, string>>;
  /** Who asks for its gauges, as Authorization says it. Default: nobody in particular. */
  readonly authorization?: string;
  /** Lines on standard error that are expected. */
  readonly isExpected?: (line: string) => boolean;
}

/** A running proxy. Disposing stops it and removes its folder. */
export class ChildProxy implements AsyncDisposable {
  readonly port: number;
  readonly pid: number;
  /** Holds the data folder and `rules`. */
  readonly folder: string;
  /** Finished exchanges by outcome, errors as `error CODE`. */
  readonly outcomes = new Map<string, number>();
  /** Lines on standard error that nobody expected. */
  readonly complaints: string[] = [];
  exchanges = 0;
  readonly #child: Deno.ChildProcess;
  readonly #isExpected: (line: string) => boolean;
  readonly #headers: Record<string, string>;
  #end: Deno.CommandStatus | undefined;

  private constructor(
    child: Deno.ChildProcess,
    port: number,
    folder: string,
    { isExpected, authorization }: ChildProxyOptions,
  ) {
    this.#child = child;
    this.port = port;
    this.pid = child.pid;
    this.folder = folder;
    this.#isExpected = isExpected ?? (() => false);
    this.#headers = authorization === undefined ? {} : { authorization };
    child.status.then((status) => this.#end = status);
  }

  /** @throws {Error} when it does not listen. */
  static async start(options: ChildProxyOptions = {}): Promise<ChildProxy> {
    const folder = await Deno.makeTempDir({ prefix: "sluice_soak_" });
    const rules = join(folder, "rules");
    await Deno.mkdir(rules);
    for (const [name, text] of Object.entries(options.rules ?? {})) {
      await Deno.writeTextFile(join(rules, name), text);
    }
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", MAIN, ...fixedArgs(folder, rules)]
        .concat(options.args ?? []),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const lines = linesOf(child.stdout);
    const { value: first = "" } = await lines.next();
    const port = Number(READY.exec(first)?.[1] ?? 0);
    const proxy = new ChildProxy(child, port, folder, options);
    proxy.#readRecords(lines);
    proxy.#readComplaints();
    if (port > 0) return proxy;
    await proxy[Symbol.asyncDispose]();
    throw new Error(`Cannot start the proxy: ${proxy.complaints.join("; ")}`);
  }

  /** How it ended; undefined while it runs. */
  get end(): Deno.CommandStatus | undefined {
    return this.#end;
  }

  /** Resident memory in KiB; 0 when it has ended. */
  get residentKib(): number {
    const line = /^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${this.pid}/status`));
    return Number(line?.[1] ?? 0);
  }

  /** How many file descriptors are open; 0 when it has ended. */
  get descriptors(): number {
    try {
      return [...Deno.readDirSync(`/proc/${this.pid}/fd`)].length;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }

  /** Gauges of its /metrics; NaN for what it has not, and for all when it does not answer. */
  async gauges(...names: readonly string[]): Promise<number[]> {
    const text = await this.#metrics();
    return names.map((name) => {
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      return Number(line?.split(" ")[1]);
    });
  }

  /** Drains it, and waits for its end; kills it when that takes too long. */
  async stop(): Promise<Deno.CommandStatus> {
    if (this.#end === undefined) this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS);
    const status = await this.#child.status;
    clearTimeout(timer);
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await Deno.remove(this.folder, { recursive: true });
  }

  async #metrics(): Promise<string> {
    const signal = AbortSignal.timeout(METRICS_MS);
    try {
      const url = `http://127.0.0.1:${this.port}/metrics`;
      return await (await fetch(url, { signal, headers: this.#headers }))
        .text();
    } catch (error) {
      // TypeError: nobody listens; TimeoutError: nobody answers.
      const isSilent = error instanceof TypeError || signal.aborted;
      if (!isSilent) throw error;
      return "";
    }
  }

  async #readRecords(lines: AsyncIterableIterator<string>): Promise<void> {
    for await (const line of lines) {
      const { outcome = "?", error } = line.startsWith("{")
        ? JSON.parse(line)
        : { outcome: undefined, error: undefined };
      if (outcome === "?") continue;
      this.exchanges++;
      const key = error ? `${outcome} ${error.code}` : outcome;
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1);
    }
  }

  async #readComplaints(): Promise<void> {
    for await (const line of linesOf(this.#child.stderr)) {
      if (line === "" || this.#isExpected(line)) continue;
      if (this.complaints.length < MAX_COMPLAINTS) this.complaints.push(line);
    }
  }
}

function fixedArgs(folder: string, rules: string): string[] {
  return [
    ...["--port", "0", "--data", join(folder, "data"), "--rules", rules],
    ...["--log-format", "json", "--log-file", "off", "--log-level", "warning"],
    ...["--drain-timeout", "5s"],
  ];
}

function linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncIterableIterator<string> {
  return stream.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
}

function readProc(path: string): string {
  try {
    return Deno.readTextFileSync(`/proc/${path}`);
  } catch (error) {
    const isGone = error instanceof Deno.errors.NotFound ||
      (error instanceof Error && "code" in error && error.code === "ESRCH");
    if (!isGone) throw error;
    return "";
  }
}
