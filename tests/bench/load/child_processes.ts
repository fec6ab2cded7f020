/**
 * Starts every program of the bench: pinned to a core, its output in files,
 * its end by process id. It doesn't know what the programs are.
 */

import { join } from "@std/path";
import { processTree } from "./process_usage.ts";

/** The proxies' core, and the one of the origin and the load generator. */
export const PROXY_CORE = 0;
export const LOAD_CORE = 1;

/** 5,000 clients with an upstream connection each, and some to spare. */
const OPEN_FILES = 16_000;
const POLL_MS = 20;
const READY_MS = 15_000;
const STOP_MS = 3_000;

/** How to start a program. */
export interface ChildOptions {
  /** Names its output files; need not be unique. */
  name: string;
  core: number;
  command: readonly string[];
  /** Default: the bench's own folder. */
  cwd?: string;
}

/** A program that was started and perhaps still runs. */
export class Child {
  readonly name: string;
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #outFile: string;
  readonly #errorFile: string;
  #hasExited = false;

  constructor(name: string, process: Deno.ChildProcess, outFile: string) {
    this.name = name;
    this.#process = process;
    this.#input = process.stdin.getWriter();
    this.#outFile = outFile;
    this.#errorFile = `${outFile}.errors`;
    this.exited = process.status.finally(() => this.#hasExited = true);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** What the program has written to its standard output so far. */
  output(): Promise<string> {
    return Deno.readTextFile(this.#outFile);
  }

  /** Sends a line to the program's standard input. */
  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /**
   * Waits until standard output matches.
   *
   * @throws {Error} when the program ends first, or after `withinMs`.
   */
  async waitFor(
    pattern: RegExp,
    withinMs: number = READY_MS,
  ): Promise<RegExpExecArray> {
    return await this.poll(
      async () => pattern.exec(await this.output()) ?? undefined,
      `its output to match ${pattern}`,
      withinMs,
    );
  }

  /** Waits until `look` finds something, as {@linkcode waitFor} does. */
  async poll<T>(
    look: () => Promise<T | undefined>,
    wanted: string,
    withinMs: number = READY_MS,
  ): Promise<T> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const hadExited = this.#hasExited;
      const found = await look();
      if (found !== undefined) return found;
      if (hadExited || performance.now() > deadline) {
        throw new Error(await this.#complaint(wanted, hadExited));
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /**
   * Waits for the end of a program that ends by itself, and returns its
   * output.
   *
   * @throws {Error} when its exit code isn't 0.
   */
  async finish(): Promise<string> {
    const status = await this.exited;
    if (!status.success) {
      throw new Error(await this.#complaint("exit code 0", true));
    }
    return await this.output();
  }

  /** Ends the program and its children: by SIGTERM, then by SIGKILL. */
  async stop(): Promise<void> {
    this.#input.abort().catch(() => {/* The program closed its end. */});
    if (this.#hasExited) return;
    const tree = processTree(this.pid);
    signal(this.pid, "SIGTERM");
    const timer = setTimeout(
      () => tree.forEach((pid) => signal(pid, "SIGKILL")),
      STOP_MS,
    );
    await this.exited;
    clearTimeout(timer);
  }

  async #complaint(wanted: string, hadExited: boolean): Promise<string> {
    const errors = (await Deno.readTextFile(this.#errorFile)).trim();
    const state = hadExited ? "it has ended" : "it takes too long";
    return `Cannot use ${this.name}: ${state}, wanted ${wanted}` +
      (errors === "" ? "" : `; it said "${errors.slice(-600)}"`);
  }
}

/** The programs of one run, ended together. */
export class ChildProcesses {
  readonly #folder: string;
  readonly #children: Child[] = [];
  #isEnding = false;

  /** @param folder where the programs' output goes. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Starts a program under taskset, with room for many open files.
   *
   * @throws {Error} once {@linkcode stopAll} was called, so that nothing
   * outlives it.
   */
  start(options: ChildOptions): Child {
    if (this.#isEnding) {
      throw new Error(`Cannot start ${options.name}: the run is ending`);
    }
    const { name, core, command, cwd = this.#folder } = options;
    const outFile = join(this.#folder, `${name}.${this.#children.length}.out`);
    const process = new Deno.Command("sh", {
      args: [
        "-c",
        `ulimit -n ${OPEN_FILES}; out=$1; core=$2; shift 2; ` +
        `exec taskset -c "$core" "$@" >"$out" 2>"$out.errors"`,
        "sh",
        outFile,
        `${core}`,
        ...command,
      ],
      cwd,
      stdin: "piped",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    Deno.writeTextFileSync(outFile, "", { append: true });
    Deno.writeTextFileSync(`${outFile}.errors`, "", { append: true });
    const child = new Child(name, process, outFile);
    this.#children.push(child);
    return child;
  }

  /** Ends whatever still runs, newest first. */
  async stopAll(): Promise<void> {
    this.#isEnding = true;
    for (const child of this.#children.toReversed()) await child.stop();
  }
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    // Gone already, which is what the signal was for.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
