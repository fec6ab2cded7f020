/**
 * Strangers: other people's programs, run against a proxy that is a process of its
 * own. Here is what every test of this folder needs: a program with a deadline, a
 * proxy with its records, a folder that goes away. What the programs ask for is in
 * content_origin.ts; nothing here knows it.
 */

import { assert } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { TextLineStream } from "./text_line_stream.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

/** How long a record may be on its way from the exchange to the log, in ms. */
const RECORD_DEADLINE_MS = 5_000;

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

/** A line of the proxy's access log, as far as these tests look at it. */
export interface LoggedRecord {
  readonly method: string;
  readonly url: string;
  readonly client: { readonly ip: string; readonly port: number };
  readonly status: number;
  readonly outcome: string;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly error?: { readonly code: string; readonly message?: string };
}

interface Waiter {
  readonly isWanted: (record: LoggedRecord) => boolean;
  readonly resolve: (record: LoggedRecord) => void;
}

/** A proxy in a process of its own. Disposing drains it, and throws when it reported a bug. */
export class ProxyProcess implements AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or https with --tls-cert. */
  readonly url: string;
  readonly port: number;
  readonly records: LoggedRecord[] = [];
  readonly #child: Deno.ChildProcess;
  readonly #folder: TemporaryFolder;
  readonly #read: Promise<void>;
  readonly #stderr: Promise<string>;
  readonly #waiters = new Set<Waiter>();

  private constructor(
    child: Deno.ChildProcess,
    folder: TemporaryFolder,
    lines: ReadableStreamDefaultReader<string>,
    url: string,
    stderr: Promise<string>,
  ) {
    this.url = url;
    this.port = Number(new URL(url).port);
    this.#child = child;
    this.#folder = folder;
    this.#stderr = stderr;
    this.#read = this.#readRecords(lines);
  }

  /**
   * Starts a proxy on a free port, with a new data folder.
   *
   * @param args Further arguments.
   * @throws {Error} when it ends instead of listening.
   */
  static async start(args: readonly string[] = []): Promise<ProxyProcess> {
    const folder = new TemporaryFolder();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", MAIN, ...fixedArgs(folder), ...args],
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
    const url = /^listening on (https?:\S+)$/.exec(first.value ?? "")?.[1];
    if (url !== undefined) {
      return new ProxyProcess(child, folder, lines, url, stderr);
    }
    if (!first.done) child.kill("SIGKILL");
    await lines.cancel();
    await child.status;
    folder[Symbol.dispose]();
    throw new Error(`Cannot start the proxy: it said ${await stderr}`);
  }

  /**
   * The first record that fits, once it is there.
   *
   * @throws {Error} when there is none within five seconds.
   */
  async record(
    isWanted: (record: LoggedRecord) => boolean,
  ): Promise<LoggedRecord> {
    const found = this.records.find(isWanted);
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<LoggedRecord>();
    const waiter = { isWanted, resolve };
    this.#waiters.add(waiter);
    const timer = setTimeout(() => {
      const seen = this.records.slice(-5).map((one) => JSON.stringify(one));
      reject(new Error(`Cannot find the record: the last are ${seen}`));
    }, RECORD_DEADLINE_MS);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    const { code } = await this.#child.status;
    await this.#read;
    const said = await this.#stderr;
    this.#folder[Symbol.dispose]();
    assert(code === 0, `the proxy ended with ${code}: ${said}`);
    assert(!/"level":"ERROR"/.test(said), `the proxy reported: ${said}`);
  }

  async #readRecords(
    lines: ReadableStreamDefaultReader<string>,
  ): Promise<void> {
    while (true) {
      const { done, value } = await lines.read();
      if (done) return;
      if (value.startsWith("{")) this.#take(JSON.parse(value));
    }
  }

  #take(record: LoggedRecord): void {
    this.records.push(record);
    for (const waiter of this.#waiters) {
      if (waiter.isWanted(record)) waiter.resolve(record);
    }
  }
}

function fixedArgs(folder: TemporaryFolder): string[] {
  return [
    ...["--port", "0", "--data", folder.file("data"), "--log-format", "json"],
    ...["--log-file", "off", "--drain-timeout", "1s"],
  ];
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
