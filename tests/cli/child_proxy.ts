/**
 * The program as a process of its own: started, watched by what it prints, and
 * ended. Each has a folder of its own, in which it runs and keeps its data.
 */

import { fromFileUrl, join } from "@std/path";
import { Peer } from "../net/loopback.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
/** A process that hangs is killed after this, and its test fails. */
const HANGS_MS = 20_000;

/** How to start the program. */
export interface ChildOptions {
  /** Arguments of Deno, such as `--preload`. */
  readonly denoArgs?: readonly string[];
  /** What it may do, as arguments of Deno. Default: `-A`. */
  readonly permissions?: readonly string[];
  /** A program and its arguments under which this one is run. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The working folder; default: a new one, removed at the end. */
  readonly cwd?: string;
  readonly stdin?: "null" | "piped";
}

/** One of the program's outputs, as it grows. */
export class Output {
  text = "";
  #isEnded = false;
  readonly #waiting = new Set<() => void>();
  readonly ended: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.ended = this.#read(stream);
  }

  /** Waits until the text matches. @throws {Error} when it ends without. */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    while (true) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      if (this.#isEnded) {
        throw new Error(`Cannot find ${pattern} in the output: ${this.text}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async #read(stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      this.text += decoder.decode(bytes, { stream: true });
      this.#wake();
    }
    this.#isEnded = true;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

/** The program in a process. Killed on dispose, if it still runs. */
export class ChildProxy implements AsyncDisposable {
  readonly stdout: Output;
  readonly stderr: Output;
  /** The exit code; 128 and the signal's number when a signal ended it. */
  readonly exitCode: Promise<number>;
  readonly folder: string;
  readonly #process: Deno.ChildProcess;
  readonly #ownsFolder: boolean;
  #hasExited = false;

  private constructor(
    process: Deno.ChildProcess,
    folder: string,
    ownsFolder: boolean,
  ) {
    this.#process = process;
    this.folder = folder;
    this.#ownsFolder = ownsFolder;
    this.stdout = new Output(process.stdout);
    this.stderr = new Output(process.stderr);
    const guard = setTimeout(() => this.signal("SIGKILL"), HANGS_MS);
    this.exitCode = process.status.then(({ code }) => {
      this.#hasExited = true;
      clearTimeout(guard);
      return code;
    });
  }

  /** Starts the program with `args` and nothing added. */
  static spawn(
    args: readonly string[],
    options: ChildOptions = {},
  ): ChildProxy {
    const { under = [], denoArgs = [], cwd, stdin = "null" } = options;
    const { permissions = ["-A"] } = options;
    const folder = cwd ?? Deno.makeTempDirSync({ prefix: "sluice_child_" });
    const command = [
      ...under,
      Deno.execPath(),
      "run",
      ...permissions,
      ...denoArgs,
      MAIN,
      ...args,
    ];
    const process = new Deno.Command(command[0]!, {
      args: command.slice(1),
      cwd: folder,
      clearEnv: true,
      env: { ...cleanEnvironment(), ...options.env },
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    return new ChildProxy(process, folder, cwd === undefined);
  }

  /** Starts a proxy on a free port and waits until it listens. */
  static async start(
    args: readonly string[] = [],
    options: ChildOptions = {},
  ): Promise<ChildProxy> {
    const child = ChildProxy.spawn(["--port", "0", ...args], options);
    try {
      await child.stdout.waitFor(/listening on \S+\s/);
      return child;
    } catch (error) {
      await child[Symbol.asyncDispose]();
      throw new Error(`Cannot start a proxy: ${child.stderr.text}`, {
        cause: error,
      });
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Where it listens, from its ready line. */
  get address(): URL {
    return new URL(/listening on (\S+)\s/.exec(this.stdout.text)![1]!);
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  signal(name: Deno.Signal): void {
    if (this.#hasExited) return;
    try {
      this.#process.kill(name);
    } catch (error) {
      // It ended by itself in this moment.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Writes a line to its standard input, which has to be "piped". */
  async type(line: string): Promise<void> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(line));
    writer.releaseLock();
  }

  /** Waits for its end and the end of what it printed. */
  async finished(): Promise<{ code: number; stdout: string; stderr: string }> {
    const code = await this.exitCode;
    await Promise.all([this.stdout.ended, this.stderr.ended]);
    return { code, stdout: this.stdout.text, stderr: this.stderr.text };
  }

  /** Ends it by SIGTERM, and waits. */
  stop(): Promise<{ code: number; stdout: string; stderr: string }> {
    this.signal("SIGTERM");
    return this.finished();
  }

  /** A connection to it. */
  async connect(): Promise<Peer> {
    const { hostname, port } = this.address;
    return new Peer(
      await Deno.connect({
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port: Number(port),
      }),
    );
  }

  /** Sends a request on a connection of its own, and returns all of the answer. */
  async exchange(request: string): Promise<string> {
    using peer = await this.connect();
    await peer.send(request);
    return await peer.rest();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    // Where stdin is piped it is closed, so that nothing waits for input.
    await this.#closeInput();
    await this.finished();
    if (this.#ownsFolder) await Deno.remove(this.folder, { recursive: true });
  }

  async #closeInput(): Promise<void> {
    try {
      await this.#process.stdin.close();
    } catch {
      // TypeError: stdin is "null", or it broke with the process.
    }
  }
}

/** Runs the program to its end. */
export async function runToEnd(
  args: readonly string[],
  options?: ChildOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  await using child = ChildProxy.spawn(args, options);
  return await child.finished();
}

/** A request for `url` that ends its connection. */
export function get(url: string, fields = ""): string {
  return `GET ${url} HTTP/1.1\r\nHost: ${
    new URL(url).host
  }\r\nConnection: close\r\n${fields}\r\n`;
}

/** The environment of the tests without what would configure the program. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !name.startsWith("SLUICE_") && !name.toLowerCase().endsWith("_proxy")
  );
  return { ...Object.fromEntries(entries), NO_COLOR: "1" };
}
