/**
 * One rule host as a process: how it is started with next to no rights, lines to it and
 * from it, its memory, its end. It knows nothing of what the lines say.
 */

import { ProtocolError } from "./json_shape.ts";
import { LineReader } from "./line_reader.ts";
import { denoProgram, mayOpenInProc } from "./own_permissions.ts";

/** The hidden command by which a compiled program becomes a rule host. */
export const RULE_HOST_COMMAND = "__rule-host";

/** Rights that rules have beyond none at all. */
export interface Grants {
  /** Hosts, with or without a port, that rules may connect to. */
  readonly net: readonly string[];
  /** Absolute paths, beside the rules folder, that rules may read and import from. */
  readonly read: readonly string[];
}

/** How a process is started. */
export interface HostProcessOptions {
  /** Absolute, without symbolic links. */
  readonly folder: string;
  readonly grants: Grants;
  /** The most that the host's heap may hold, in MiB. */
  readonly heapMiB: number;
  /** The one file that it may open for writing, until it gives up that right. */
  readonly markPath: string;
}

/** Who hears of a process. */
export interface HostListener {
  /** A line of its standard output. */
  line(line: string): void;
  /** A line of its standard error. */
  complaint(line: string): void;
  /** It has ended, or said what it must not say: then it is being killed. Called once. */
  ended(error: ProtocolError | undefined): void;
}

/** What of the environment a host gets: where the runtime caches, and the local time. */
const PASSED_ENVIRONMENT: readonly string[] = [
  "DENO_DIR",
  "HOME",
  "LANG",
  "LD_LIBRARY_PATH",
  "LOCALAPPDATA",
  "PATH",
  "SystemRoot",
  "TMPDIR",
  "TZ",
  "USERPROFILE",
  "XDG_CACHE_HOME",
];

const PAGE_BYTES = 4096;
/** The most that is read of a host's output at once. */
const READ_BYTES = 64 * 1024;

/** A running host. */
export class HostProcess {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #listener: HostListener;
  readonly #encoder = new TextEncoder();
  /** Where the system tells how much memory it holds; undefined where it does not, or may not be asked. */
  readonly #statmPath: string | undefined;
  #outgoing = "";
  #isWriting = false;
  #hasEnded = false;
  /** Settles when the process is gone and its streams are closed. */
  readonly gone: Promise<void>;

  /** Starts a host. */
  constructor(options: HostProcessOptions, listener: HostListener) {
    this.#child = command(options).spawn();
    this.#listener = listener;
    this.#writer = this.#child.stdin.getWriter();
    const { pid } = this.#child;
    preferForKilling(pid);
    const statmPath = `/proc/${pid}/statm`;
    if (mayUseProc("read", statmPath)) this.#statmPath = statmPath;
    this.gone = this.#run();
  }

  /** Sends text; what is sent while a write is on its way goes out together. */
  write(text: string): void {
    this.#outgoing += text;
    if (!this.#isWriting) this.#writeAll();
  }

  /** It has not yet taken all that it was sent. */
  get isWriting(): boolean {
    return this.#isWriting;
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It was gone already.
      if (
        !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
      ) {
        throw error;
      }
    }
  }

  /** What it holds of the machine's memory, in bytes; undefined where the system does not tell. */
  residentBytes(): number | undefined {
    // Where it may not be asked, the cap of the heap is left.
    if (this.#statmPath === undefined) return undefined;
    try {
      const text = Deno.readTextFileSync(this.#statmPath);
      return Number(text.split(" ")[1]) * PAGE_BYTES;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#outgoing !== "") {
        const bytes = this.#encoder.encode(this.#outgoing);
        this.#outgoing = "";
        await this.#writer.write(bytes);
      }
    } catch (error) {
      // It ended while it was written to, which its listener hears by itself.
      if (!isGone(error)) throw error;
    } finally {
      this.#isWriting = false;
    }
  }

  async #run(): Promise<void> {
    const complaints = this.#readComplaints();
    await this.#readLines();
    this.kill();
    await complaints;
    await this.#child.status;
    this.#end(undefined);
    try {
      await this.#writer.close();
    } catch (error) {
      // What could not be written any more is for nobody.
      if (!isGone(error)) throw error;
    }
  }

  async #readLines(): Promise<void> {
    const lines = new LineReader();
    const reader = this.#child.stdout.getReader({ mode: "byob" });
    try {
      // One buffer goes back and forth: reads that make one each would make much for little.
      let read = await reader.read(new Uint8Array(READ_BYTES));
      while (!read.done) {
        for (const line of lines.push(read.value)) this.#listener.line(line);
        read = await reader.read(new Uint8Array(read.value.buffer));
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#end(error);
    }
  }

  async #readComplaints(): Promise<void> {
    const lines = new LineReader();
    for await (const chunk of this.#child.stderr) {
      for (const line of lines.push(chunk)) this.#listener.complaint(line);
    }
  }

  #end(error: ProtocolError | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#listener.ended(error);
  }
}

function command(options: HostProcessOptions): Deno.Command {
  const { folder, heapMiB } = options;
  const heap = `--max-old-space-size=${heapMiB}`;
  const { standalone } = Deno.build;
  const program = standalone ? Deno.execPath() : denoProgram() ?? "deno";
  return new Deno.Command(program, {
    args: standalone ? [RULE_HOST_COMMAND] : runArguments(options, heap),
    cwd: folder,
    clearEnv: true,
    env: {
      ...environment(),
      ...(standalone ? { DENO_V8_FLAGS: heap } : {}),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

function runArguments(
  { folder, grants, markPath }: HostProcessOptions,
  heap: string,
): string[] {
  return [
    "run",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    "--cached-only",
    `--v8-flags=${heap}`,
    `--allow-read=${[folder, ...grants.read].map(listed).join(",")}`,
    `--allow-write=${listed(markPath)}`,
    ...(grants.net.length > 0 ? [`--allow-net=${grants.net.join(",")}`] : []),
    new URL("./host.ts", import.meta.url).href,
  ];
}

/** A comma in a path is doubled where paths are listed. */
function listed(path: string): string {
  return path.replaceAll(",", ",,");
}

function environment(): Record<string, string> {
  const passed: Record<string, string> = {
    DENO_NO_PACKAGE_JSON: "1",
    DENO_NO_UPDATE_CHECK: "1",
    NO_COLOR: "1",
  };
  for (const name of PASSED_ENVIRONMENT) {
    const value = Deno.env.get(name);
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

/** Where memory runs out, the system should take the host and not the proxy. */
function preferForKilling(pid: number): void {
  const path = `/proc/${pid}/oom_score_adj`;
  if (!mayUseProc("write", path)) return;
  try {
    Deno.writeTextFileSync(path, "1000");
  } catch (error) {
    if (isGone(error) || error instanceof Deno.errors.PermissionDenied) return;
    throw error;
  }
}

function mayUseProc(access: "read" | "write", path: string): boolean {
  return Deno.build.os === "linux" && mayOpenInProc(access, path);
}

function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.BadResource ||
    error instanceof TypeError ||
    error instanceof Error && error.message.includes("os error 3");
}
