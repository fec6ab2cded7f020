/**
 * The proxy as its users have it: a process of its own, whose access log is read from its
 * standard output.
 */

import { assert } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { ServerProgram, TemporaryFolder } from "./strangers.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));

/** How long a record may be on its way from the exchange to the log, in ms. */
const RECORD_DEADLINE_MS = 5_000;

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
  readonly #program: ServerProgram;
  readonly #folder: TemporaryFolder;
  readonly #read: Promise<void>;
  readonly #waiters = new Set<Waiter>();

  private constructor(program: ServerProgram, folder: TemporaryFolder) {
    this.url = program.ready;
    this.port = Number(new URL(this.url).port);
    this.#program = program;
    this.#folder = folder;
    this.#read = this.#readRecords();
  }

  /**
   * Starts a proxy on a free port, with a new data folder.
   *
   * @param args Further arguments.
   * @throws {Error} when it ends instead of listening.
   */
  static async start(args: readonly string[] = []): Promise<ProxyProcess> {
    using stack = new DisposableStack();
    const folder = stack.use(new TemporaryFolder());
    const program = await ServerProgram.start(
      Deno.execPath(),
      ["run", "-A", MAIN, ...fixedArgs(folder), ...args],
      /^listening on (https?:\S+)$/,
    );
    stack.move();
    return new ProxyProcess(program, folder);
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
    const { code, stderr } = await this.#program.stop("SIGTERM");
    await this.#read;
    this.#folder[Symbol.dispose]();
    assert(code === 0, `the proxy ended with ${code}: ${stderr}`);
    assert(!/"level":"ERROR"/.test(stderr), `the proxy reported: ${stderr}`);
  }

  async #readRecords(): Promise<void> {
    while (true) {
      const line = await this.#program.nextLine();
      if (line === undefined) return;
      if (line.startsWith("{")) this.#take(JSON.parse(line));
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
