/**
 * Strangers: other people's programs. Here is what every test of this folder needs of
 * them: one that runs to its end within a deadline, one that runs until it is stopped, a
 * folder that goes away. Nothing here knows what the programs ask for.
 */

import { assert } from "@std/assert";
import { join } from "@std/path";
import { TextLineStream } from "./text_line_stream.ts";

/** Settings of the machine that would send a program another way. */
const FOREIGN_ENV =
  /^((https?|ftp|all|no)_proxy|sluice_.*|git_.*|wgetrc|java_tool_options|_java_options|curl_.*|ssl_cert_.*)$/i;

/** What a program left behind. */
export interface Ended {
  readonly code: number;
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** The standard output as UTF-8. */
  readonly text: string;
  readonly stderr: string;
}

/** How {@link run} runs a program. */
export interface RunOptions {
  /** When it is killed, in ms. Default: 20,000. */
  readonly deadlineMs?: number;
  /** On top of the environment of the tests, without its proxies. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: Uint8Array<ArrayBuffer>;
}

/**
 * Runs a program to its end, whatever its exit code.
 *
 * @throws {Error} when it is not done within its deadline; it is killed then.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Ended> {
  const { deadlineMs = 20_000, env = {}, cwd, stdin } = options;
  const child = new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: { ...ownEnv(), ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: stdin === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, deadlineMs);
  const [output] = await Promise.all([child.output(), feed(child, stdin)]);
  clearTimeout(timer);
  const stderr = new TextDecoder().decode(output.stderr);
  if (isLate) {
    throw new Error(
      `Cannot finish "${program}": not done after ${deadlineMs} ms: ${stderr}`,
    );
  }
  const text = new TextDecoder().decode(output.stdout);
  return { code: output.code, stdout: output.stdout, text, stderr };
}

/** As {@link run}, for a program that has to succeed. @throws {Error} when it does not. */
export async function succeed(
  program: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Ended> {
  const ended = await run(program, args, options);
  assert(
    ended.code === 0,
    `${program} ${args.join(" ")} ended with ${ended.code}: ${ended.stderr}`,
  );
  return ended;
}

async function feed(
  child: Deno.ChildProcess,
  stdin: Uint8Array<ArrayBuffer> | undefined,
): Promise<void> {
  if (stdin === undefined) return;
  try {
    await new Blob([stdin]).stream().pipeTo(child.stdin);
  } catch (error) {
    // BrokenPipe: the program has read all that it wants.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

function ownEnv(): Record<string, string> {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) =>
    !FOREIGN_ENV.test(name)
  );
  return Object.fromEntries(own);
}

/** A program that runs until it is stopped, and says on its standard output when it is ready. */
export class ServerProgram {
  /** What the first group of the pattern found in the line that said so. */
  readonly ready: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #stderr: Promise<string>;

  private constructor(
    ready: string,
    child: Deno.ChildProcess,
    lines: ReadableStreamDefaultReader<string>,
    stderr: Promise<string>,
  ) {
    this.ready = ready;
    this.#child = child;
    this.#lines = lines;
    this.#stderr = stderr;
  }

  /**
   * Starts a program.
   *
   * @param pattern What its first line looks like when it is ready.
   * @throws {Error} when the first line is another, or there is none.
   */
  static async start(
    program: string,
    args: readonly string[],
    pattern: RegExp,
  ): Promise<ServerProgram> {
    const child = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: ownEnv(),
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stderr = new Response(child.stderr).text();
    const lines = child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    const first = await lines.read();
    const ready = pattern.exec(first.value ?? "")?.[1];
    const server = new ServerProgram(ready ?? "", child, lines, stderr);
    if (ready !== undefined) return server;
    await server[Symbol.asyncDispose]();
    const said = first.value ?? await stderr;
    throw new Error(`Cannot start "${program}": it said ${said}`);
  }

  /** The next line of its standard output; undefined at the end of it. */
  async nextLine(): Promise<string | undefined> {
    return (await this.#lines.read()).value;
  }

  /** Sends the signal, unless it has ended, and waits for its end. */
  async stop(
    signal: Deno.Signal,
  ): Promise<{ code: number; stderr: string }> {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // TypeError: it has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    const { code } = await this.#child.status;
    return { code, stderr: await this.#stderr };
  }

  /** Gives up the rest of its standard output. Of no use while {@link nextLine} waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    await this.#lines.cancel();
  }
}

/** A folder that is removed on dispose, with all that is in it. */
export class TemporaryFolder implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "sluice-" });

  /** The path of a name in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, and returns its path. */
  async write(
    name: string,
    data: string | Uint8Array<ArrayBuffer>,
  ): Promise<string> {
    const path = this.file(name);
    if (typeof data === "string") await Deno.writeTextFile(path, data);
    else await Deno.writeFile(path, data);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
